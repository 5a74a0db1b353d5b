"""Forms of membership: an association's invitation, and the firm's answer."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from ..accounts.fields import address
from ..organisations.business_number import is_valid, normalise
from ..web.forms import Form


class InvitationForm(Form):
    business_number = StringField(
        _l("Business number"),
        description=_l("Ten digits. The firm finds the invitation by this number."),
        validators=[DataRequired(_l("Write the firm’s business number."))],
    )
    label = StringField(
        _l("What you call the firm"),
        description=_l("Only you read this, until the firm accepts."),
        validators=[
            DataRequired(_l("Write what you call the firm.")),
            Length(max=100, message=_l("At most 100 characters.")),
        ],
    )
    email = StringField(
        _l("E-mail address"),
        description=_l("We write to it that you invite the firm. We keep it for this letter only."),
        validators=[Optional(), address],
    )

    def validate_business_number(self, field):
        if not is_valid(field.data):
            raise ValidationError(
                _l("This is not a business number: a digit is wrong or missing. Compare it.")
            )
        field.data = normalise(field.data)


class MembershipForm(Form):
    shows_needs = BooleanField(_l("The association may read the needs that we publish"))
