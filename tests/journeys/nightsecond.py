"""The part of the night that belongs to two: secrets of who confirms, and in what waits."""

import json
import os
import signal
from contextlib import suppress
from uuid import uuid4

from PyQt6.QtWidgets import QLineEdit

from app.channel.wishes import wish
from app.compose.joining import Joined, join
from app.errors import CoreLost
from app.model.control import WriteRequest
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.second import Danger, SecondRules, Wish
from tests.fakes import hands
from tests.journeys.keys import go_by_palette
from tests.journeys.nightshift import Night
from tests.journeys.screen import Screen
from tests.journeys.smallsite import LOGIN
from widgets.people.access import Access
from widgets.secondperson.dialog import SecondPersonDialog
from widgets.secondperson.waiting import PairBadge, PairList

SECOND, SECOND_NAME = "vagt", "the second person’s"
RELAY, ON = "relay2_override", 2.0
REASON = "the pump is tested"


def two_at_the_screen(night: Night, screen: Screen) -> None:
    """Give a password that needs a second person, who types theirs here, wrong and right."""
    vault, people, viewer = night.vault, screen.joined.asked.people, screen.joined.viewer
    other = Person(SECOND, "V. Vagt", "administrator")
    screen.ask(people.add_person(viewer, other, vault.new(SECOND_NAME)))
    rules = screen.ask(people.second_rules(viewer))
    wanted = SecondRules(frozenset({Danger.OVERRIDE, Danger.PEOPLE}), 30, rules.version)
    screen.ask(people.put_second_rules(viewer, wanted))
    go_by_palette(screen, "Users & roles")
    screen.until(lambda: screen.row("People", _is_berit), what="Berit among the people")
    rows = screen.rows("People")
    screen.click_cell("People", rows.index(next(filter(_is_berit, rows))), "Login")
    screen.press("Part of a person: Coming in")
    dialog = asked_for_another(night, screen, "Berit’s by two")
    typed(screen, dialog, "Reason, kept in the activity log", REASON)
    mistaken = vault.new("the second person’s, typed as a login")
    for login, word in (
        (SECOND, "a wrong one of the second person"),
        (mistaken, SECOND_NAME),
        (SECOND, SECOND_NAME),
    ):
        screen.until(dialog.go.isEnabled, what="the fields")
        dialog.notice.hide()
        typed(screen, dialog, "Login of the second person", login)
        night.typist.fill(dialog, vault.new(word))
        hands.click(dialog.go)
        if (login, word) != (SECOND, SECOND_NAME):
            screen.until(dialog.notice.isVisible, what="the refusal")
    screen.until(lambda: not screen.seen(SecondPersonDialog), what="the two to be done")
    screen.until(lambda: screen.says("another password from now on"), what="the password")
    dialog = asked_for_another(night, screen, "Berit’s that is given up")
    night.typist.fill(dialog, vault.new("one that is given up"))
    dialog.reject()
    screen.until(lambda: not screen.seen(SecondPersonDialog), what="nothing to be asked")
    for_us(night, screen)


def _is_berit(row: dict[str, str]) -> bool:
    return row["Login"] == "berit"


def asked_for_another(night: Night, screen: Screen, name: str) -> SecondPersonDialog:
    """Set Berit’s password; return what asks for the second person."""
    night.typist.fill(screen.seen(Access)[0], night.vault.new(name))
    screen.press("Set password")
    screen.until(lambda: screen.seen(SecondPersonDialog), what="the second person")
    return screen.seen(SecondPersonDialog)[0]


def for_us(night: Night, screen: Screen) -> None:
    """Confirm what another asked for, by one’s own password, wrong and right."""
    with join(night.site.folder, SECOND, night.vault.new(SECOND_NAME)) as joined:
        asked_by(joined, password_for("berit", night.vault.new("Berit’s by the other")))
        screen.until(lambda: screen.seen(PairBadge), what="the badge")
        hands.click(screen.seen(PairBadge)[0])
        screen.press("Confirm…")
        screen.until(lambda: screen.seen(SecondPersonDialog), what="the question")
        dialog = screen.seen(SecondPersonDialog)[0]
        for word in ("a wrong one for the other", "engineer"):
            screen.until(dialog.go.isEnabled, what="the field")
            night.typist.fill(dialog, night.vault.new(word))
            hands.click(dialog.go)
            if word != "engineer":
                screen.until(dialog.notice.isVisible, what="the refusal")
        screen.until(lambda: not screen.seen(SecondPersonDialog), what="it to be done")
        for each in screen.seen(PairList):
            each.close()


def two_by_command(night: Night, device: str) -> None:
    """List, confirm, decline and take back what waits, with a password in it."""
    run, told, vault = night.run, night.told, night.vault
    folder, as_other, as_us = night.site.folder, ("--user", SECOND), ("--user", LOGIN)
    vault.new("a wrong one of a request")
    with night.site.joined() as joined:
        joined.wait_for_answers()
        forced = WriteRequest(DeviceId(device), RELAY, ON, uuid4().hex)
        relay = asked_by(joined, wish("control.write", forced))
        done, declined, back, ours = (
            asked_by(joined, password_for("ole", vault.new(f"Ole’s, {name}")))
            for name in ("confirmed", "declined", "taken back", "never confirmed")
        )
        waiting = joined.ask(joined.asked.pairs.waiting(joined.viewer))
        (night.out / "waiting.txt").write_text(repr(waiting), encoding="utf-8")
    wrong = "a wrong one of a request"
    run("requests", folder, "--confirm", done, *as_other, word=wrong, code=3)
    run("requests", folder, "--json", *as_other, word=SECOND_NAME)
    run("requests", folder, "--decline", declined, *as_other, word=SECOND_NAME)
    run("requests", folder, "--take-back", back, *as_us)
    run("requests", folder, "--confirm", ours, *as_us, code=3)
    assert "done" in told("requests", folder, "--confirm", done, *as_other, word=SECOND_NAME)
    run("requests", folder, "--confirm", relay, "--json", *as_other, word=SECOND_NAME)
    run("overrides", folder, *as_us, word="a wrong one of a request", code=3)
    (stands,) = told("overrides", folder, "--json", *as_us).splitlines()
    assert json.loads(stands)["reason"] == REASON
    run("overrides", folder, *as_us)
    run("overrides", folder, "--take-back", f"{device}.{RELAY}", "--json", *as_us)


def killed_while_one_waits(night: Night, sign: signal.Signals) -> None:
    """End the core with force while a password waits in it, and while one is confirmed."""
    with night.site.joined() as joined:
        new = night.vault.new
        waits = [
            asked_by(joined, password_for("ole", new(f"Ole’s at {sign.name} {number}")))
            for number in range(4)
        ]
        with join(night.site.folder, SECOND, new(SECOND_NAME)) as other:
            confirm = other.asked.pairs.confirm
            work = [
                other.submit(confirm(other.viewer, each, SECOND, new(SECOND_NAME)))
                for each in waits[1:]
            ]
            work[0].result(30)
            os.kill(night.site.core_pid(), sign)
            for each in work:
                with suppress(CoreLost):
                    each.result(30)
    night.site.stop_core()


def password_for(login: str, word: str) -> Wish:
    """Return the wish to give somebody a password."""
    return wish("people.set_password", login, word)


def asked_by(joined: Joined, wished: Wish) -> str:
    """Ask for a second person; return the request’s id."""
    asked = joined.asked.pairs.ask(joined.viewer, [wished], REASON)
    request: str = joined.ask(asked).id
    return request


def typed(screen: Screen, dialog: SecondPersonDialog, name: str, text: str) -> None:
    """Type into a field of the dialog, in place of what stands there."""
    field = screen.find(QLineEdit, name, dialog)
    field.clear()
    hands.type_text(field, text)
