"""The conversation of a pairing: read, write, send and fetch files, report a message."""

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ... import audit
from ...db import db, hold, utcnow
from ...web.errors import page as error_page
from ...web.guard import access
from ..blueprint import bp, our_side, own_pairing
from ..rules import refuse
from ..situation import other_name
from . import confidentiality, conversation, first_words, reports
from .attachments import MOST_BYTES, MOST_FILES, Attachment
from .conversation import Message
from .forms import MessageForm, ReportForm
from .leftovers import store
from .thread import thread

MOST_AT_ONCE = 64 * 1024 * 1024  # bytes of a request: five files of 10 MB and more than enough


@bp.app_template_filter()
def file_size(size):
    """Write the size of a file as people read it: 240 KB, 1.5 MB."""
    if size < 1_000_000:
        return f"{max(round(size / 1000), 1)} KB"
    return f"{size / 1_000_000:.1f} MB"


bp.add_app_template_global(conversation.unread_in)


@bp.errorhandler(413)
def too_large(error):
    """Say that files were too many, where the text could not even be read."""
    if request.endpoint != "pairings.write":
        return error_page(413)
    message = _("All files of a message together may have up to 50 MB. Nothing was sent.")
    return error_page(413, message)


def own_conversation(pairing_id):
    """Load a pairing whose two sides may talk; before both accepted there is nothing to see."""
    pairing = own_pairing(pairing_id)
    if not pairing.contacts_are_open:
        abort(404)
    return pairing


def own_message(pairing, message_id):
    return db.one_or_404(Message.of(pairing).where(Message.id == message_id))


@bp.get("/pairings/<int:pairing_id>/conversation")
@access("sme", "company", writes=True)  # it notes how far one has read
def talk(pairing_id):
    pairing = own_conversation(pairing_id)
    found = thread(pairing, current_user, our_side())
    answer = talk_page(pairing, found)
    conversation.read(pairing, found.last, by=current_user, now=utcnow())
    db.session.commit()
    return answer


def talk_page(pairing, found, form=None, report_form=None):
    """Show a conversation; with a form that came back, its errors."""
    side = our_side()
    kept = conversation.draft_of(pairing, current_user)
    begins = not found.we_wrote
    forms = [each for each in (form, report_form) if each]
    return render_template(
        "pairings/conversation.html",
        pairing=pairing,
        side=side,
        found=found,
        counterpart=other_name(pairing, side),
        form=form or message_form(found, side, kept or draft(pairing, side, begins)),
        kept=kept,
        begins=begins,
        items=first_words.completeness(pairing, side) if begins else [],
        share=first_words.share,
        may_write=conversation.may_write(pairing),
        wrong_labels=reports.LABELS,
        limits={"bytes": MOST_BYTES, "files": MOST_FILES},
        report_form=lambda message: (
            report_form
            if report_form and report_form.at == message.id
            else ReportForm(at=message.id, formdata=None)
        ),
    ), max((each.status for each in forms), default=200)


def message_form(found, side, text=None):
    return MessageForm(nda_given=side in found.words, text=text, formdata=None)


def draft(pairing, side, begins):
    return first_words.draft(pairing, side) if begins else None


@bp.post("/pairings/<int:pairing_id>/conversation")
@access("sme", "company", approved=True, most_bytes=MOST_AT_ONCE)
def write(pairing_id):
    pairing, now, side = own_conversation(pairing_id), utcnow(), our_side()
    if "draft" in request.form:
        return keep(pairing, now)
    form = MessageForm(nda_given=side in confidentiality.words_of(pairing))
    if not form.accepted():
        return talk_page(pairing, thread(pairing, current_user, side), form=form)
    conversation.write(
        pairing,
        by=current_user,
        now=now,
        text=form.text.data,
        uploads=form.uploads,
        store=store(),
        technical=form.technical.data,
        nda=form.nda.data,
    )
    db.session.commit()
    flash(_("Your message has been sent."), "good")
    return redirect(url_for(".talk", pairing_id=pairing.id))


def keep(pairing, now):
    """Keep what was begun; files are chosen again when it is sent."""
    form = MessageForm(nda_given=True)
    form.validate()
    if form.text.errors and form.text.data:
        return talk_page(pairing, thread(pairing, current_user, our_side()), form=form)
    conversation.keep_draft(pairing, form.text.data, by=current_user, now=now)
    db.session.commit()
    flash(_("Your draft is kept. Only you read it; choose files when you send it."))
    return redirect(url_for(".talk", pairing_id=pairing.id))


@bp.get("/pairings/<int:pairing_id>/files/<int:attachment_id>")
@access("sme", "company", writes=True)  # opening technical material is recorded
def download(pairing_id, attachment_id):
    pairing, side = own_conversation(pairing_id), our_side()
    found = db.get_or_404(Attachment, attachment_id)
    message = own_message(pairing, found.message_id)
    if not message.is_readable:
        abort(404)
    if not message.opens_files_to(side, confidentiality.words_of(pairing)):
        refuse("nda")
    path = store().path(found.stored_as)
    if not path.is_file():
        return error_page(404, _("This file is no longer in the store. Ask for it once more."))
    if message.technical and side is not message.side:
        audit.record("attachment_opened", found, by=current_user, now=utcnow(), pairing=pairing.id)
    db.session.commit()
    answer = send_file(
        path,
        mimetype=found.mimetype,
        as_attachment=True,
        download_name=found.name,
        conditional=False,
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.post("/pairings/<int:pairing_id>/nda")
@access("sme", "company", approved=True)
def nda(pairing_id):
    """Say for one's own side that a non-disclosure agreement stands."""
    pairing = own_conversation(pairing_id)
    hold(pairing, "state")
    confidentiality.confirm(pairing, given="nda" in request.form, by=current_user, now=utcnow())
    db.session.commit()
    flash(_("It is recorded that the agreement stands for your side."), "good")
    return redirect(url_for(".talk", pairing_id=pairing.id))


@bp.post("/pairings/<int:pairing_id>/messages/<int:message_id>/report")
@access("sme", "company", approved=True)
def report(pairing_id, message_id):
    pairing = own_conversation(pairing_id)
    message = own_message(pairing, message_id)
    form = ReportForm(at=message.id)
    if not form.accepted():
        found = thread(pairing, current_user, our_side(), around=message)
        return talk_page(pairing, found, report_form=form)
    reports.report(message, by=current_user, now=utcnow(), **form.chosen)
    db.session.commit()
    flash(_("Your report has been sent. The ministry reads this one message."), "good")
    return redirect(url_for(".talk", pairing_id=pairing.id))


@bp.get("/pairings/conversations/next")
@access("sme", "company")
def next_unread():
    """Lead to the conversation that has waited longest to be read."""
    oldest = conversation.unread(current_user).order_by(Message.id).limit(1)
    pairing_id = db.session.scalar(oldest)
    if pairing_id is None:
        return redirect(url_for(".index", tab="agreed"))
    return redirect(url_for(".talk", pairing_id=pairing_id, _anchor="new"))
