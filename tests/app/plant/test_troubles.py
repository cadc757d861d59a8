"""What is wrong with the core itself is told to whoever may see the plant."""

import pytest

from app.errors import NotPermitted
from app.plant.service import PlantService
from app.pointtable import PointTable
from app.verbs import Capability, verbs_of
from tests.fakes.clock import FakeClock
from tests.people import person

LUND = person("lund", "K. Lund", "desk-1", frozenset({Capability.SEE_PLANT}))
NOBODY = person("x", "Nobody", "desk-1", frozenset())


class Core:
    """A core with troubles that come and go."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.service = PlantService(
            None,  # type: ignore[arg-type]  # nothing here asks a device
            PointTable(),
            {},
            FakeClock(),
            lambda: tuple(self.said),
        )


async def test_a_sound_core_has_nothing_to_tell() -> None:
    assert await Core().service.troubles(LUND) == ()


async def test_troubles_are_told_as_they_stand_now() -> None:
    core = Core()
    core.said.append("history is not recorded: fast.sqlite is damaged")
    assert await core.service.troubles(LUND) == (
        "history is not recorded: fast.sqlite is damaged",
    )
    core.said.append("the clock of this computer jumped")
    assert len(await core.service.troubles(LUND)) == 2
    core.said.clear()
    assert await core.service.troubles(LUND) == ()


async def test_who_may_not_see_the_plant_learns_nothing() -> None:
    core = Core()
    core.said.append("history is not recorded")
    with pytest.raises(NotPermitted):
        await core.service.troubles(NOBODY)
    assert verbs_of(PlantService)["troubles"] is Capability.SEE_PLANT


async def test_without_anybody_to_tell_there_is_nothing() -> None:
    bare = PlantService(
        None,  # type: ignore[arg-type]  # nothing here asks a device
        PointTable(),
        {},
        FakeClock(),
    )
    assert tuple(await bare.troubles(LUND)) == ()
