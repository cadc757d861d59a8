"""Every role × every verb × own, foreign and no device: as the matrix says, both ways in."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.asked import Asked
from app.channel.surface import surface
from app.channel.wire import the_wire
from app.compose.core import Core
from app.errors import BadInput, NotPermitted
from app.model.control import WriteResult
from app.model.point import Category
from app.model.reading import DeviceId
from app.model.rights import WRITING, Capability, Role, Scope
from app.users.roles import preset_roles
from tests.app.rights.world import (
    FOREIGN,
    NOWHERE,
    OWN,
    World,
    outcome,
    running_world,
    samples,
    whole_samples,
    wish,
)

ROLES = sorted(preset_roles())
# Through the channel every layer is passed; without it, the fewer of the same.
WAYS = (pytest.param("here", marks=pytest.mark.campaign), "channel")
# Seconds of work with the device, once they are allowed.
LONG = {
    "control.set_clock": Capability.WRITE_PRIMARY,
    "reports.commissioning": Capability.MAKE_REPORT,
}
KIND = re.compile(r"^there is no (device|link|alarm rule|document|note) ")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("rights")) as running:
        yield running


def method(asked: Asked, name: str) -> Any:
    service, verb = name.split(".")
    return getattr(getattr(asked, service), verb)


def needs(core: Core | None, name: str) -> tuple[Capability, bool]:
    """Return what a verb needs, and whether for everything there is."""
    assert core is not None
    mark = method(core.asked, name)
    return mark.capability, mark.whole


def test_every_verb_is_asked_by_this_test(world: World) -> None:
    assert {*samples(world, OWN), *whole_samples(world)} == set(surface())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.feature("LM-54", "LM-55")
def test_every_verb_about_a_device_is_open_as_the_matrix_says(
    world: World, role: str, way: str
) -> None:
    matrix = preset_roles()[role]
    wrong: list[str] = []
    with world.through(way, f"at-{role}") as (asked, viewer):
        for device in (OWN, FOREIGN, NOWHERE):
            world.furnish()
            for name, ask in samples(world, device).items():
                if name in LONG and skipped(matrix, LONG[name], way, device):
                    continue
                got = outcome(world, ask(asked, viewer))
                if said := unlike(world, matrix, name, device, got):
                    wrong.append(f"{name} of {device}: {said}")
    assert wrong == []


def skipped(role: Role, capability: Capability, way: str, device: DeviceId) -> bool:
    """Whether it would really be done once more: that once is enough."""
    everywhere = role.scope(capability) is Scope.ALL
    once = role.id == "administrator" and way == "here" and device == OWN
    return everywhere and device != NOWHERE and not once


def unlike(world: World, role: Role, name: str, device: DeviceId, got: Any) -> str:
    """Return how an outcome differs from what the matrix says; "" when it does not."""
    capability, whole = needs(world.joined.core, name)
    scope = role.scope(capability)
    if scope is Scope.NONE or (whole and scope is not Scope.ALL):
        return "" if isinstance(got, NotPermitted) else f"not refused: {got!r}"
    sees = role.scope(Capability.SEE_PLANT)
    if device == OWN or (device == FOREIGN and scope is sees is Scope.ALL):
        hidden = isinstance(got, BadInput) and KIND.match(str(got))
        return f"refused: {got!r}" if isinstance(got, NotPermitted) or hidden else ""
    if sees is Scope.ALL:  # whoever sees everything hears of nothing that is not there
        return ""
    # What was not given is told apart from what is not there by nobody.
    said = str(got).replace(str(device), "")
    return (
        "" if isinstance(got, BadInput) and KIND.match(f"{said} ") else f"not hidden: {got!r}"
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.feature("LM-54", "LM-55", "LM-53")
def test_every_verb_about_the_whole_is_open_as_the_matrix_says_and_tells_nothing_foreign(
    world: World, role: str, way: str
) -> None:
    matrix, wire = preset_roles()[role], the_wire()
    wrong: list[str] = []
    with world.through(way, f"at-{role}") as (asked, viewer):
        for name, ask in whole_samples(world).items():
            got = outcome(world, ask(asked, viewer))
            capability, whole = needs(world.joined.core, name)
            scope = matrix.scope(capability)
            if scope is Scope.NONE or (whole and scope is not Scope.ALL):
                wrong += [] if isinstance(got, NotPermitted) else [f"{name}: {got!r}"]
                continue
            if isinstance(got, NotPermitted) and not name.startswith("people."):
                wrong.append(f"{name}: {got!r}")
            if scope is Scope.ASSIGNED and not isinstance(got, Exception):
                told = json.dumps(wire.unstructure(got), ensure_ascii=False)
                if FOREIGN in told or "Ahornvej 22" in told:
                    wrong.append(f"{name} tells of {FOREIGN}: {told[:200]}")
    assert wrong == []


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.feature("LM-54")
def test_settings_are_written_by_their_category(
    world: World, role: str, category: Category
) -> None:
    matrix = preset_roles()[role]
    with world.through("here", f"at-{role}") as (asked, viewer):
        for device in (OWN, FOREIGN):
            got = outcome(world, asked.control.write(viewer, wish(device, category)))
            scope = matrix.scope(WRITING[category])
            may = scope is Scope.ALL or (scope is Scope.ASSIGNED and device == OWN)
            by_limits = isinstance(got, WriteResult) and "may not" not in got.reason
            assert by_limits == may, (device, got)
