"""A wired M-Bus slave nobody here wrote, behind a pseudo-terminal that a gateway leads to.

No package registry has one: ``MBUS_SLAVE`` of the environment names a program that is called
with ``-a ADDRESS PORT`` and answers at that port (docs/mbus-figures.md says what was tried).
"""

import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PROGRAM = "MBUS_SLAVE"
_BLOCK = 512
_BEGINS_S = 1.0  # until it has opened its port
_LOOK_S = 0.1


@contextmanager
def foreign_slave(address: int) -> Iterator[str]:
    """Run it at a primary address; yield the HOST:PORT of a transparent gateway to its bus."""
    program = os.environ.get(PROGRAM, "")
    if not program or sys.platform == "win32":
        pytest.skip(f"NO FOREIGN M-BUS SLAVE IS TRIED: {PROGRAM} names none")
    import pty
    import tty

    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    ending = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        gateway = threading.Thread(target=_pass_on, args=(server, ours, ending))
        with subprocess.Popen([program, "-a", str(address), os.ttyname(theirs)]) as slave:
            gateway.start()
            try:
                time.sleep(_BEGINS_S)
                yield f"127.0.0.1:{server.getsockname()[1]}"
            finally:
                ending.set()
                slave.kill()
                gateway.join()
    os.close(ours)
    os.close(theirs)


def _pass_on(server: socket.socket, bus: int, ending: threading.Event) -> None:
    """Pass bytes between the bus and whoever is connected, one at a time."""
    master: socket.socket | None = None
    while not ending.is_set():
        waiting: list[socket.socket | int] = [
            server,
            bus,
            *([] if master is None else [master]),
        ]
        for ready in select.select(waiting, [], [], _LOOK_S)[0]:
            if ready is server:
                if master is not None:
                    master.close()
                master = server.accept()[0]
            elif ready is master:
                data = master.recv(_BLOCK) if master is not None else b""
                if data:
                    os.write(bus, data)
                elif master is not None:
                    master.close()
                    master = None
            elif (data := os.read(bus, _BLOCK)) and master is not None:
                master.sendall(data)
    if master is not None:
        master.close()
