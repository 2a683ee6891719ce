"""Structured logs on standard error: one line an event, ids instead of people.

Nothing a person wrote, no address and no secret is ever passed to a logger.
"""

import logging
import re
import sys

import structlog

# Whoever knows the rest of these addresses may come in.
_KEYS_IN_PATHS = re.compile(r"/(in|invitations|password)/[^/\s]+")


def set_up_logs(*, as_json: bool, level: str = "INFO") -> None:
    """Write every log, ours and the libraries', in one form."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide_keys,
    ]
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "imapclient", "axes", "django.request", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _hide_keys(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Leave the keys out of paths such as /password/<token>/, which libraries log when a page fails."""
    for name in ("event", "exception"):
        if isinstance(event.get(name), str):
            event[name] = _KEYS_IN_PATHS.sub(r"/\1/…", event[name])
    return event
