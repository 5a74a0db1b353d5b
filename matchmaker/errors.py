"""The one exception by which a rule says no."""


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
