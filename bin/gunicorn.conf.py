"""How gunicorn serves the application; every setting may be overridden on the command line."""

import os
import threading

workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = 8
worker_class = "gthread"
timeout = 60
graceful_timeout = 10
loglevel = "warning"


WARM_AFTER = 2  # seconds: reading the dictionary holds up every other thread, so first serve


def post_worker_init(worker):
    """Read the dictionary and rank once, so that the first visitor does not wait for it."""
    timer = threading.Timer(WARM_AFTER, _warm, args=(worker.app.callable,))
    timer.daemon = True
    timer.start()


def _warm(app):
    from matchmaker.db import utcnow  # not before the worker: masters need no application
    from matchmaker.pairings.index import warm

    with app.app_context():
        warm(utcnow())
