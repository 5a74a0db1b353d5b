"""How often one address may try what guesses passwords or sends mail: above that, 429."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address


def limit_views(app, table):
    """Limit the POSTs of views: {endpoint: "10 per minute; 60 per hour"}, for each address.

    Counts are kept by each process, so that several of them let through a multiple; what
    must hold exactly, the closing of sign-in after wrong passwords, is in the database.
    """
    limiter = Limiter(get_remote_address, app=app)
    app.extensions["limits"] = limiter  # its wrappers hold it only weakly
    for endpoint, limit in table.items():
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(limit, methods=["POST"])(view)
