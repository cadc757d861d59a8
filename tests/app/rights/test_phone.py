"""On a phone the plant is looked at and served; Heatdesk is set up at a computer alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.channel.wire import PHONE
from app.errors import NotPermitted
from app.model.rights import SETTING, SYSTEM, Capability
from app.model.second import Wish, WishState
from tests.app.rights.test_locked import SLOW, mark
from tests.app.rights.world import (
    OWN,
    WORD,
    World,
    outcome,
    running_world,
    samples,
    whole_samples,
)

ADMINISTRATOR = "at-administrator"
SAYS = "Heatdesk is set up at a computer, not on a phone"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("phone")) as running:
        yield running


def refused(world: World, work: Any) -> bool:
    got = outcome(world, work)
    return isinstance(got, NotPermitted) and str(got) == SAYS


@pytest.mark.feature("EW-11")
def test_nothing_of_the_system_is_changed_on_a_phone_whatever_the_role(world: World) -> None:
    wrong: list[str] = []
    asks = {**samples(world, OWN), **whole_samples(world)}
    with world.through("channel", ADMINISTRATOR, device=PHONE) as (asked, viewer):
        world.furnish()
        for name, ask in asks.items():
            verb = mark(world, name)
            wanted = verb.capability in SYSTEM and not verb.reads
            if name.startswith("session.") or (name in SLOW and not wanted):
                continue
            if refused(world, ask(asked, viewer)) is not wanted:
                wrong.append(name)
    assert wrong == []
    asked_for = {mark(world, name).capability for name in asks}
    assert asked_for >= SYSTEM - {Capability.MANAGE_API}, "no verb needs that one yet"


def test_the_plant_itself_is_served_from_a_phone_too() -> None:
    at_the_plant = {Capability.EDIT_DEVICES, Capability.ACKNOWLEDGE, Capability.SEE_CHARGING}
    assert not SYSTEM & (SETTING | at_the_plant)


@pytest.mark.parametrize("device", ["", "computer", "Phone", "phone "])
def test_who_says_nothing_of_a_phone_sits_at_a_computer(world: World, device: str) -> None:
    people = {name: ask for name, ask in whole_samples(world).items() if "people." in name}
    with world.through("channel", ADMINISTRATOR, WORD, device) as (asked, viewer):
        assert not any(refused(world, ask(asked, viewer)) for ask in people.values())


def test_a_second_person_opens_no_way_around_it(world: World) -> None:
    """What two do together is done with rights of their own: it must be refused before."""
    wishes = [Wish("people.remove_person", '{"login": "at-guest"}')]
    with world.through("channel", ADMINISTRATOR, device=PHONE) as (asked, viewer):
        assert refused(world, asked.pairs.ask(viewer, wishes, "why not"))
    with world.through("channel", ADMINISTRATOR) as (asked, viewer):
        waits = world.ask(asked.pairs.ask(viewer, wishes, "they left"))
    with world.through("channel", "at-manager", device=PHONE) as (asked, viewer):
        assert refused(world, asked.pairs.confirm(viewer, waits.id, "", ""))
    with world.through("channel", ADMINISTRATOR, device=PHONE) as (asked, viewer):
        at_the_same_desk = asked.pairs.confirm(viewer, waits.id, "at-manager", WORD)
        assert refused(world, at_the_same_desk)
        assert world.ask(asked.pairs.withdraw(viewer, waits.id)).state is WishState.WITHDRAWN
