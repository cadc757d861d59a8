"""What serial ports are called, and why one cannot be opened."""

import errno
import re

from app.words import _

_PORT = re.compile(r"COM[1-9]\d{0,2}|/dev/\S+", re.IGNORECASE)


def is_port(name: str) -> bool:
    """Tell whether a name is a port's: ``COM3`` on Windows, ``/dev/ttyUSB0`` elsewhere."""
    return _PORT.fullmatch(name) is not None


def why_closed(error: Exception) -> str:
    """Return in words why a port did not open."""
    if isinstance(error, FileNotFoundError):
        return _("this computer has no such port")
    if isinstance(error, PermissionError):
        return _("the port may not be opened: another program has it, or the right is missing")
    if isinstance(error, OSError) and error.errno in {errno.EBUSY, errno.EAGAIN}:
        return _("another program has opened the port")
    why = getattr(error, "strerror", None) or error
    return _("the port cannot be opened: {why}").format(why=why)
