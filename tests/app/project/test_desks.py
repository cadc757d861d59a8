"""Each person finds their desk as they left it; nobody changes another's."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.asked import DeskVerbs, Preset
from app.errors import BadInput, NotPermitted
from app.project.desks import LONGEST_VALUE
from app.project.deskservice import DeskService
from app.project.opening import Project
from app.users.door import MOST_TRIES
from app.verbs import administrator
from tests.app.project.sites import PASSWORD, create, opened
from tests.plant import GUEST, LUND

OLE = administrator("ole", "Ole Holm", "desk-1")
COLUMNS = Preset("", "readings", "Return temperatures", "", shared=False, content='["s5","s6"]')


@pytest.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    made = opened(tmp_path, create(tmp_path))
    yield made
    made.close()


@pytest.fixture
def desk(project: Project) -> DeskVerbs:
    return DeskService(project)


async def test_a_preference_is_found_again_by_its_owner_alone(desk: DeskVerbs) -> None:
    await desk.keep_preference(LUND, "language", '"da"')
    await desk.keep_preference(LUND, "window", '{"tabs": []}')
    await desk.keep_preference(LUND, "language", '"de"')
    assert await desk.preferences(LUND) == {"language": '"de"', "window": '{"tabs": []}'}
    assert await desk.preferences(OLE) == {}
    await desk.keep_preference(LUND, "window", "")
    assert await desk.preferences(LUND) == {"language": '"de"'}


async def test_preferences_are_no_version_of_the_plant(
    desk: DeskVerbs, project: Project
) -> None:
    before = project.configuration.versions()
    await desk.keep_preference(LUND, "language", '"da"')
    await desk.keep_preset(LUND, COLUMNS)
    assert project.configuration.versions() == before


@pytest.mark.parametrize(
    ("key", "value"),
    [("", "1"), ("k" * 129, "1"), ("a", "{no json"), ("a", '"' + "x" * LONGEST_VALUE + '"')],
)
async def test_what_cannot_be_kept_is_said(desk: DeskVerbs, key: str, value: str) -> None:
    with pytest.raises(BadInput):
        await desk.keep_preference(LUND, key, value)
    assert await desk.preferences(LUND) == {}


async def test_a_shared_preset_is_seen_by_all_and_changed_by_its_owner(desk: DeskVerbs) -> None:
    mine = await desk.keep_preset(LUND, COLUMNS)
    assert (mine.owner, bool(mine.id)) == ("lund", True)
    assert await desk.presets(OLE, "readings") == []
    shared = await desk.keep_preset(LUND, replace(mine, shared=True))
    assert await desk.presets(OLE, "readings") == [shared]
    assert await desk.presets(OLE, "chart") == []
    with pytest.raises(NotPermitted, match="belongs to lund"):
        await desk.keep_preset(OLE, replace(shared, name="Mine now"))
    with pytest.raises(NotPermitted, match="belongs to lund"):
        await desk.remove_preset(OLE, shared.id)
    await desk.remove_preset(LUND, shared.id)
    await desk.remove_preset(LUND, shared.id)
    assert await desk.presets(LUND, "readings") == []


@pytest.mark.parametrize("name", ["", "   ", "n" * 201])
async def test_a_preset_needs_a_name(desk: DeskVerbs, name: str) -> None:
    with pytest.raises(BadInput, match="needs a name"):
        await desk.keep_preset(LUND, replace(COLUMNS, name=name))


async def test_any_letters_come_back_as_they_were(desk: DeskVerbs) -> None:
    odd = "<b>Rücklauf</b> \N{MATHEMATICAL ITALIC CAPITAL DELTA}θ \N{RIGHT-TO-LEFT MARK}שלום"
    kept = await desk.keep_preset(LUND, replace(COLUMNS, name=odd, content=f'["{odd}"]'))
    assert await desk.presets(LUND, "readings") == [kept]
    assert kept.name == odd


async def test_the_password_is_confirmed_and_wrong_ones_are_noted_and_held_back(
    desk: DeskVerbs, project: Project
) -> None:
    ole = administrator("ole", "Ole Holm", "")  # at this computer
    await desk.confirm_password(ole, PASSWORD)
    said = []
    for _try in range(MOST_TRIES + 2):
        with pytest.raises(NotPermitted) as refused:
            await desk.confirm_password(ole, "wrong")
        said.append(str(refused.value).startswith("too many"))
    assert said == [False] * MOST_TRIES + [True] * 2, "the one brake, and no other beside it"
    assert project.audit.entries(1)[0].verb == "desk.confirm_password"
    with pytest.raises(NotPermitted, match="too many wrong passwords"):
        await desk.confirm_password(ole, PASSWORD)


async def test_somebody_without_an_account_confirms_nothing(desk: DeskVerbs) -> None:
    with pytest.raises(NotPermitted):
        await desk.confirm_password(GUEST, PASSWORD)
