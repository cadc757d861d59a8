"""Why a connection is not there is told in words, whoever raised it, and never by a number."""

import asyncio
import errno
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model.device import LinkConfig, LinkId
from app.model.meterprofile import STANDARD_ALONE
from drivers.links.radio import RadioLink
from drivers.links.whylost import why_lost
from drivers.receivers.receiver import ways_of
from tests.drivers.links.test_radio import until

REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 33709)")
BOTH = OSError(
    "Multiple exceptions: [Errno 111] Connect call failed ('::1', 4000, 0, 0), "
    "[Errno 111] Connect call failed ('127.0.0.1', 4000)"
)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (REFUSED, "the connection was refused"),
        (BOTH, "the connection was refused"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "the connection was lost"),
        (OSError(errno.EHOSTUNREACH, "x"), "there is no way to it in the network"),
        (OSError(errno.EADDRINUSE, "x"), "another program has taken the port"),
        (OSError(errno.EADDRNOTAVAIL, "x"), "this computer has no such address"),
        (TimeoutError(errno.ETIMEDOUT, "x"), "nobody answered"),
        (TimeoutError(), "nobody answered"),
        (socket.gaierror(-2, "Name or service not known"), "the name of the host is not"),
        (FileNotFoundError(errno.ENOENT, "x", "/a/b"), "/a/b: there is no such file or folder"),
        (PermissionError(errno.EACCES, "x", "/a"), "/a: it may not be opened: the right"),
        (OSError(errno.EMFILE, "x"), "no connection: Too many open files"),
        (ConnectionError("the receiver hung up"), "the receiver hung up"),
        (ConnectionError(), "ConnectionError"),
    ],
)
def test_every_error_of_the_system_is_told_in_words(error: OSError, says: str) -> None:
    told = why_lost(error)
    assert told.startswith(says)
    assert "Errno" not in told


def test_a_line_says_its_own_time_limit_and_whom_it_dialled() -> None:
    assert why_lost(TimeoutError(), 2.5) == "no connection within 2.5 s"
    unknown = socket.gaierror(-2, "x")
    assert why_lost(unknown, 2.5, "the device").startswith(
        "the name of the device is not known"
    )


async def test_receivers_that_are_not_there_say_why_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]  # bound and not listening: whoever dials it is refused
        ways = ways_of(
            f"roof=tcp:127.0.0.1:{port} broker=mqtt:127.0.0.1:{port}/meters "
            f"file=file:{tmp_path / 'none.txt'} folder=elvaco:{tmp_path / 'none'}?zone=UTC "
            f"push=push:127.0.0.1:{port} name=tcp:nowhere.invalid:1"
        )
        config = LinkConfig(LinkId("street"), "wmbus", "The street", {})
        link = RadioLink(config, ways, STANDARD_ALONE, lambda: datetime.now(UTC))
        await link.open()
        try:
            await until(lambda: all(link.ear.of(way.name).trouble for way in ways))
            told = {each.receiver: each.trouble for each in link.figures().receivers}
        finally:
            await link.close()
    assert told["roof"] == "the connection was refused"
    assert told["broker"] == "broker: the connection was refused"
    assert told["file"] == f"{tmp_path / 'none.txt'}: there is no such file or folder"
    assert told["folder"].endswith("there is no such file or folder")
    assert told["push"] == "another program has taken the port"
    assert told["name"] == "the name of the host is not known in the network"
    await asyncio.sleep(0)
