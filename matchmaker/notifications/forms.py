"""The form of the notice settings: one question for each group."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from ..web.forms import Form
from .sentences import Group
from .settings import LABELS, RHYTHMS, How


def question(group, description):
    """Return the field that asks how the notices of a group are to come by mail."""
    choices = [SelectChoice(value=how.value, label=label) for how, label in RHYTHMS.items()]
    return SelectField(LABELS[group], choices=choices, description=description, coerce=How)


class SettingsForm(Form):
    """How the notices of each group come by mail; groups that one cannot get are left out."""

    answers = question(
        Group.ANSWERS, _l("Somebody asks or invites you, or answers what you asked.")
    )
    deadlines = question(
        Group.DEADLINES,
        _l("Something ends by itself soon. Without these letters a deadline may pass unseen."),
    )
    proposals = question(
        Group.PROPOSALS, _l("What fits you, found by a round or named by an association.")
    )
    messages = question(Group.MESSAGES, _l("News in the conversation after both accepted."))
    people = question(
        Group.PEOPLE, _l("Approval, requests to join, roles, and memberships of associations.")
    )
    ministry = question(Group.MINISTRY, _l("What officers should look at."))

    def __init__(self, groups, **more):
        super().__init__(**more)
        for group in set(Group) - set(groups):
            del self[group.value]

    def wanted(self):
        """Return {group: how} as chosen."""
        return {Group(field.name): field.data for field in self if field.name in list(Group)}
