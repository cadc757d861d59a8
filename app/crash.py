"""What nobody expected: kept in a report file, told to the user, survived where possible."""

import asyncio
import faulthandler
import logging
import platform
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

_log = logging.getLogger(__name__)
Tell = Callable[[str, Path], None]
REPORTS_KEPT = 50  # a driver that crashes every few seconds must not fill the disk


def keep_memory_off_disk() -> None:
    """Let the system write no file of this program's memory when it dies by a signal.

    Passwords lie in it, and it would lie in whatever folder somebody stood in. Programs
    started from here inherit it.
    """
    if sys.platform != "win32":
        import resource

        most = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))


class CrashReports:
    """Writes a report for each fault of ours; usable from every thread.

    Reports hold the trace and versions, never values of variables, so no secret
    can end up in one.
    """

    def __init__(self, folder: Path, tell: Tell | None = None) -> None:
        """``tell`` hears a sentence and the report's path, on the thread that failed."""
        self._folder = folder
        self._tell = tell
        self._stream: Any = None

    def install(self) -> None:
        """Catch what threads, the interpreter and Qt's slots let through.

        A folder that cannot be written is told by who opens the project in it; this is
        not the place to fail.
        """
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._stream = (self._folder / "hard-crash.txt").open("a", encoding="utf-8")
            faulthandler.enable(self._stream)

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        if self._stream is not None:
            faulthandler.disable()
            self._stream.close()
            self._stream = None

    def tell_with(self, tell: Tell) -> None:
        """Tell the user this way from now on (the window, once there is one)."""
        self._tell = tell

    def on_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Be an event loop's exception handler."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report(error, str(context.get("message", "event loop")))
        else:
            _log.error("event loop: %s", context.get("message"))

    def guarded(self, work: Callable[[], int], failed: Callable[[Exception, Path], int]) -> int:
        """Return what ``work`` returns, or ``failed`` of an error nobody foresaw.

        The outermost place of a program: the trace goes into a report, never to the user.
        """
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - a named supervisor: the last one there is
            return failed(error, self.report(error, "a command"))

    def report(self, error: BaseException, where: str) -> Path:
        """Write a report file and return its path.

        The newest fifty are kept. Where the folder cannot be written the report lies
        with the temporary files.
        """
        at = datetime.now(UTC)
        name = f"crash-{at:%Y%m%dT%H%M%S%f}.txt"
        text = "".join(traceback.format_exception(error))
        path = self._write(
            name,
            f"Heatdesk fault report\nat: {at.isoformat()}\nwhere: {where}\n"
            f"python: {platform.python_version()} on {platform.platform()}\n\n{text}",
        )
        _log.error("%s: %s; report in %s", where, error, path.name)
        if self._tell is not None:
            self._tell(f"{type(error).__name__}: {error}", path)
        return path

    def _write(self, name: str, text: str) -> Path:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / name
            path.write_text(text, encoding="utf-8")
            for old in sorted(self._folder.glob("crash-*.txt"))[:-REPORTS_KEPT]:
                old.unlink(missing_ok=True)
        except OSError as why:
            _log.warning("%s cannot be written: %s", self._folder, why)
            path = Path(tempfile.gettempdir()) / name
            with suppress(OSError):
                path.write_text(text, encoding="utf-8")
        return path

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.report(error, "main thread")

    def _on_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            name = arguments.thread.name if arguments.thread else "a thread"
            self.report(arguments.exc_value, name)
