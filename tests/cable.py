"""A network cable between a program and a server, which a test pulls out and plugs in."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_POLL_S = 0.2


class Cable:
    """Listens at a port of its own and passes on what comes, while it is plugged in."""

    def __init__(self, target: int) -> None:
        """``target`` is the server's port on this computer."""
        self._target = target
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(_POLL_S)
        self.port = int(self._door.getsockname()[1])
        self._plugged, self._ended = threading.Event(), threading.Event()
        self._plugged.set()
        self._lines: list[socket.socket] = []
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def pull(self) -> None:
        """Cut every connection, and let no other through."""
        with self._turn:
            self._plugged.clear()
            lines, self._lines = self._lines, []
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def plug(self) -> None:
        """Let connections through again."""
        self._plugged.set()

    def close(self) -> None:
        """Take it away."""
        self.pull()
        self._ended.set()
        self._thread.join()
        self._door.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                line, _address = self._door.accept()
            except TimeoutError:
                continue
            self._join(line)

    def _join(self, line: socket.socket) -> None:
        try:
            other = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            line.close()
            return
        with self._turn:
            if not self._plugged.is_set():
                line.close()
                other.close()
                return
            self._lines += [line, other]
        for source, target in ((line, other), (other, line)):
            threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                target.sendall(piece)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def cable(target: int) -> Iterator[Cable]:
    """Lay a cable to a port of this computer until the block ends."""
    laid = Cable(target)
    try:
        yield laid
    finally:
        laid.close()
