"""The texts that people consent to, each with the version that its consent is recorded with.

A consent row keeps kind, version and language, so a text that was agreed to never changes:
new words are a new version, and the old ones stay in the project's history. A test holds
the words to their version.
"""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from .models import ConsentKind


class Paragraph(NamedTuple):
    """A short heading (items, purpose, period, …) and what is to be said under it."""

    heading: object
    text: object


class ConsentText(NamedTuple):
    """One version of one text; `tick` is the sentence beside the box, which is never ticked."""

    kind: ConsentKind
    version: str
    required: bool
    title: object
    tick: object
    body: tuple

    def paragraphs(self, **names):
        """Return the body as plain pairs in the page's language, with its placeholders filled.

        DISCLOSURE needs `recipient`, RECOMMENDATION `recipient` and `association`.
        """
        return [Paragraph(str(heading), _filled(text, names)) for heading, text in self.body]

    def sentence(self, **names):
        """Return the sentence beside the box in the page's language."""
        return _filled(self.tick, names)


def _filled(text, names):
    text = str(text)
    return text % names if "%(" in text else text


ITEMS, PURPOSE, PERIOD = _l("What is taken"), _l("What for"), _l("How long")
REFUSAL = _l("Your right to refuse")
RECIPIENT, OPENED = _l("Who receives it"), _l("What is opened")

TERMS = ConsentText(
    kind=ConsentKind.TERMS,
    version="2026-11-24",
    required=True,
    title=_l("Terms of use"),
    tick=_l("I agree to the terms of use"),
    body=(
        Paragraph(
            _l("What this service does"),
            _l(
                "It brings together what small firms need and what companies offer. It only "
                "proposes; the two sides decide."
            ),
        ),
        Paragraph(
            _l("Everything is voluntary"),
            _l(
                "Nobody has to ask, invite or accept. You may decline or withdraw at any time, "
                "and your rank with others does not suffer."
            ),
        ),
        Paragraph(
            _l("What you answer for"),
            _l(
                "You may act for the organisation that you name, and what you write about it is "
                "true as far as you know."
            ),
        ),
        Paragraph(
            _l("What does not belong here"),
            _l(
                "Do not write resident registration numbers, other people’s personal data or "
                "technical secrets. Sign a confidentiality agreement before you hand over "
                "technical material."
            ),
        ),
        Paragraph(
            _l("What the two sides agree"),
            _l(
                "Your agreement is yours alone. This service is no party to it and promises no "
                "result."
            ),
        ),
        Paragraph(
            _l("Leaving, and being suspended"),
            _l(
                "You may close your account at any time: write to the address at the foot of each "
                "page. An organisation whose statements prove untrue can be suspended; it is told "
                "the reason and may answer."
            ),
        ),
        Paragraph(
            _l("Changes"),
            _l(
                "New terms are announced on this page before they apply. What you agreed to stays "
                "recorded with its version."
            ),
        ),
    ),
)

PRIVACY = ConsentText(
    kind=ConsentKind.PRIVACY,
    version="2026-11-25",
    required=True,
    title=_l("Collection and use of personal data"),
    tick=_l("I agree that my personal data are collected and used"),
    body=(
        Paragraph(
            ITEMS,
            _l(
                "Your name, e-mail address, password and language, and your phone number if you "
                "give one. What you write and send to the other side once both have accepted. Of a "
                "sole trader also the name of the business, its business number, region and "
                "industry."
            ),
        ),
        Paragraph(
            PURPOSE,
            _l(
                "To let you sign in, to check that you act for your organisation, to find what "
                "fits, to tell you of answers and deadlines, and to let the two sides talk."
            ),
        ),
        Paragraph(
            PERIOD,
            _l(
                "Until your account is closed; write to the address at the foot of each page. "
                "Your data are then deleted within 30 days, with them your consents and the "
                "messages and files that you sent. That a contact was opened, when and to which "
                "organisation, and that a message stood in a conversation, stays recorded without "
                "a name."
            ),
        ),
        Paragraph(
            REFUSAL,
            _l(
                "You may refuse. Then no account can be opened, but all offers can be read "
                "without one. Your phone number may always be left out."
            ),
        ),
    ),
)

MAIL_NEWS = ConsentText(
    kind=ConsentKind.MAIL_NEWS,
    version="2026-11-01",
    required=False,
    title=_l("News by e-mail"),
    tick=_l("I would like news by e-mail"),
    body=(
        Paragraph(ITEMS, _l("Your e-mail address and language.")),
        Paragraph(PURPOSE, _l("To send you news of new offers, events and the programme.")),
        Paragraph(PERIOD, _l("Until you withdraw this consent or your account is closed.")),
        Paragraph(
            REFUSAL,
            _l(
                "You may refuse, and everything else works in the same way. Messages about your "
                "own needs, offers and answers come in any case."
            ),
        ),
    ),
)

DISCLOSURE = ConsentText(
    kind=ConsentKind.DISCLOSURE,
    version="2026-11-24",
    required=True,
    title=_l("Opening your contact data to the other side"),
    tick=_l("Once both sides accept, my contact data are opened to: %(recipient)s"),
    body=(
        Paragraph(RECIPIENT, _l("%(recipient)s, and nobody else.")),
        Paragraph(
            PURPOSE,
            _l("To talk about this one need and this one offer, and to carry out what is agreed."),
        ),
        Paragraph(
            OPENED,
            _l(
                "The name of your organisation, and the name, e-mail address and, if given, phone "
                "number of the contact account. They open only once both sides have accepted."
            ),
        ),
        Paragraph(
            PERIOD,
            _l(
                "As long as you act for your organisation, also after the match has ended. Once "
                "you leave it or your account is closed, the recipient reads them here no longer."
            ),
        ),
        Paragraph(
            REFUSAL,
            _l(
                "You may refuse, but then you cannot ask, invite or accept here. Nothing else "
                "changes, and your rank does not suffer. Before both have accepted you may "
                "withdraw, and nothing opens."
            ),
        ),
    ),
)

RECOMMENDATION = ConsentText(
    kind=ConsentKind.RECOMMENDATION,
    version="2026-11-24",
    required=True,
    title=_l("Being recommended by an association"),
    tick=_l("%(association)s may recommend this need to: %(recipient)s"),
    body=(
        Paragraph(RECIPIENT, _l("%(recipient)s, and nobody else.")),
        Paragraph(PURPOSE, _l("So that the company reads the association’s word on your need.")),
        Paragraph(
            OPENED,
            _l(
                "The text of the need as in the preview and the association’s word. Your name and "
                "contact data stay closed until both sides have accepted."
            ),
        ),
        Paragraph(
            PERIOD,
            _l("Until you or the association takes it back, or you leave the association."),
        ),
        Paragraph(
            REFUSAL,
            _l(
                "You may refuse, and your rank does not suffer. You can still ask the company "
                "yourself."
            ),
        ),
    ),
)

TEXTS = {text.kind: text for text in (TERMS, PRIVACY, MAIL_NEWS, DISCLOSURE, RECOMMENDATION)}

# What registration asks for, each in a box of its own; only the required ones are needed.
AT_REGISTRATION = (TERMS, PRIVACY, MAIL_NEWS)
