"""What letters say: one notice each, or the notices of a day or a week gathered into one."""

from itertools import groupby

from flask import current_app, url_for
from flask_babel import force_locale, ngettext

from .. import outbox
from .links import stop_link
from .sentences import KINDS, Group, link, sentence
from .settings import LABELS

LINES = 40  # notices in one gathered letter; the others are counted and read in the product


def may_get_mail(account):
    """Say whether letters are written to this account at all."""
    return account.active and account.confirmed_at is not None


def write_one(notice, account, *, now):
    """Write the letter of one notice, in its reader's language."""
    group = KINDS[notice.kind].group
    with force_locale(account.language):
        text = sentence(notice)
        body = _render("mail.txt", account, [group], text=text, url=link(notice))
        return _post(account, [group], text, body, now=now, notice=notice)


def write_gathered(notices, account, *, now):
    """Write one letter of several notices, group by group, in their reader's language."""
    order = list(Group)
    notices = sorted(notices, key=lambda notice: (order.index(_group(notice)), notice.id))
    groups = list(dict.fromkeys(_group(notice) for notice in notices))
    with force_locale(account.language):
        title = ngettext("%(num)d new notice", "%(num)d new notices", len(notices))
        parts = [
            (LABELS[group], [(sentence(notice), link(notice)) for notice in members])
            for group, members in groupby(notices[:LINES], key=_group)
        ]
        body = _render(
            "gathered.txt", account, groups, title=title, parts=parts, more=len(notices) - LINES
        )
        return _post(account, groups, title, body, now=now)


def _group(notice):
    return KINDS[notice.kind].group


def _render(name, account, groups, **context):
    # Not by render_template: what it adds to pages is about a request, and a job has none.
    letter = current_app.jinja_env.get_template(f"notifications/{name}")
    return letter.render(
        labels=[LABELS[group] for group in groups],
        stop_url=stop_link(account, groups),
        settings_url=url_for("notice_settings.show", _external=True),
        notices_url=url_for("notifications.index", _external=True),
        **context,
    )


def _post(account, groups, subject, body, *, now, notice=None):
    mail = outbox.post(account.email, subject, body, now=now, notice=notice)
    mail.stop_url = stop_link(account, groups)
    return mail
