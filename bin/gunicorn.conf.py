"""How gunicorn serves the application; every setting may be overridden on the command line."""

import gc
import os
import threading

workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = 8
worker_class = "gthread"
timeout = 60
graceful_timeout = 10
loglevel = "warning"
# Several workers share one analyser and one index: both are loaded once, before the fork.
preload_app = workers > 1

WARM_AFTER = 2  # seconds: reading the dictionary holds up every other thread, so first serve


def when_ready(server):
    """Load for all workers what each would otherwise load for itself."""
    if preload_app:
        _warm(server.app.callable)
        gc.collect()
        gc.freeze()  # a collection that touched these objects would copy their pages


def post_worker_init(worker):
    """Read the dictionary and rank once, so that the first visitor does not wait for it."""
    if not preload_app:
        timer = threading.Timer(WARM_AFTER, _warm, args=(worker.app.callable,))
        timer.daemon = True
        timer.start()


def _warm(app):
    from matchmaker.db import db, utcnow  # not before the worker: masters need no application
    from matchmaker.pairings.ranking.index import warm

    with app.app_context():
        warm(utcnow())
        db.engine.dispose()  # a connection is of one process
