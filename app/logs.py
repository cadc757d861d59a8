"""The core's own log: one JSON object a line, rotated, so that people and tools can read it."""

import logging
import logging.handlers
from pathlib import Path

MAX_BYTES = 5_000_000
FILES_KEPT = 10
QUIET = ("pymodbus", "alembic", "asyncio")  # libraries that shout about every lost answer


def start_log(folder: Path, level: str = "info") -> logging.Handler:
    """Write the log to ``folder``/heatdesk.log from now on; returns its handler for `stop_log`.

    ``level`` is a word of the settings: "debug", "info", "warning" or "error".

    Files rotate at 5 MB and ten are kept. Times are UTC. May be called for one
    project at a time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "heatdesk.log",
        maxBytes=MAX_BYTES,
        backupCount=FILES_KEPT,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(_json_lines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    return handler


def stop_log(handler: logging.Handler) -> None:
    """End what `start_log` began and close the file."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def _json_lines() -> logging.Formatter:
    import structlog  # a tenth of a second of every command, and few write this log

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.CallsiteParameterAdder(
                [structlog.processors.CallsiteParameter.THREAD_NAME]
            ),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
