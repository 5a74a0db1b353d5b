"""Korean by default, English by one click; dates, won and shares as people write them."""

import re
from datetime import datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask import g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user
from markupsafe import Markup

SEOUL = ZoneInfo("Asia/Seoul")
LANGUAGES = ("ko", "en")
DAY = {"ko": "{0.year}년 {0.month}월 {0.day}일", "en": "{0.day} {1} {0.year}"}
MONTHS = (
    "January February March April May June July August September October November December".split()
)
HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")
MINUS = "\N{MINUS SIGN}"

babel = Babel()


def init_app(app):
    babel.init_app(app, locale_selector=_chosen_language)
    app.add_template_filter(day)
    app.add_template_filter(lang)
    app.add_template_filter(short_day)
    app.add_template_filter(moment)
    app.add_template_filter(clock)
    app.add_template_filter(days_left)
    app.add_template_filter(won)
    app.add_template_filter(percent)
    app.add_template_filter(number)
    app.context_processor(_page_languages)


def language():
    """Return the language of this page or mail, `ko` or `en`."""
    locale = get_locale()
    return locale.language if locale else LANGUAGES[0]


def in_language(korean, english):
    """Return the text of the page's language, or the other one where that is missing."""
    first, second = (korean, english) if language() == "ko" else (english, korean)
    return first or second or ""


def written_in(*texts):
    """Return the language of what was typed; of nothing, the page's."""
    text = "".join(filter(None, texts))
    if not text:
        return language()
    return "ko" if HANGUL.search(text) else "en"


def lang(text):
    """Return the lang attribute for typed text in another language than the page, else nothing."""
    typed = written_in(str(text or ""))
    return Markup("") if typed == language() else Markup(' lang="{}"').format(typed)


def seoul(at):
    """Return a moment as the clock in Seoul shows it."""
    return at.astimezone(SEOUL)


def day(value):
    """Write a day (or a moment's day in Seoul): 2026년 11월 24일, 24 November 2026."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = seoul(value)
    return DAY[language()].format(value, MONTHS[value.month - 1])


def short_day(value):
    """Write a day without its year: 11월 27일, 27 November."""
    if isinstance(value, datetime):
        value = seoul(value)
    if language() == "ko":
        return f"{value.month}월 {value.day}일"
    return f"{value.day} {MONTHS[value.month - 1]}"


def clock(value):
    """Write a moment's time in Seoul: 18:00."""
    return f"{seoul(value):%H:%M}"


def days_left(value):
    """Return how many midnights in Seoul lie between now and a moment or day; 0 is today.

    A moment that has passed is below 0, today's as well.
    """
    now = datetime.now(SEOUL)
    if not isinstance(value, datetime):
        return (value - now.date()).days
    days = (seoul(value).date() - now.date()).days
    return min(days, -1) if seoul(value) <= now else days


def moment(value):
    """Write a moment in Seoul's time to the minute: 2026년 11월 24일 09:12."""
    if value is None:
        return ""
    comma = "," if language() == "en" else ""
    return f"{day(value)}{comma} {seoul(value):%H:%M}"


def number(value):
    """Write a number with its thousands set apart."""
    return format_decimal(value, locale=language()).replace("-", MINUS)


def won(amount):
    """Write an amount in won as people say it: 1억 2,500만 원, KRW 125 million."""
    if amount is None:
        return ""
    if language() == "ko":
        return _korean_won(amount)
    for unit, word in ((10**12, " trillion"), (10**9, " billion"), (10**6, " million")):
        if amount >= unit:
            return f"KRW {round(amount / unit, 2):,g}{word}"
    return f"KRW {amount:,}"


def _korean_won(amount):
    parts = []
    for unit, word in ((10**12, "조"), (10**8, "억"), (10**4, "만"), (1, "")):
        count, amount = divmod(amount, unit)
        if count:
            parts.append(f"{count:,}{word}")
    return f"{' '.join(parts) or '0'} 원"


def percent(share, digits=0):
    """Write a share of 1 in hundredths: 0.784 → 78%."""
    return f"{share * 100:.{digits}f}%".replace("-", MINUS)


def _chosen_language():
    """Take the language of the link, else of the session, else of the account, else Korean."""
    if not has_request_context():
        return None
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["language"] = asked
        return asked
    if session.get("language") in LANGUAGES:
        return session["language"]
    if "_login_user" in g and current_user.is_authenticated:
        return current_user.language
    return LANGUAGES[0]


def _page_languages():
    """Give templates the page's language and the address of the same page in the other one."""
    here = language()
    other = "en" if here == "ko" else "ko"
    # A path that begins with two slashes, as only an unknown page has, would name another host.
    path = quote("/" + request.path.lstrip("/"))
    query = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return {
        "language": here,
        "other_language": other,
        "other_language_url": f"{path}?{urlencode([*query, ('lang', other)])}",
        "in_language": in_language,
    }
