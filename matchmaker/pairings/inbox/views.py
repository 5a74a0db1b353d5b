"""What a company does with its inbox: several answers at once, notes, who takes care, a file."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ...db import db, utcnow
from ...listing.identity import identities
from ...web.guard import access
from ...web.pages import LARGEST_ID, back_or
from ..blueprint import bp, colleagues, own_pairing, people
from ..forms import AcceptAsCompanyForm, NoteForm, ReasonForm
from ..rules import RULES
from ..wishes.mark_words import mark_words
from ..wishes.preferences import Mark
from . import handling, several
from .handling import Note


@bp.route("/pairings/several", methods=["GET", "POST"])
@access("company", approved=True)
def answer_several():
    """Show what one answer to several would do; then give it to each by itself."""
    now, what = utcnow(), request.values.get("do")
    if what not in several.ACTS:
        abort(404)
    chosen = several.chosen(current_user.organisation, ids_of(request.values, "pairing"))
    if not chosen:
        flash(_("Choose at least one first."))
        return redirect(back_or(url_for(".index", tab="answer")))
    form = form_for(what)
    if form.accepted():
        came = several.answer(chosen, what, by=current_user, now=now, **said(form, what))
        db.session.commit()
        return redirect(result_address(what, came))
    return render_template(
        "pairings/several.html",
        what=what,
        outlooks=several.outlook(chosen, what, now=now),
        names=identities([pairing.need for pairing in chosen]),
        form=form,
    ), form.status


@bp.get("/pairings/several/result")
@access("company", approved=True)
def several_result():
    """Say what came of each, after several were answered at once."""
    refused = dict(named_rules(request.args.getlist("refused")[: several.MOST]))
    ids = [*ids_of(request.args, "done"), *refused]
    company = current_user.organisation
    found = several.chosen(company, ids)
    names = identities([pairing.need for pairing in found])
    learnt = Mark.of(company).where(Mark.pairing_id.in_([pairing.id for pairing in found]))
    return render_template(
        "pairings/several_result.html",
        what=request.args.get("do"),
        done=[pairing for pairing in found if pairing.id not in refused],
        refused=[(pairing, refused[pairing.id]) for pairing in found if pairing.id in refused],
        names=names,
        learnt=[mark_words(mark, names) for mark in db.session.scalars(learnt)],
    )


def form_for(what):
    if what == "accept":
        return AcceptAsCompanyForm(people=people(), contact=current_user)
    return ReasonForm(at="several")


def said(form, what):
    """Return what the verb takes from the form."""
    if what == "accept":
        return {"consent": form.consent.data, "contact": form.chosen_contact}
    return form.chosen


def ids_of(values, name):
    """Return the ids that are named, each once."""
    ids = values.getlist(name, type=int)
    return list(dict.fromkeys(id_ for id_ in ids if 0 < id_ <= LARGEST_ID))[: several.MOST]


def result_address(what, came):
    done = [id_ for id_, rule in came.items() if rule is None]
    refused = [f"{id_}.{rule}" for id_, rule in came.items() if rule is not None]
    return url_for(".several_result", do=what, done=done, refused=refused)


def named_rules(values):
    """Yield (id, rule) of addresses like `refused=7.full`; an unknown rule is the general one."""
    for value in values:
        id_, _dot, rule = value.partition(".")
        if id_.isdecimal() and len(id_) < 11 and 0 < int(id_) <= LARGEST_ID:
            yield int(id_), rule if rule in RULES else "no_move"


@bp.post("/pairings/<int:pairing_id>/assign")
@access("company", approved=True)
def assign(pairing_id):
    pairing = own_pairing(pairing_id)
    chosen = request.form.get("account", type=int)
    account = next((one for one in colleagues() if one.id == chosen), None)
    if chosen and account is None:
        abort(404)
    handling.assign(pairing, account, by=current_user, now=utcnow())
    db.session.commit()
    if account is None:
        flash(_("Nobody in particular takes care of it now."))
    else:
        flash(_("%(name)s takes care of it now.", name=account.name), "good")
    return redirect(back_or(url_for(".show", pairing_id=pairing.id)))


@bp.route("/pairings/<int:pairing_id>/note", methods=["GET", "POST"])
@access("company", approved=True)
def note(pairing_id):
    """Read and write the company's own note; of two who write at once nobody loses words."""
    pairing = own_pairing(pairing_id)
    form, kept = NoteForm(), note_of(pairing)
    if request.method == "GET":
        form.text.data, form.version.data = kept and kept.text, kept.version if kept else 0
    overtaken = False
    if form.accepted():
        if (kept.version if kept else 0) == form.version.data:
            return noted(pairing, form)
        overtaken = True
        form.version.raw_data = [str(kept.version)]
        form.version.data = kept.version
    return render_template(
        "pairings/note.html",
        pairing=pairing,
        name=identities([pairing.need])[pairing.need_id],
        form=form,
        kept=kept,
        overtaken=overtaken,
    ), 409 if overtaken else form.status


def note_of(pairing):
    return db.session.scalar(Note.of(current_user.organisation, [pairing.need_id]))


def noted(pairing, form):
    """Keep the note, commit, and lead back to where it was written."""
    handling.write_note(
        current_user.organisation,
        pairing.need,
        form.text.data,
        version=form.version.data,
        by=current_user,
        now=utcnow(),
    )
    db.session.commit()
    flash(_("The note is saved.") if form.text.data else _("The note is gone."), "good")
    return redirect(back_or(url_for(".show", pairing_id=pairing.id)))
