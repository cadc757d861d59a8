"""A night of secrets through every door, and not one of them is found anywhere afterwards.

Takes some minutes: ``pytest -m campaign tests/journeys/test_no_secrets.py -s``; the
figures it writes stand in docs/secrets-figures.md.
"""

import json
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog

from app.asked import Note
from app.auditverbs import AuditQuery
from app.compose.joining import Joined
from app.compose.welcome import Reception
from app.corethread import CoreThread
from app.model.letterhead import Letterhead
from tests.fakes import hands
from tests.journeys.keys import go_by_palette
from tests.journeys.leaks import Vault, fields_in_sources
from tests.journeys.nightmeters import (
    backups_by_command,
    listen_by_radio,
    meters_at_the_screen,
    meters_by_command,
)
from tests.journeys.nightsecond import (
    killed_while_one_waits,
    two_at_the_screen,
    two_by_command,
)
from tests.journeys.nightserver import at_a_server
from tests.journeys.nightshift import (
    Night,
    customer_key,
    engineer,
    files_with_a_secret,
    memory_to_files,
)
from tests.journeys.product import ROOT
from tests.journeys.screen import Screen, clear_up, screen_over
from tests.journeys.smallsite import PASSWORD, running_site, substations
from tests.secretsearch import Looked, forms_of
from tests.sweeping import collect
from widgets.auditlog.filing import fetched, log_maker
from widgets.people.access import Access
from widgets.people.own import OwnPassword
from widgets.people.ownpin import OwnPin
from widgets.people.personfields import PersonFields
from widgets.residents.erasing import EraseForm
from widgets.shell.lockscreen import LockScreen
from widgets.shell.login import LoginDialog
from widgets.shell.password import PasswordForm
from widgets.theme import Look
from widgets.welcome.window import WelcomeWindow

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1200)]
DEVICE = substations(1)[0].config.id
LEVEL = '[log]\nlevel = "debug"\n'


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Do all that can be done with a secret; nothing runs any more when it is over."""
    home: Path = tmp_path_factory.mktemp("night")
    vault = Vault(tmp_path_factory.mktemp("vault"))
    engineer(vault)
    temporary = home / "tmp"
    temporary.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", str(temporary))
        patch.chdir(home)
        memory_to_files()
        with running_site(home, substations(1), core=False) as site:
            (site.folder / "settings.toml").write_text(LEVEL, encoding="utf-8")
            made = Night(home, site, vault)
            with made.processes.watched():
                work(made)
        (home / "word").unlink()  # ours: a password in a file for the core to begin with
        yield made


def work(night: Night) -> None:
    """Go through the night."""
    site = night.site
    night.stock()
    listen_by_radio(night)
    night.begin_core()
    with screen_over(site) as screen:
        at_the_screen(night, screen)
        meters_at_the_screen(night, screen)
    before_the_screen(night)
    night.people()
    night.killed_at_work(getattr(signal, "SIGKILL"))  # noqa: B009 - unknown to mypy's Windows
    night.crash("run", site.folder, after=0, word="engineer")
    night.begin_core()
    night.round_of_commands(DEVICE)
    meters_by_command(night)
    backups_by_command(night)
    with site.joined() as joined:
        exports(night, joined)
    night.killed_at_work(signal.SIGABRT)
    night.crash("devices", site.folder, after=0, word="engineer")
    customer_key(site, night.vault)
    of_two_people(night)
    at_a_server(night)
    night.office_and_laptop()
    night.run("run", site.folder, "--for", "3", "--user", "engineer")


def of_two_people(night: Night) -> None:
    """Do what takes two, at the screen and by commands; a core dies with what waits in it."""
    night.begin_core()
    night.wait_for_the_brake()
    with screen_over(night.site) as screen:
        two_at_the_screen(night, screen)
    two_by_command(night, DEVICE)
    night.run("audit", night.site.folder, "--out", night.out / "two.csv", "--user", "engineer")
    killed_while_one_waits(night, signal.SIGABRT)
    night.crash("requests", night.site.folder, after=0, word="engineer")


def at_the_screen(night: Night, screen: Screen) -> None:
    """Type into every field of the window that asks for a password or a PIN."""
    vault, fill = night.vault, night.typist.fill
    context, over = screen.window.context, screen.window
    own = OwnPassword(context, over)
    own.open()
    fill(own, vault.new("a wrong old one at the screen"), vault.new("a new one at the screen"))
    hands.click(own.save)
    screen.until(own.notice.isVisible, what="the refusal")
    own.reject()
    pin = OwnPin(context, over)
    pin.open()
    fill(pin, PASSWORD, vault.pin("the PIN at the screen"))
    closed: list[int] = []
    pin.finished.connect(closed.append)
    hands.click(pin.save)
    screen.until(lambda: closed, what="the PIN to be set")
    lock_and_open(night, screen)
    allow_writing(night, screen)
    add_and_change(night, screen)
    form = EraseForm(context)
    form.setParent(over, Qt.WindowType.Dialog)
    form.show()
    fill(form, vault.new("a wrong one of an erasure"))
    form.close()


def lock_and_open(night: Night, screen: Screen) -> None:
    """Lock the desk, and open it by a PIN after a wrong one."""
    screen.window.session.lock()
    screen.until(lambda: screen.seen(LockScreen), what="the lock")
    form = screen.seen(LockScreen)[0].form
    for name in ("a wrong PIN at the screen", "the PIN at the screen"):
        screen.until(form.field.isEnabled, what="the field")
        night.typist.type(form.field, night.vault.pin(name))
        hands.key(form.field, Qt.Key.Key_Return)
        if "wrong" in name:
            screen.until(form.wrong.isVisible, what="the refusal")
    screen.until(lambda: not screen.seen(LockScreen), what="the desk")


def allow_writing(night: Night, screen: Screen) -> None:
    """Open the write-lock after a wrong password."""
    lock = screen.window.context.write_lock
    lock.lock_all()
    lock.ask_unlock()
    screen.until(screen.app.activeModalWidget, what="the question")
    dialog = screen.app.activeModalWidget()
    assert isinstance(dialog, QDialog)
    (form,) = dialog.findChildren(PasswordForm)
    for text in (night.vault.new("a wrong one at the write-lock"), PASSWORD):
        screen.until(form.field.isEnabled, what="the field")
        night.typist.type(form.field, text)
        hands.key(form.field, Qt.Key.Key_Return)
        if text != PASSWORD:
            screen.until(form.wrong.isVisible, what="the refusal")
    screen.until(lambda: not lock.locked, what="writing to be open")


def add_and_change(night: Night, screen: Screen) -> None:
    """Add somebody on the page of people, and give them another password."""
    new, fill = night.vault.new, night.typist.fill
    go_by_palette(screen, "Users & roles")
    screen.until(lambda: screen.rows("People"), what="the people")
    screen.press("Add a person")
    screen.write("Full name", "Berit Vagt")
    screen.write("Login", "berit")
    fill(screen.seen(PersonFields)[0], new("Berit’s at the screen"))
    screen.press("Add")
    screen.until(lambda: len(screen.rows("People")) == 2, what="Berit")
    screen.press("Part of a person: Coming in")
    fill(screen.seen(Access)[0], new("Berit’s next at the screen"))
    screen.press("Set password")
    screen.until(lambda: screen.says("another password from now on"), what="the password")


def before_the_screen(night: Night) -> None:
    """Type at the login, and into the forms of the welcome page."""
    vault, typist = night.vault, night.typist
    dialog = LoginDialog("Plant")
    dialog.show()
    typist.fill(dialog, vault.new("at the login"))
    dialog.reject()
    thread = CoreThread()
    thread.start()
    reception = Reception(thread, Look("day"), night.home)
    window = WelcomeWindow(reception.context())
    window.show()
    typist.fill(window.new, vault.new("of a new project’s administrator"))
    assert window.merging is not None
    typist.fill(window.merging, vault.new("a passphrase at the screen"), vault.new("to merge"))
    for each in (dialog, window):
        each.close()
        each.deleteLater()
    clear_up()
    collect()
    thread.stop()


def exports(night: Night, joined: Joined) -> None:
    """Hand out all there is: the log, versions, notes, what is told of everything."""
    ask, asked, viewer = joined.ask, joined.asked, joined.viewer
    ask(asked.project.keep_note(viewer, Note("", DEVICE, "The valve was turned.")))
    ask(asked.project.add_document(viewer, DEVICE, "A list", "a.txt", b"words"))
    numbers = ask(asked.audit.found(viewer, AuditQuery()))
    entries = ask(fetched(asked.audit, viewer, numbers))
    for end in ("csv", "xlsx"):
        made = log_maker(entries, {}, end, "UTC", entries[0].at, viewer.name)
        (night.out / f"log.{end}").write_bytes(made(Letterhead(), lambda: False))
    versions = [
        *ask(asked.versions.of_person(viewer, "ida")),
        *ask(asked.versions.of_device(viewer, DEVICE)),
        *ask(asked.versions.of_plant(viewer)),
    ]
    kept = json.dumps([asdict(each) for each in versions], default=repr)
    (night.out / "versions.json").write_text(kept, encoding="utf-8")
    resident = ask(asked.customers.customers(viewer))[0]
    zipped = ask(asked.customers.personal_data(viewer, resident.id))
    (night.out / "resident.zip").write_bytes(zipped)
    (night.out / "told.txt").write_text(
        repr([
            entries,
            ask(asked.people.people(viewer)),
            ask(asked.hardening.findings(viewer)),
            ask(asked.plant.troubles(viewer)),
        ]),
        encoding="utf-8",
    )  # fmt: skip


@pytest.fixture(scope="module")
def looked(night: Night) -> Looked:
    """Search every place once."""
    return night.vault.search(night.home)


def test_no_secret_is_found_in_any_file(night: Night, looked: Looked) -> None:
    kinds = Counter(file.suffix for file in night.home.rglob("*") if file.is_file())
    print(f"\n{len(night.vault.secrets)} secrets, {looked.files} files, {looked.parts} parts, ")  # noqa: T201
    print(f"{looked.size / 1e6:.0f} MB, {len(looked.hits)} hits; {kinds.most_common()}")  # noqa: T201
    assert looked.hits == ()
    assert len(night.vault.secrets) >= 40


def test_no_process_was_called_by_one_or_had_one_around_it(night: Night) -> None:
    told = [each.core or each.text for each in night.vault.secrets.values()]
    texts = night.processes.told()
    said = "\n".join(texts)
    print(f"\n{len(night.processes.pids)} processes, {len(texts)} texts")  # noqa: T201
    assert len(night.processes.pids) >= 15
    assert str(night.vault.folder) in said, "what was said is really looked at"
    assert [each for each in told if each in said] == []


def test_every_field_of_the_screen_was_typed_into(night: Night) -> None:
    assert fields_in_sources(ROOT) - night.typist.typed == set()


def test_every_file_with_a_secret_that_a_command_takes_was_used(night: Night) -> None:
    assert files_with_a_secret() - night.ran == set()


def test_there_was_something_to_search(night: Night) -> None:
    logs = night.site.folder / "logs"
    assert '"level": "debug"' in (logs / "heatdesk.log").read_text("utf-8")
    assert "Current thread" in (logs / "hard-crash.txt").read_text("utf-8")
    reports = [*night.home.rglob("crash-*.txt")]
    assert all("nobody foresaw this" in each.read_text("utf-8") for each in reports)
    assert len(reports) >= 2
    ends = {file.suffix for file in night.home.rglob("*")}
    assert {".pdf", ".xlsx", ".csv", ".zip", ".heatdesk", ".sqlite", ".bin", ".key"} <= ends


def test_what_is_planted_in_the_project_is_found(night: Night) -> None:
    secret = night.vault.secrets["Ida’s"]
    place = night.site.folder / "logs"
    file = place / "planted.txt"
    for form, text in forms_of(secret.text).items():
        file.write_bytes(b"{" + text + b"}")
        assert {hit.secret for hit in night.vault.search(place).hits} == {secret.name}, form
    file.unlink()
    with closing(sqlite3.connect(night.site.folder / "config.sqlite")) as connection:
        connection.execute("CREATE TABLE planted (x)")
        connection.execute("INSERT INTO planted VALUES (?)", ("æ" * 9000 + secret.text,))
        connection.commit()
    hits = night.vault.search(night.site.folder).hits
    assert {hit.secret for hit in hits} == {secret.name}
