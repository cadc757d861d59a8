"""Names of computers: one that no computer can have is told like one that nobody has."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def computer_name() -> Iterator[None]:
    """Around a connection that is opened by name: raise `socket.gaierror` for what is none.

    Python looks a name up after it has written it as IDNA (RFC 3490); one with an empty or an
    overlong part ends there as `UnicodeError`, which nobody expects of a network.
    """
    try:
        yield
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
