"""One structured line a request: what, how long, which account by id; never what was typed."""

import logging
import sys
import time
import uuid

import structlog
from flask import g, request
from flask_login import current_user

from ..errors import first_line

log = structlog.get_logger()


def init_app(app):
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # without local variables: they hold what people typed
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            _without_quoted_rows,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.ERROR if app.testing else logging.INFO
        ),
        cache_logger_on_first_use=False,
    )
    app.before_request(_start)
    app.after_request(_finish)


def _without_quoted_rows(_logger, _method, line):
    """Cut each fault to its first line: in those below a database quotes what people typed."""
    for fault in line.get("exception", ()):
        fault["exc_value"] = first_line(fault["exc_value"])
    return line


def _start():
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex[:12])


def _finish(response):
    if request.endpoint != "static":
        log.info(
            "request",
            method=request.method,
            endpoint=request.endpoint,
            view_args={k: v for k, v in (request.view_args or {}).items() if isinstance(v, int)},
            status=response.status_code,
            milliseconds=round((time.perf_counter() - g.started) * 1000),
            account_id=_account_id(),
        )
    return response


def _account_id():
    if "_login_user" in g and current_user.is_authenticated:
        return current_user.id
    return None
