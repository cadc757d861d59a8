"""A locked session: what changes something is refused and says so; the rest goes on."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.asked import Asked
from app.errors import BadInput, NotPermitted, PlantError
from app.model.point import Category
from app.model.rights import CHANGING, SETTING, Capability, Locked
from app.verbs import Viewer
from tests.app.rights.test_matrix import WAYS, method
from tests.app.rights.world import (
    OWN,
    PIN,
    WORD,
    World,
    outcome,
    running_world,
    samples,
    whole_samples,
    wish,
)
from tests.app.rights.world import PIN as RIGHT_PIN

WHO = "at-manager"
SAYS = {
    Locked.SETTINGS: "settings are locked in this window",
    Locked.WRITING: "all writing is locked in this window",
    Locked.DESK: "the desk is locked",
}
READS = {
    "people.people",
    "hardening.findings",
    *("radio.keys", "radio.test_keys", "radio.try_key", "radio.receivers"),
    *("radio.lines", "radio.check_line", "radio.try_layout"),
    *("backups.made", "backups.trouble", "samples.export_trouble"),
    *("telegrams.inspect", "scan.standing"),
    *(f"customers.{each}" for each in ("customers", "customer_versions", "personal_data")),
    *(f"customers.{each}" for each in ("traces", "proofs")),
    *(f"versions.of_{each}" for each in ("plant", "person", "role", "profile", "diagram")),
    "versions.of_second_rules",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("locked")) as running:
        yield running


def mark(world: World, name: str) -> Any:
    assert world.joined.core is not None
    return method(world.joined.core.asked, name)


def test_only_what_looks_may_be_asked_with_a_right_to_change(world: World) -> None:
    names = {*samples(world, OWN), *whole_samples(world)}
    assert {name for name in names if mark(world, name).reads} == READS
    assert {mark(world, name).capability for name in READS} <= CHANGING


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("how", [Locked.SETTINGS, Locked.WRITING, Locked.DESK])
@pytest.mark.feature("LM-52")
def test_every_verb_that_changes_something_is_refused_and_no_other(
    world: World, how: Locked, way: str
) -> None:
    wrong: list[str] = []
    with world.through(way, WHO) as (asked, viewer):
        world.furnish()
        world.ask(asked.session.lock(viewer, how))
        for name, ask in {**samples(world, OWN), **whole_samples(world)}.items():
            verb = mark(world, name)
            refused = verb.capability in how.capabilities and not verb.reads
            if name.startswith("session.") or (name in SLOW and not refused):
                continue
            got = outcome(world, ask(asked, viewer))
            said = isinstance(got, NotPermitted) and str(got).startswith(SAYS[how])
            if said != refused:
                wrong.append(f"{name}: {got!r}")
    assert wrong == []
    assert SETTING < CHANGING < Locked.DESK.capabilities
    assert Capability.ACKNOWLEDGE not in CHANGING, "a locked pen keeps no alarm sounding"


SLOW = {"control.set_clock", "control.write", "reports.commissioning", "people.set_password"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.feature("LM-52")
def test_only_the_password_opens_writing_again_and_the_next_wish_is_heard(
    world: World, way: str
) -> None:
    with world.through(way, WHO) as (asked, viewer):
        session, wanted = asked.session, wish(OWN, Category.PRIMARY)
        world.ask(session.lock(viewer, Locked.WRITING))
        assert "all writing is locked" in told(world, asked.control.write(viewer, wanted))
        world.ask(session.lock(viewer, Locked.SETTINGS))  # locks less: changes nothing
        assert "all writing is locked" in told(world, asked.control.write(viewer, wanted))
        assert "wrong" in told(world, session.open_writing(viewer, "not my password"))
        assert "all writing is locked" in told(world, asked.control.write(viewer, wanted))
        assert told(world, session.open_writing(viewer, WORD)) == ""
        assert "locked" not in told(world, asked.control.write(viewer, wanted))
    with world.through(way, WHO) as (asked, viewer):
        other = world.enter(WHO)
        other.grant.locked = Locked.WRITING
        said = told(world, asked.control.write(viewer, replace(wanted, intent="another")))
        assert "locked" not in said, "each session is locked for itself"


@pytest.mark.parametrize("way", WAYS)
def test_a_pin_opens_a_locked_desk_of_the_same_person_and_nothing_else(
    world: World, way: str
) -> None:
    with world.through(way, WHO) as (asked, viewer):
        session = asked.session
        world.ask(session.lock(viewer, Locked.WRITING))
        assert "wrong" in told(world, session.set_pin(viewer, "not my password", RIGHT_PIN))
        assert not world.ask(session.has_pin(viewer))
        world.ask(session.set_pin(viewer, WORD, RIGHT_PIN))
        assert world.ask(session.has_pin(viewer))
        assert "only unlocks a locked desk" in told(world, by_pin(asked, viewer))
        assert "wrong" in told(world, session.open_writing(viewer, RIGHT_PIN))
        world.ask(session.lock(viewer, Locked.DESK))
        assert "the desk is locked" in told(world, session.open_writing(viewer, WORD))
        assert told(world, by_pin(asked, viewer)) == ""
        said = told(world, asked.control.write(viewer, wish(OWN, Category.PRIMARY)))
        assert "all writing is locked" in said, "unlocking the desk opens no writing"
    with world.through(way, "at-full") as (asked, viewer):
        assert not world.ask(asked.session.has_pin(viewer)), "it is one person's"
        world.ask(asked.session.lock(viewer, Locked.DESK))
        assert "there is no PIN here" in told(world, by_pin(asked, viewer))
        assert told(world, asked.session.unlock(viewer, WORD)) == ""
    with world.through(way, WHO) as (asked, viewer):
        world.ask(asked.session.forget_pin(viewer))
        assert not world.ask(asked.session.has_pin(viewer))


def test_a_pin_is_gone_with_the_password_it_was_set_under(world: World) -> None:
    with world.through("here", "at-basic") as (asked, viewer):
        world.ask(asked.session.set_pin(viewer, WORD, RIGHT_PIN))
        admin, people = world.joined.viewer, world.asked.people
        world.ask(people.set_password(admin, "at-basic", "valves like to be turned"))
        assert not world.ask(asked.session.has_pin(viewer))


def test_who_sets_and_takes_away_a_pin_or_opens_writing_is_in_the_audit(world: World) -> None:
    with world.through("here", "at-super-user") as (asked, viewer):
        world.ask(asked.session.lock(viewer, Locked.WRITING))
        world.ask(asked.session.open_writing(viewer, WORD))
        world.ask(asked.session.set_pin(viewer, WORD, RIGHT_PIN))
        world.ask(asked.session.forget_pin(viewer))
        world.ask(asked.session.forget_pin(viewer))  # there is none: nothing is done
    entries = world.ask(world.asked.audit.entries(world.joined.viewer, 50))
    done = [each.verb for each in reversed(entries) if each.login == "at-super-user"]
    assert done == [
        "session.login",
        "session.lock",
        "session.open_writing",
        "session.set_pin",
        "session.forget_pin",
    ]
    assert PIN not in repr(entries)


def test_a_desk_locked_while_the_password_is_proved_stays_locked(world: World) -> None:
    with world.through("here", WHO) as (asked, viewer):

        async def both() -> None:
            opening = asyncio.ensure_future(asked.session.open_writing(viewer, WORD))
            await asyncio.sleep(0)  # it has asked for the password's proof by now
            await asked.session.lock(viewer, Locked.DESK)
            await opening

        assert "the desk is locked" in told(world, both())
        assert viewer.grant.locked is Locked.DESK


async def by_pin(asked: Asked, viewer: Viewer) -> None:
    """Try the right PIN."""
    await asked.session.unlock_by_pin(viewer, RIGHT_PIN)


def told(world: World, work: Any) -> str:
    """Return what a verb said when it refused, or what became of a wish; "" for done."""
    got = outcome(world, work)
    assert not isinstance(got, BadInput), got
    return str(got) if isinstance(got, PlantError) else str(getattr(got, "reason", ""))
