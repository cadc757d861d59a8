"""The part of the night with meters, receivers and backups, and what else takes a password."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.model.device import LinkConfig, LinkId
from app.project.config import PlantConfig
from app.project.opening import open_project
from tests.app.project.test_keyfiles import order, sealed
from tests.fakes import hands
from tests.journeys.keys import go_by_palette
from tests.journeys.nightshift import Night
from tests.journeys.screen import Screen
from tests.journeys.smallsite import LOGIN
from widgets.pages.backups import BackupsPage
from widgets.pages.receivers import ReceiversPage
from widgets.pages.telegrams import EXAMPLE, InspectorPage
from widgets.receivers.dialog import ReceiverDialog

RECEIVER, METER = "broker", "71482036"
KEM_LETTERS = 16  # of a password that a file of keys is sealed by
AS_US = ("--user", LOGIN)


def listen_by_radio(night: Night) -> None:
    """Give the plant a line with a broker at which nobody answers; no core runs."""
    options = {"receivers": f"{RECEIVER}=mqtt:heatdesk@127.0.0.1:9/meters"}
    link = LinkConfig(LinkId("radio"), "wmbus", "Radio", options)

    def with_radio(plant: PlantConfig) -> PlantConfig:
        return replace(plant, links={**plant.links, link.id: link})

    with closing(open_project(night.site.folder)) as project:
        project.configuration.change(LOGIN, "meters by radio", with_radio)


def meters_at_the_screen(night: Night, screen: Screen) -> None:
    """Type the password of a receiver, a meter's key, and the passphrase of every night."""
    vault, typist = night.vault, night.typist
    go_by_palette(screen, "Receivers")
    screen.until(lambda: screen.seen(ReceiversPage), what="the receivers")
    (receivers,) = screen.seen(ReceiversPage)
    screen.until(lambda: receivers.table.go_to(lambda _row: True), what="the broker")
    hands.click(receivers.edit)
    screen.until(lambda: screen.seen(ReceiverDialog), what="the broker’s form")
    (dialog,) = screen.seen(ReceiverDialog)
    typist.fill(dialog.form, vault.new("a broker’s that is tried"))
    hands.click(dialog.tries)
    screen.until(dialog.tries.isEnabled, what="the try to end")
    typist.fill(dialog.form, vault.new("a broker’s at the screen"))
    screen.until(dialog.keep.isEnabled, what="the form to be right")
    hands.click(dialog.keep)
    screen.until(lambda: not screen.seen(ReceiverDialog), what="the broker’s to be kept")
    go_by_palette(screen, "Telegram inspector")
    screen.until(lambda: screen.seen(InspectorPage), what="the inspector")
    (inspector,) = screen.seen(InspectorPage)
    inspector.text.setPlainText(EXAMPLE)
    typist.type(
        inspector.key, vault.keep("AES key at the inspector", "9b71e4" + "c05a" * 6 + "77")
    )
    hands.click(inspector.read)
    screen.until(inspector.settled, what="the telegram")
    assert inspector.key.text() == ""
    sealed_every_night(night, screen)


def sealed_every_night(night: Night, screen: Screen) -> None:
    """Have a sealed backup made, by a passphrase that is typed."""
    go_by_palette(screen, "Backups")
    screen.until(lambda: screen.seen(BackupsPage), what="the backups")
    (page,) = screen.seen(BackupsPage)
    screen.until(lambda: page.is_ready, what="the plan as it is")
    form, made = page.form, night.home / "nights"
    form.folder.clear()
    hands.type_text(form.folder, str(made))
    form.sealed.setChecked(True)
    night.typist.fill(form, night.vault.new("the passphrase of every night"))
    screen.until(page.save.isEnabled, what="the plan to be right")
    hands.click(page.save)
    screen.until(lambda: form.phrase.text() == "", what="the plan to be kept")
    screen.until(page.now.isEnabled, what="a backup to be possible")
    hands.click(page.now)
    screen.until(lambda: [*made.glob("*.heatdesk-backup")], 120, what="a backup")


def meters_by_command(night: Night) -> None:
    """Bring in keys that a password opens, keep a receiver's, ask for totals and rules."""
    run, vault, folder = night.run, night.vault, night.site.folder
    key = vault.keep("AES key of a file", "4d8e17" + "b3f0" * 6 + "29")
    word = vault.new("password of a file of keys")
    file = vault.folder / "order.kem"
    file.write_bytes(sealed(order([(METER, key)]), word[:KEM_LETTERS]))
    vault.new("a wrong one of a file of keys")
    for name, code in (("a wrong one of a file of keys", 2), ("password of a file of keys", 0)):
        opens = ("--file-password-file", vault.file(name))
        run("keys", folder, "--import", file, *opens, *AS_US, code=code)
    run("keys", folder, "--list", "--json", *AS_US)
    run("keys", folder, "--try", EXAMPLE.replace(" ", ""), *AS_US, code=2)
    vault.new("password of a broker")
    kept = ("--secret-file", vault.file("password of a broker"))
    run("receivers", folder, "--secret", RECEIVER, *kept, *AS_US)
    run("receivers", folder, "--json", *AS_US)
    run("totals", folder, "--json", *AS_US)
    run("history retention", folder, "--json", *AS_US)
    run("history distribute", folder, *AS_US, code=4)  # a core runs
    run("salvage", folder, "--json", *AS_US)


def backups_by_command(night: Night) -> None:
    """Make a sealed backup and one that is not; look into both, and restore them."""
    run, vault, folder = night.run, night.vault, night.site.folder
    for name in ("of a backup", "a wrong one of a backup", "of nightly backups"):
        vault.new(name)
    sealed_one, plain = (night.out / f"{each}.heatdesk-backup" for each in ("sealed", "plain"))
    phrase = ("--passphrase-file", vault.file("of a backup"))
    wrong = ("--passphrase-file", vault.file("a wrong one of a backup"))
    run("backup", folder, "--out", sealed_one, "--encrypt", *phrase, *AS_US)
    run("backup", folder, "--out", plain, "--json", *AS_US)
    nightly = ("--nightly", night.home / "nights", "--encrypt")
    every = ("--passphrase-file", vault.file("of nightly backups"))
    run("backup", folder, *nightly, *every, *AS_US)
    _of_no_person(night, "verify", sealed_one, *wrong, code=2)
    _of_no_person(night, "verify", sealed_one, *phrase, "--json")
    never = night.home / "never restored"
    _of_no_person(night, "restore", sealed_one, never, *wrong, code=2)
    assert not never.exists()
    _of_no_person(night, "restore", sealed_one, night.home / "restored", *phrase)
    _of_no_person(night, "restore", plain, night.home / "restored plainly")


def _of_no_person(night: Night, command: str, *arguments: Path | str, code: int = 0) -> None:
    """Run a command that takes no login, only what opens a file."""
    given = [command, *map(str, arguments)]
    night.say(given, code)
    night.ran |= {f"{command} {each}" for each in given if each.startswith("--")}
