"""The filters of a list: read from the address, unknown values left out."""

from flask import request

from ..web.forms import tidy

LONGEST_TEXT = 100


def picked(**options):
    """Return {name: value} of the filters; `options` gives the (value, label) pairs of each.

    A value that is none of its options counts as none, since addresses are kept, typed and
    shortened by people.
    """
    return {
        name: value if (value := request.args.get(name, "")) in {str(v) for v, _ in pairs} else ""
        for name, pairs in options.items()
    }


def searched(name="q"):
    """Return the text to look for, tidy and not longer than anything that can be found."""
    return (tidy(request.args.get(name, "")) or "")[:LONGEST_TEXT]
