"""Somebody tries passwords at a running core: slowed, written down, and told nothing."""

import asyncio
import socket
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from app.auditverbs import AuditEntry
from app.channel.client import ChannelClient
from app.errors import NotPermitted
from app.project.lock import read_owner
from tests.journeys.product import heatdesk
from tests.journeys.smallsite import LOGIN, NAME, PASSWORD, Site, running_site

# A journey of minutes: run with `pytest -m campaign tests/journeys`.
pytestmark = pytest.mark.campaign
SAID = "the login or the password is wrong"
HELD = "too many wrong passwords: try again in "


@dataclass(frozen=True, slots=True)
class Try:
    """One knock on the core's door, on a connection of its own."""

    login: str
    answer: str  # "" when it let in
    work_s: float  # of the core's processor, however busy the machine is


class Burglar:
    """Holds the token (another program of the same user), but no password."""

    def __init__(self, site: Site) -> None:
        owner = read_owner(site.folder)
        assert owner is not None
        assert owner.port is not None
        self._port, self._token = owner.port, owner.token().encode()
        self._core = psutil.Process(site.core_pid())

    def knocks(self, login: str, password: str) -> Try:
        """Connect anew, say who one is, and return what came back."""
        before = self._core.cpu_times()
        answer = asyncio.run(self._answer(login, password))
        after = self._core.cpu_times()
        return Try(login, answer, after.user + after.system - before.user - before.system)

    async def _answer(self, login: str, password: str) -> str:
        try:
            client = await ChannelClient.connect(self._port, self._token, login, password)
        except NotPermitted as error:
            return str(error)
        await client.close()
        return ""


@dataclass(frozen=True, slots=True)
class Night:
    """What was tried, what was said, what the audit holds, what a command says then."""

    tries: list[Try]
    right_one: Try
    entries: list[AuditEntry]
    command: tuple[int, str]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Ten wrong passwords for somebody known and somebody unknown, in turns, and more."""
    home: Path = tmp_path_factory.mktemp("night")
    with running_site(home, []) as site, site.joined() as inside:
        burglar = Burglar(site)
        logins = [LOGIN if n % 2 else "night.watch" for n in range(16)]
        tries = [burglar.knocks(login, f"wrong horse {n}") for n, login in enumerate(logins)]
        right_one = burglar.knocks(LOGIN, PASSWORD)
        word = home / "word"
        command = heatdesk(
            home, "devices", site.folder, "--user", LOGIN, "--password-file", word
        )
        entries = inside.ask(inside.asked.audit.entries(inside.viewer, 100))
        yield Night(tries, right_one, list(entries), (command.returncode, command.stderr))


def test_ten_wrong_passwords_a_minute_are_looked_at_however_many_connections(
    night: Night,
) -> None:
    assert [t.answer == SAID for t in night.tries] == [True] * 10 + [False] * 6
    assert all(t.answer.startswith(HELD) for t in night.tries[10:])


def test_even_the_right_password_waits_then(night: Night) -> None:
    assert night.right_one.answer.startswith(HELD)
    code, said = night.command
    assert (code, said.count("\n")) == (3, 1)
    assert HELD in said


def test_an_unknown_name_gets_the_same_words_after_the_same_work(night: Night) -> None:
    looked_at = night.tries[:10]
    known = [t for t in looked_at if t.login == LOGIN]
    unknown = [t for t in looked_at if t.login != LOGIN]
    assert {t.answer for t in known} == {t.answer for t in unknown} == {SAID}
    work_s = [statistics.median(t.work_s for t in tries) for tries in (known, unknown)]
    assert min(work_s) > 0.03  # a password was really hashed
    assert 0.6 < work_s[1] / work_s[0] < 1.6
    held = [t.work_s for t in night.tries[10:]]
    assert statistics.median(held) < min(work_s)  # and a flood costs the core nothing


def test_the_audit_names_who_from_where_and_never_what_was_typed(night: Night) -> None:
    came = [entry for entry in night.entries if entry.verb == "session.login"]
    here = socket.gethostname()
    assert {entry.workstation for entry in came} == {here}
    refused = [entry for entry in came if entry.result != "done"]
    assert {(e.login, e.name) for e in came if e.result == "done"} == {(LOGIN, NAME)}
    kept = [(entry.login, entry.name, entry.result) for entry in reversed(refused)]
    assert kept == [
        *[("ni…", "", "refused"), (LOGIN, NAME, "refused")] * 5,
        ("ni…", "", "held back"),
    ]
