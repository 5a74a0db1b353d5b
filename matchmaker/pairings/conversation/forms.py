"""The forms of a conversation: a message with its files, a report, an officer's word on it."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from ...errors import Refusal
from ...listing.disclosures import resident_numbers
from ...web.forms import Form
from .attachments import MOST_BYTES, MOST_FILES, Upload
from .conversation import LONGEST
from .file_kinds import KINDS, check, safe_name
from .reports import LABELS, Wrong

LONGEST_COMMENT = 1000
DECISIONS = {
    "leave": _l("The message stays as it is"),
    "hide": _l("Hide the message from both sides"),
}
AT_MOST = _l("Write at most %(max)d characters.")


class MessageForm(Form):
    """Something to say, with up to five files; what may be wrong is said at its field."""

    text = TextAreaField(_l("Message"), [Optional(), Length(max=LONGEST, message=AT_MOST)])
    files = MultipleFileField(
        _l("Files"),
        [Optional()],
        description=_l(
            "PDF, PNG, JPEG, DOCX, XLSX, PPTX, HWP, HWPX, TXT or CSV. Up to five, each up to 10 MB."
        ),
    )
    technical = BooleanField(
        _l("The files hold technical material, such as drawings or process conditions")
    )
    nda = BooleanField(_l("A non-disclosure agreement between the two firms stands"))

    def __init__(self, *, nda_given, **kwargs):
        super().__init__(**kwargs)
        self.nda_given = nda_given
        self.uploads = []

    def validate(self, extra_validators=None):
        super().validate(extra_validators)
        sent = [one for one in self.files.data or [] if one and one.filename]
        if resident_numbers(self.text.data or ""):
            self._fault(
                "text", _l("Remove the resident registration number. Nobody needs it here.")
            )
        if not self.text.data and not sent:
            self._fault("text", _l("Write something, or choose a file."))
        self._check_files(sent)
        if self.technical.data and sent and not (self.nda.data or self.nda_given):
            self._fault(
                "nda", _l("Conclude a non-disclosure agreement first, then tick that it stands.")
            )
        return not self.errors

    def _check_files(self, sent):
        if len(sent) > MOST_FILES:
            self._fault("files", _l("Choose at most five files."))
            return
        for file in sent:
            name, data = safe_name(file.filename), file.stream.read(MOST_BYTES + 1)
            try:
                if len(data) > MOST_BYTES:
                    raise Refusal(_l("%(name)s is larger than 10 MB.", name=name), "size")
                check(name, data)
            except Refusal as refusal:
                self._fault("files", str(refusal))
            else:
                self.uploads.append(Upload(name, data))

    def _fault(self, name, message):
        field = self[name]
        field.errors = [*field.errors, message]

    @property
    def accept(self):
        """What the browser offers to choose from."""
        return ",".join(f".{kind}" for kind in KINDS)


class ReportForm(Form):
    """What is wrong with a message, from a closed list, and a word on it."""

    reason = RadioField(
        _l("What is wrong?"), [DataRequired(message=_l("Choose what is wrong with the message."))]
    )
    comment = TextAreaField(
        _l("What the ministry should know"),
        [Optional(), Length(max=LONGEST_COMMENT, message=AT_MOST)],
    )

    def __init__(self, *, at, **kwargs):
        super().__init__(**kwargs)
        self.at = at
        self.reason.choices = [(wrong.value, label) for wrong, label in LABELS.items()]
        for field in (self.reason, self.comment):  # ids of its own: a page has several of them
            field.id = field.label.field_id = f"{field.name}-{at}"

    @property
    def chosen(self):
        return {"reason": Wrong(self.reason.data), "comment": self.comment.data}


class HandleForm(Form):
    """What an officer decides on a report."""

    decision = RadioField(
        _l("What is to be done?"), [DataRequired(message=_l("Choose what is to be done."))]
    )
    note = TextAreaField(
        _l("Note"),
        [
            DataRequired(message=_l("Write why you decided so.")),
            Length(max=LONGEST_COMMENT, message=AT_MOST),
        ],
        description=_l("Only officers read it."),
    )

    def __init__(self, *, at, **kwargs):
        super().__init__(**kwargs)
        self.at = at
        self.decision.choices = list(DECISIONS.items())
        for field in (self.decision, self.note):
            field.id = field.label.field_id = f"{field.name}-{at}"
