"""The cable of the tests passes everything on, and nothing while it is pulled out."""

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from tests.cable import Cable, cable

LONG_S = 30.0


class Echo:
    """A server that says back what it is told."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self._door.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line:
            try:
                while piece := line.recv(1 << 16):
                    line.sendall(piece)
            except OSError:
                return


@pytest.fixture
def laid() -> Iterator[Cable]:
    echo = Echo()
    with cable(echo.port) as made:
        yield made
    echo.close()


def called(laid: Cable) -> socket.socket:
    return socket.create_connection(("127.0.0.1", laid.port), timeout=LONG_S)


def said_back(line: socket.socket, word: bytes) -> bytes:
    """Return what comes back; b"" where the line is cut."""
    try:
        line.sendall(word)
        return line.recv(1 << 16)
    except OSError:
        return b""


def test_what_is_said_comes_back(laid: Cable) -> None:
    with called(laid) as one, called(laid) as other:
        assert said_back(one, b"supply") == b"supply"
        assert said_back(other, b"return") == b"return"


def test_a_pulled_cable_cuts_every_line_and_lets_none_through(laid: Cable) -> None:
    with called(laid) as line:
        assert said_back(line, b"a") == b"a"
        laid.pull()
        assert said_back(line, b"b") == b""
    with called(laid) as line:
        assert said_back(line, b"c") == b""


def test_plugged_in_again_it_passes_on(laid: Cable) -> None:
    laid.pull()
    laid.plug()
    with called(laid) as line:
        assert said_back(line, b"d") == b"d"
