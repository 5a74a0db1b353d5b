"""Long lists, a page at a time, and what addresses and forms name: rows, and the way back."""

import re

from flask import request
from werkzeug.routing import BaseConverter, IntegerConverter

from ..db import db

PAGE_SIZE = 20
LAST_PAGE = 1_000_000  # beyond any list, and well within what a database counts to
LARGEST_ID = 2**31 - 1

# One slash, then nothing that a browser reads as a second one (a backslash) or leaves out (tabs).
OWN_ADDRESS = re.compile(r"/(?![/\\])[^\s\\\x00-\x20\x7f]{0,498}")


class Id(IntegerConverter):
    """`<int:…>` in an address: larger numbers than an id can be are unknown pages, not faults."""

    def __init__(self, url_map):
        super().__init__(url_map, max=LARGEST_ID)


class Slug(BaseConverter):
    """`<slug:…>` in an address: anything but such a name is an unknown page for any database."""

    regex = "[a-z0-9-]{1,60}"


def named_id(name, values=None):
    """Return the id that the address names, as in `?need=7`; None for anything that is none.

    `values` are those of a form, where it is named there.
    """
    found = (request.args if values is None else values).get(name, type=int)
    return found if found is not None and 0 < found <= LARGEST_ID else None


def paged(select, *, per_page=PAGE_SIZE):
    """Return one page of a select of rows of one model, by the `page` of the address.

    A page number that is not one, or beyond the end, shows the first or the last page
    instead of an error: addresses are kept and lists get shorter.
    """
    wanted = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    page = db.paginate(select, page=wanted, per_page=per_page, error_out=False)
    if not page.items and page.pages:
        page = db.paginate(select, page=page.pages, per_page=per_page, error_out=False)
    return page


def back_or(fallback):
    """Return the page of ours that a form names to return to, else `fallback`."""
    target = request.form.get("next") or request.args.get("next") or ""
    return target if OWN_ADDRESS.fullmatch(target) else fallback
