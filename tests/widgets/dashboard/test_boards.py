"""One's own pages are kept, undone and shared without ever touching anybody else's."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.asked import Preset
from app.verbs import administrator
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import Desk
from widgets.dashboard.board import MOST_PAGES, BoardPage, Place, Tile, to_json
from widgets.dashboard.pages import KEY, KIND, STEPS, Boards, Steps
from widgets.dashboard.standard import standard_pages
from widgets.dashboard.tiletype import kinds_of_tiles
from widgets.desk import Desk as PersonalDesk

MakeDesk = Callable[..., Desk]
HOLM = administrator("holm", "Ole Holm", "desk-2")


def note(name: str, x: int = 0, y: int = 0) -> Tile:
    return Tile(name, "note", Place(x, y, 2, 1), {"text": name})


def preset(name: str, *tiles: Tile, owner: str = "holm", number: str = "p1") -> Preset:
    content = json.dumps(to_json(BoardPage("theirs", name, tiles)))
    return Preset(number, KIND, name, owner, shared=True, content=content)


class Sitter:
    """Somebody at a desk with their boards."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.home = desk, QObject()
        self.news = 0
        self.boards = Boards(desk.context.desk, desk.viewer.login, standard_pages(), self.home)
        self.boards.changed.connect(self._count)

    def _count(self) -> None:
        self.news += 1

    @property
    def kept(self) -> list[dict[str, object]]:
        """What lies in the project."""
        text = self.desk.services.desk.kept.get((self.desk.viewer.login, KEY), "[]")
        found = json.loads(text)
        assert isinstance(found, list)
        return found

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.boards.pages]


@pytest.fixture
def sit(make_desk: MakeDesk, qtbot: QtBot) -> Callable[..., Sitter]:
    def make(services: FakeServices | None = None, **more: object) -> Sitter:
        return Sitter(make_desk(services, **more), qtbot)

    return make


Sit = Callable[..., Sitter]


def test_who_kept_nothing_has_the_standard_page_and_writes_nothing(sit: Sit) -> None:
    sitter = sit()
    assert [page.key for page in sitter.boards.pages] == ["standard"]
    assert sitter.kept == []
    assert not sitter.boards.steps.can_undo


def test_the_standard_page_has_only_tiles_that_ask_nothing_and_fit() -> None:
    kinds = kinds_of_tiles()
    [page] = standard_pages()
    for tile in page.tiles:
        assert not kinds[tile.kind].asks_first
        assert (tile.place.w, tile.place.h) >= kinds[tile.kind].smallest
    assert len({tile.id for tile in page.tiles}) == len(page.tiles)


def test_a_change_is_told_at_once_and_written_a_little_later(sit: Sit, qtbot: QtBot) -> None:
    sitter = sit()
    sitter.boards.put(BoardPage("k", "Energy", (note("a"),)))
    assert sitter.news == 1
    assert sitter.kept == []
    qtbot.waitUntil(lambda: len(sitter.kept) == 2, timeout=3000)
    assert sitter.kept[1]["name"] == "Energy"


def test_many_changes_in_a_row_are_written_once(sit: Sit, qtbot: QtBot) -> None:
    sitter = sit()
    page = BoardPage("k", "Energy", (note("a"),))
    for x in range(6):
        sitter.boards.put(page.with_tile(note("a", x)))
    assert sitter.kept == []
    sitter.boards.keep()
    qtbot.waitUntil(lambda: len(sitter.kept) == 2)
    assert sitter.kept[1]["tiles"][0]["at"] == [5, 0, 2, 1]  # type: ignore[index]


def test_the_same_page_again_is_no_step(sit: Sit) -> None:
    sitter = sit()
    sitter.boards.put(sitter.boards.pages[0])
    assert not sitter.boards.steps.can_undo
    assert sitter.news == 0


def test_a_new_step_forgets_what_was_taken_back(sit: Sit) -> None:
    sitter = sit()
    for name in ("one", "two"):
        sitter.boards.put(BoardPage(name, name))
    sitter.boards.undo()
    before = sitter.boards.steps.can_redo
    sitter.boards.put(BoardPage("three", "three"))
    assert (before, sitter.boards.steps.can_redo) == (True, False)
    sitter.boards.redo()
    assert sitter.names == ["", "one", "three"]


def test_at_least_a_hundred_steps_are_remembered_and_not_without_end() -> None:
    steps, states = Steps(), [(BoardPage(str(n), str(n)),) for n in range(STEPS * 5)]
    for state in states:
        steps.remember(state)
    now, taken = (BoardPage("now", "now"),), 0
    while steps.can_undo:
        now = steps.back(now)  # type: ignore[assignment]
        taken += 1
    assert STEPS <= taken <= STEPS * 3
    assert steps.back(now) == now
    while steps.can_redo:
        now = steps.forth(now)  # type: ignore[assignment]
    assert now[0].key == "now"
    assert steps.forth(now) == now


def test_the_last_page_stays(sit: Sit) -> None:
    sitter = sit()
    sitter.boards.remove("standard")
    assert len(sitter.boards.pages) == 1
    sitter.boards.put(BoardPage("k", "Energy"))
    sitter.boards.remove("standard")
    sitter.boards.remove("k")
    assert sitter.names == ["Energy"]


def test_pages_change_places_and_not_over_the_ends(sit: Sit) -> None:
    sitter = sit()
    for name in ("a", "b"):
        sitter.boards.put(BoardPage(name, name))
    sitter.boards.move("b", -1)
    assert sitter.names == ["", "b", "a"]
    sitter.boards.move("a", 1)
    sitter.boards.move("standard", -1)
    assert sitter.names == ["", "b", "a"]


@pytest.mark.parametrize("text", ["7", '"x"', "[]", "[7]", '{"tiles": []}', "null", "[{}, {}]"])
def test_what_somebody_else_wrote_there_does_not_keep_the_desk_from_opening(
    make_desk: MakeDesk, qtbot: QtBot, text: str
) -> None:
    desk = make_desk()
    personal = PersonalDesk(
        desk.services.asked, desk.viewer, desk.asking, {KEY: text}, desk.feed
    )
    home = QObject()
    boards = Boards(personal, "lund", standard_pages(), home)
    assert len(boards.pages) >= 1
    boards.put(boards.pages[0].with_tile(note("a")))
    assert boards.pages[0].tile("a") is not None


def test_a_page_is_shared_under_its_name_and_found_to_be_shared_after_a_restart(
    sit: Sit, qtbot: QtBot
) -> None:
    sitter = sit()
    sitter.boards.put(BoardPage("k", "Energy", (note("a"),)))
    sitter.boards.share("k")
    qtbot.waitUntil(lambda: bool(sitter.boards.pages[1].shares))
    [kept] = sitter.desk.services.desk.all_presets.values()
    assert (kept.name, kept.owner, kept.shared, kept.kind) == ("Energy", "lund", True, KIND)
    sitter.boards.keep()
    qtbot.waitUntil(lambda: any(page.get("shares") for page in sitter.kept))
    again = sit(sitter.desk.services)
    qtbot.waitUntil(lambda: not again.boards.offered())
    assert again.boards.offered() == []  # one's own is not offered to oneself


def test_undo_does_not_withdraw_what_others_see(sit: Sit, qtbot: QtBot) -> None:
    sitter = sit()
    sitter.boards.put(BoardPage("k", "Energy", (note("a"),)))
    sitter.boards.put(BoardPage("k", "Energy", (note("a"), note("b", 2))))
    sitter.boards.share("k")
    qtbot.waitUntil(lambda: bool(sitter.boards.pages[1].shares))
    shares = sitter.boards.pages[1].shares
    sitter.boards.undo()
    assert sitter.boards.pages[1].shares == shares
    assert len(sitter.boards.pages[1].tiles) == 1


def test_two_people_share_a_page_and_keep_their_own(sit: Sit, qtbot: QtBot) -> None:
    services = FakeServices()
    lund, holm = sit(services), sit(services, viewer=HOLM)
    lund.boards.put(BoardPage("k", "Night shift", (note("a"),)))
    lund.boards.share("k")
    qtbot.waitUntil(lambda: bool(lund.boards.pages[1].shares))
    holm.desk.context.desk.refresh(KIND)
    qtbot.waitUntil(lambda: bool(holm.boards.offered()))
    [offered] = holm.boards.offered()
    key = holm.boards.follow(offered)
    followed = holm.boards.page(key)
    assert followed is not None
    assert (followed.name, followed.is_own) == ("Night shift", False)
    assert [tile.id for tile in followed.tiles] == ["a"]
    lund.boards.put(replace(lund.boards.pages[1], tiles=(note("b"),)))
    lund.boards.keep()
    holm.desk.context.desk.refresh(KIND)

    def seen() -> bool:
        page = holm.boards.page(key)
        holm.desk.context.desk.refresh(KIND)
        return page is not None and [tile.id for tile in page.tiles] == ["b"]

    qtbot.waitUntil(seen)
    assert holm.boards.offered() == []  # it is shown already
    holm.boards.own_copy(key)
    mine = holm.boards.page(key)
    assert mine is not None
    assert mine.is_own
    assert mine.tiles[0].id != "b"  # a copy: its tiles are others
    assert dict(mine.tiles[0].options) == {"text": "b"}


def test_a_followed_page_whose_owner_left_shows_what_was_last_known_of_it(
    sit: Sit, qtbot: QtBot
) -> None:
    services = FakeServices()
    services.desk.all_presets["p1"] = preset("Night shift", note("a"))
    sitter = sit(services)
    qtbot.waitUntil(lambda: bool(sitter.boards.offered()))
    key = sitter.boards.follow(sitter.boards.offered()[0])
    services.desk.all_presets.clear()
    sitter.desk.context.desk.refresh(KIND)
    qtbot.waitUntil(lambda: not sitter.desk.context.desk.presets(KIND))
    page = sitter.boards.page(key)
    assert page is not None
    assert page.name == "Night shift"
    sitter.boards.remove(key)
    assert len(sitter.boards.pages) == 1


def test_a_page_of_somebody_else_cannot_be_shared_or_withdrawn(sit: Sit, qtbot: QtBot) -> None:
    services = FakeServices()
    services.desk.all_presets["p1"] = preset("Night shift", note("a"))
    sitter = sit(services)
    qtbot.waitUntil(lambda: bool(sitter.boards.offered()))
    key = sitter.boards.follow(sitter.boards.offered()[0])
    sitter.boards.share(key)
    sitter.boards.unshare(key)
    sitter.boards.keep()
    assert services.desk.all_presets["p1"].owner == "holm"
    assert len(services.desk.all_presets) == 1


def test_sharing_and_withdrawing_what_is_not_there_does_nothing(sit: Sit) -> None:
    sitter = sit()
    for act in (sitter.boards.share, sitter.boards.unshare, sitter.boards.own_copy):
        act("nobody")
    sitter.boards.own_copy("standard")
    assert [page.key for page in sitter.boards.pages] == ["standard"]
    assert sitter.desk.services.desk.all_presets == {}


def test_a_shared_preset_that_is_no_page_is_offered_but_breaks_nothing(
    sit: Sit, qtbot: QtBot
) -> None:
    services = FakeServices()
    odd = replace(preset("Odd"), content='{"tiles": 7}')
    services.desk.all_presets["p1"] = odd
    sitter = sit(services)
    qtbot.waitUntil(lambda: bool(sitter.boards.offered()))
    key = sitter.boards.follow(odd)
    page = sitter.boards.page(key)
    assert page is not None
    assert page.tiles == ()


def test_as_many_pages_as_the_desk_holds_are_found_again(sit: Sit, qtbot: QtBot) -> None:
    sitter = sit()
    for number in range(MOST_PAGES - 1):
        sitter.boards.put(BoardPage(f"k{number}", f"Page {number}", (note("a"),)))
    sitter.boards.keep()
    qtbot.waitUntil(lambda: len(sitter.kept) == MOST_PAGES)
    text = json.dumps(sitter.kept)
    assert len(text) < 200_000  # the desk takes no longer ones
    assert VIEWER.login == "lund"
