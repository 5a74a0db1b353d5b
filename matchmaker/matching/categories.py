"""The fifteen kinds of help that the programme knows, with the words that stand for each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of help: its stable code and its plain names in both languages."""

    code: str
    ko: str
    en: str


CATEGORIES = (
    Category("smart_factory", "스마트공장", "Smart factory"),
    Category("digital_transformation", "디지털 전환", "Digital transformation"),
    Category("online_sales", "온라인 판매", "Selling online"),
    Category("marketing_sales_channel", "홍보와 판로", "Marketing and sales channels"),
    Category("overseas_expansion", "해외 진출과 수출", "Overseas expansion and export"),
    Category("funding_investment", "투자와 자금", "Funding and investment"),
    Category("loan_guarantee", "대출과 보증", "Loans and guarantees"),
    Category("ip_finance", "특허와 지식재산 금융", "Patents and IP finance"),
    Category("technology_rd", "기술과 연구개발", "Technology and R&D"),
    Category("workspace_infrastructure", "공간과 시설", "Work space and facilities"),
    Category("training", "교육과 상담", "Training and advice"),
    Category("hr_recruitment", "채용과 인력", "Hiring and staff"),
    Category("procurement", "구매와 납품", "Procurement"),
    Category("esg_carbon", "ESG와 탄소 줄이기", "ESG and carbon"),
    Category("social_value", "사회적 가치", "Social value"),
)

BY_CODE = {category.code: category for category in CATEGORIES}


def words_of(category):
    """Return the names of a category in both languages, or the given text itself.

    An unknown category is what somebody wrote, so it counts as text; None and
    the empty string give the empty string.
    """
    if category in BY_CODE:
        return f"{BY_CODE[category].ko} · {BY_CODE[category].en}"
    return category or ""
