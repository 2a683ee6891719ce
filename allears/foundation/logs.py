"""Structured logs on standard error: one line an event, ids instead of people.

Nothing a person wrote, no address and no secret is ever passed to a logger.
"""

import logging
import re
import sys
import traceback

import structlog

LONGEST_CHAIN = 4

# Whoever knows the rest of these addresses may come in.
_KEYS_IN_PATHS = re.compile(r"/(in|invitations|password)/[^/\s]+")


def set_up_logs(*, as_json: bool, level: str = "INFO") -> None:
    """Write every log, ours and the libraries', in one form."""
    last = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*_steps(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_steps(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "imapclient", "axes", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


def _steps() -> list[structlog.types.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_exception,
        _hide_keys,
    ]


def tell_exception(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Say where an exception came from and of which kind it is; its message may quote what a person wrote."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else None
    if error is None and given:
        error = given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    kinds: list[str] = []
    while error is not None and len(kinds) < LONGEST_CHAIN:
        frames = traceback.extract_tb(error.__traceback__)
        places = ", ".join(f"{f.filename}:{f.lineno} {f.name}" for f in frames)
        kinds.append(f"{type(error).__name__} at {places}")
        error = error.__cause__ or error.__context__
    return {**event, "exception": "; ".join(kinds)} if kinds else event


def _hide_keys(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Leave the keys out of paths such as /password/<token>/, which libraries log when a page fails."""
    for name in ("event", "exception"):
        if isinstance(event.get(name), str):
            event[name] = _KEYS_IN_PATHS.sub(r"/\1/…", event[name])
    return event
