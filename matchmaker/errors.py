"""The one exception by which a rule says no; and how a fault is put into one line."""


class Refusal(Exception):
    """A rule refused an act; the message tells the person why, in their language.

    Below the views this is the only way to say no. `web/errors.py` turns it into a
    409, and only there. `rule` is a stable name for tests and counts.
    """

    def __init__(self, message, rule=None):
        super().__init__(message)
        self.rule = rule

    def __str__(self):
        return str(self.args[0])


def in_a_line(fault):
    """Return what a fault says in its first line, for logs and for the rows of jobs.

    PostgreSQL quotes the row that it refuses, and so what people typed, in the lines below.
    """
    said, kind = first_line(str(fault)), type(fault).__name__
    return f"{kind}: {said}" if said else kind


def first_line(text):
    return text.partition("\n")[0]
