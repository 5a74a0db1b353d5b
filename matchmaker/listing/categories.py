"""The fifteen fields of needs and offers, in the order in which one looks for one's own."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Category(StrEnum):
    """Selling first, then making, money, people, and the rest: as a shop owner would look."""

    ONLINE_SALES = "online_sales"
    MARKETING_SALES_CHANNEL = "marketing_sales_channel"
    OVERSEAS_EXPANSION = "overseas_expansion"
    PROCUREMENT = "procurement"
    SMART_FACTORY = "smart_factory"
    TECHNOLOGY_RD = "technology_rd"
    DIGITAL_TRANSFORMATION = "digital_transformation"
    FUNDING_INVESTMENT = "funding_investment"
    LOAN_GUARANTEE = "loan_guarantee"
    IP_FINANCE = "ip_finance"
    TRAINING = "training"
    HR_RECRUITMENT = "hr_recruitment"
    WORKSPACE_INFRASTRUCTURE = "workspace_infrastructure"
    ESG_CARBON = "esg_carbon"
    SOCIAL_VALUE = "social_value"


LABELS = {
    Category.ONLINE_SALES: _l("Selling online"),
    Category.MARKETING_SALES_CHANNEL: _l("Sales channels and promotion"),
    Category.OVERSEAS_EXPANSION: _l("Going abroad"),
    Category.PROCUREMENT: _l("Purchasing and supply"),
    Category.SMART_FACTORY: _l("Smart factory"),
    Category.TECHNOLOGY_RD: _l("Technology and research"),
    Category.DIGITAL_TRANSFORMATION: _l("Going digital"),
    Category.FUNDING_INVESTMENT: _l("Investment and funds"),
    Category.LOAN_GUARANTEE: _l("Loans and guarantees"),
    Category.IP_FINANCE: _l("Finance on patents and brands"),
    Category.TRAINING: _l("Training"),
    Category.HR_RECRUITMENT: _l("People and hiring"),
    Category.WORKSPACE_INFRASTRUCTURE: _l("Space and facilities"),
    Category.ESG_CARBON: _l("ESG and carbon"),
    Category.SOCIAL_VALUE: _l("Social value"),
}

HELP = {
    Category.ONLINE_SALES: _l("An online shop, delivery, product photos, live selling."),
    Category.MARKETING_SALES_CHANNEL: _l(
        "A place in shops, at fairs or on home shopping, and getting known."
    ),
    Category.OVERSEAS_EXPANSION: _l(
        "Exports, buyers abroad, foreign certificates, an office there."
    ),
    Category.PROCUREMENT: _l("Selling to a large company, or buying materials together."),
    Category.SMART_FACTORY: _l(
        "Fewer defects and more output, with software, machines and experts."
    ),
    Category.TECHNOLOGY_RD: _l(
        "Developing a product, tests, the use of patents, advice by engineers."
    ),
    Category.DIGITAL_TRANSFORMATION: _l(
        "Ordering kiosks, bookings, the books on a computer, data, security."
    ),
    Category.FUNDING_INVESTMENT: _l("Investment, subsidies, money for a trial, fees waived."),
    Category.LOAN_GUARANTEE: _l("Loans at lower rates, guarantees, faster payment for goods sold."),
    Category.IP_FINANCE: _l("Money on the strength of a patent, a brand or a technology."),
    Category.TRAINING: _l("Courses for you and your staff, with advice for your own business."),
    Category.HR_RECRUITMENT: _l("Finding people, keeping them, and welfare for those you have."),
    Category.WORKSPACE_INFRASTRUCTURE: _l(
        "Room to work, sell or store, and studios, laboratories and machines to use."
    ),
    Category.ESG_CARBON: _l(
        "Saving energy, cutting carbon, less waste, customers who ask for proof."
    ),
    Category.SOCIAL_VALUE: _l(
        "Help for the neighbourhood, people with disabilities, or a firm that serves society."
    ),
}


def label(category):
    """Return the name of a category, given as member or as its id."""
    return LABELS[category]


def help_of(category):
    """Return the line that tells what belongs to a category."""
    return HELP[category]


def choices():
    """Return (id, name) of every category for a form."""
    return [(category.value, LABELS[category]) for category in Category]
