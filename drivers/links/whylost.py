"""Why a connection is not there, in words: one place for every way to a device or receiver."""

import errno
import os
import re
import socket
from collections.abc import Callable, Mapping

from app.clipped import clipped
from app.words import _

_MOST_OF_NAME = 200  # letters of a file with its folders
# As Python and its libraries begin what they say, also of several errors at once.
_NUMBER = re.compile(r"(?:Multiple exceptions: )?\[Errno (-?\d+)\]")
_WORDS: Mapping[int, Callable[[], str]] = {
    errno.ECONNREFUSED: lambda: _("the connection was refused"),
    errno.ECONNRESET: lambda: _("the connection was lost"),
    errno.ECONNABORTED: lambda: _("the connection was lost"),
    errno.EPIPE: lambda: _("the connection was lost"),
    errno.ETIMEDOUT: lambda: _("nobody answered"),
    errno.EHOSTUNREACH: lambda: _("there is no way to it in the network"),
    errno.ENETUNREACH: lambda: _("there is no way to it in the network"),
    errno.EADDRINUSE: lambda: _("another program has taken the port"),
    errno.EADDRNOTAVAIL: lambda: _("this computer has no such address"),
    errno.ENOENT: lambda: _("there is no such file or folder"),
    errno.ENOTDIR: lambda: _("there is no such file or folder"),
    errno.EACCES: lambda: _("it may not be opened: the right is missing"),
    errno.EPERM: lambda: _("it may not be opened: the right is missing"),
    errno.ENOSPC: lambda: _("the disk is full"),
}


def why_lost(error: BaseException, within_s: float | None = None, whom: str = "") -> str:
    """Return in words why a connection, or a file, was not had or not kept.

    Args:
        error: An `OSError`, or what a library made of one. A sentence of ours in it stays.
        within_s: How long the connection was waited for, where that is its time limit, in s.
        whom: Who was dialled by a name, as in “the device”.
    """
    if isinstance(error, socket.gaierror):
        whom = whom or _("the host")
        return _("the name of {whom} is not known in the network").format(whom=whom)
    if isinstance(error, TimeoutError) and error.errno is None:
        if within_s is not None:
            return _("no connection within {seconds} s").format(seconds=f"{within_s:g}")
        return str(error) or _("nobody answered")
    said = str(error)
    found = _NUMBER.match(said)
    number = getattr(error, "errno", None) or (int(found[1]) if found is not None else None)
    if isinstance(error, ConnectionRefusedError):
        number = errno.ECONNREFUSED  # also where Windows has a number of its own
    if number is None:
        return said or type(error).__name__
    words = _WORDS.get(number)
    why = os.strerror(number) if words is None else words()
    name = getattr(error, "filename", None)
    if name:
        return f"{clipped(str(name), _MOST_OF_NAME)}: {why}"
    return why if words is not None else _("no connection: {why}").format(why=why)
