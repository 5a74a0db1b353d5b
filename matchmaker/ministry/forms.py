"""Forms of officers: the reason of a return or a suspension, and a further officer."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from ..accounts.fields import address
from ..web.forms import Form


class ReasonForm(Form):
    reason = TextAreaField(
        _l("Reason"),
        description=_l("The organisation reads it as you write it, and can answer."),
        validators=[
            DataRequired(_l("Write the reason, so that the organisation can act on it.")),
            Length(max=2000, message=_l("At most 2,000 characters.")),
        ],
    )

    @classmethod
    def of(cls, name):
        """Return an empty form whose field has an id of its own, for a page with several."""
        form = cls(formdata=None)
        form.reason.id = form.reason.label.field_id = name
        return form


class OfficerForm(Form):
    name = StringField(
        _l("Name"),
        validators=[
            DataRequired(_l("Write the officer’s name.")),
            Length(max=60, message=_l("At most 60 characters.")),
        ],
    )
    email = StringField(
        _l("E-mail address"),
        description=_l("The officer receives a link there and chooses a password."),
        validators=[DataRequired(_l("Write the officer’s e-mail address.")), address],
    )
