"""A guest of two plants on one computer: sent away from one, they stay at the other."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QAbstractButton, QApplication, QDialogButtonBox, QLabel, QLineEdit

from app.channel.wire import proof, receive, send
from app.compose.core import utc_now
from app.compose.desktop import open_desktop, recent_projects
from app.compose.joining import Joined, join
from app.errors import NotPermitted
from app.model.person import Person
from app.model.rights import Capability
from app.project.lock import read_owner
from app.project.recent import Known
from tests.app.compose.test_desktop import meanwhile, signals
from tests.app.rights.tenants import ALFA, BRAVO, GUEST, Tenant, two_tenants
from tests.app.rights.world import OWN
from tests.journeys.product import heatdesk
from tests.journeys.seated import Seated
from tests.journeys.traces import leftovers, written
from tests.sweeping import collect
from widgets.shell.login import LoginDialog
from widgets.shell.window import MainWindow

REASON = "the contract ended on 30 November"
GONE_WITHIN_S = 5.0  # promised
ROLES = {ALFA: "full", BRAVO: "read-only"}
pytestmark = [pytest.mark.timeout(240), pytest.mark.feature("LM-56"), pytest.mark.campaign]
assert signals  # the fixture of the other module


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tenant, Tenant]]:
    """Two plants, each run by a process of its own, and a guest of both."""
    with two_tenants(tmp_path_factory.mktemp("tenants")) as made:
        for each in made:
            each.start_core()
            with each.joined() as admin:
                asked, viewer = admin.asked, admin.viewer
                admin.ask(asked.project.describe(viewer, title=f"{each.mark} plant"))
                guest = Person(
                    GUEST, "Berit Vagt", ROLES[each.mark], devices=(OWN,), is_guest=True
                )
                admin.ask(asked.people.add_person(viewer, guest, each.word))
        yield made


def change(tenant: Tenant, **what: object) -> float:
    """Change the guest's account, as who manages people does; return when that was begun."""
    with tenant.joined() as admin:
        everybody = admin.ask(admin.asked.people.people(admin.viewer))
        known = next(each for each in everybody if each.login == GUEST)
        wished = replace(known, **what)  # type: ignore[arg-type]
        begun_s = time.monotonic()
        admin.ask(admin.asked.people.change_person(admin.viewer, wished))
    return begun_s


def command(tenant: Tenant) -> "tuple[int, str]":
    """List a plant's devices as the guest, from the command line."""
    word = tenant.home / "guest-word"
    word.write_text(tenant.word, encoding="utf-8")
    done = heatdesk(
        tenant.home.parent, "devices", tenant.folder, "--user", GUEST, "--password-file", word
    )
    return done.returncode, done.stdout + done.stderr


async def until_cut(tenant: Tenant, begun: asyncio.Event) -> float:
    """Log in without a word of what happens, say nothing, and return when the line is cut."""
    owner = read_owner(tenant.folder)
    assert owner is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", owner.port or 0)
    await send(writer, {"nonce": "00" * 32})
    nonce = bytes.fromhex((await receive(reader))["nonce"])
    shown = proof(owner.token().encode(), b"client", nonce)
    await send(writer, {"proof": shown, "login": GUEST, "password": tenant.word})
    assert "viewer" in await receive(reader)
    begun.set()
    while await reader.read(65536):
        pass
    writer.close()
    return time.monotonic()


def test_who_is_sent_away_from_one_plant_is_out_within_seconds_and_stays_at_the_other(
    tenants: tuple[Tenant, Tenant], qapp: QApplication
) -> None:
    alfa, bravo = tenants
    collect()
    with ExitStack() as ending:
        rooms = [ending.enter_context(join(each.folder, GUEST, each.word)) for each in tenants]
        seats = [Seated(room) for room in rooms]
        for seat in seats:
            ending.callback(seat.close)
            seat.until(partial(getattr, seat.window.context.directory, "is_listed"))
        for room in rooms:
            assert room.viewer.rights.guest
        assert [r.viewer.may(Capability.WRITE_PRIMARY, OWN) for r in rooms] == [True, False]
        assert all(command(each)[0] == 0 for each in tenants)
        begun = asyncio.Event()
        silent = rooms[1].submit(until_cut(alfa, begun))
        seats[0].until(begun.is_set)
        ended_s = change(alfa, ended=REASON)
        seats[0].until(lambda: not seats[0].window.isVisible(), GONE_WITHIN_S)
        seats[0].until(silent.done, GONE_WITHIN_S)
        took_s = max(silent.result(), time.monotonic()) - ended_s
        assert took_s <= GONE_WITHIN_S
        assert seats[0].window.logged_out
        assert refusal(rooms[0]) == REASON
        code, words = command(alfa)
        assert (code, REASON in words) == (3, True)
        # The other plant has not noticed.
        heard: list[object] = []
        rooms[1].asked.watch_readings(heard.append)
        seats[1].until(lambda: heard)
        assert seats[1].window.isVisible()
        assert rooms[1].ask(rooms[1].asked.plant.title(rooms[1].viewer)) == f"{BRAVO} plant"
        assert command(bravo)[0] == 0
    collect()
    change(alfa, ended="")
    print(f"sent away: window and line gone after {took_s:.2f} s")  # noqa: T201 - with -s


def refusal(room: Joined) -> str:
    """Return what somebody hears who asks all the same."""
    with pytest.raises(NotPermitted) as refused:
        room.ask(room.asked.plant.devices(room.viewer))
    return str(refused.value)


class Commuter:
    """A guest who goes from one plant to the other by what the window offers."""

    def __init__(self, *answers: tuple[str, str]) -> None:
        """``answers`` are login and password; without a login the proposed one stays."""
        self._answers = list(answers)
        self.asked: list[tuple[str, list[str]]] = []  # login proposed, what was said
        self.plants: list[tuple[str, bool]] = []  # title, whether it says: a guest
        self.offered: list[str] = []
        self.last_words = ""

    def look(self) -> bool:
        """Do the next step."""
        front = QApplication.activeModalWidget()
        if isinstance(front, LoginDialog) and front.isVisible():
            self._log_in(front)
        elif front is None:
            for window in QApplication.topLevelWidgets():
                if isinstance(window, MainWindow) and window.isVisible():
                    self._work(window)
        return False

    def _log_in(self, dialog: LoginDialog) -> None:
        said = [each.text() for each in dialog.findChildren(QLabel)]
        self.asked.append((dialog.login, said))
        login, password = self._answers.pop(0)
        fields = {each.accessibleName(): each for each in dialog.findChildren(QLineEdit)}
        if login:
            fields["User"].setText(login)
        fields["Password"].setText(password)
        (box,) = dialog.findChildren(QDialogButtonBox)
        made = box.button(QDialogButtonBox.StandardButton.Ok)
        assert made is not None
        made.click()

    def _work(self, window: MainWindow) -> None:
        page, menu = window.front, window.others.menu
        if window.property("seen"):
            if menu.isVisible() and not self.offered:
                self.offered = [each.text() for each in menu.actions() if each.text()]
                menu.hide()
                QTimer.singleShot(0, menu.actions()[0].trigger)
            return
        listed = window.context.directory.is_listed
        if (
            page is None
            or not page.settled()
            or not listed
            or "plant" not in window.windowTitle()
        ):
            return
        window.setProperty("seen", True)
        badge = any(
            each.text() == "GUEST" for each in window.findChildren(QLabel) if each.isVisible()
        )
        self.plants.append((window.windowTitle().partition(" –")[0], badge))
        if len(self.plants) == 1:
            buttons = window.findChildren(QAbstractButton)
            other = next(
                each for each in buttons if each.accessibleName() == "Another project…"
            )
            QTimer.singleShot(0, other.click)
        else:
            self.last_words = "\n".join(
                word for each in QApplication.topLevelWidgets() for word in written(each)
            )
            QTimer.singleShot(0, window.close)


@pytest.mark.usefixtures("signals")
def test_a_guest_goes_from_plant_to_plant_with_a_password_and_nothing_follows(
    tenants: tuple[Tenant, Tenant], qapp: QApplication
) -> None:
    alfa, bravo = tenants
    recent_projects().note(
        bravo.folder, f"{BRAVO} plant", utc_now(), Known(GUEST, is_guest=True)
    )
    guest = Commuter((GUEST, alfa.word), ("", "not the password"), ("", bravo.word))
    with meanwhile(guest.look):
        assert open_desktop(alfa.folder) == 0
    assert guest.plants == [(f"{ALFA} plant", True), (f"{BRAVO} plant", True)]
    assert guest.offered[0] == f"{BRAVO} plant (guest)"
    assert [login for login, _said in guest.asked] == ["", GUEST, GUEST]
    assert f"{BRAVO} plant (guest)" in guest.asked[1][1]
    assert any("password is wrong" in said for said in guest.asked[2][1])
    assert ALFA not in guest.last_words
    assert BRAVO in guest.last_words
    assert leftovers(ALFA) == leftovers(BRAVO) == []
    newest = recent_projects().all()
    assert [each.title for each in newest] == [f"{BRAVO} plant", f"{ALFA} plant"]
    assert [each.known(GUEST) for each in newest] == [Known(GUEST, is_guest=True)] * 2
