"""Of two plants with the same ids on one computer neither ever tells of the other."""

import asyncio
import os
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PyQt6.QtWidgets import QApplication

from app.channel.client import ChannelClient
from app.channel.wire import proof, receive, send
from app.compose.picture import DEVICE_PAGE, page_names
from app.errors import CoreLost, NotPermitted
from app.model.reading import DeviceId
from app.project.lock import read_owner
from tests.app.rights.tenants import (
    ALFA,
    BRAVO,
    GUEST,
    SECRET,
    VALUES,
    Tenant,
    opened,
    seed,
    told,
    two_tenants,
)
from tests.app.rights.world import OWN
from tests.journeys.seated import Seated
from tests.journeys.traces import leftovers, written
from widgets.pagetype import Show
from widgets.palette.panel import Palette
from widgets.theme import Look

pytestmark = [pytest.mark.timeout(240), pytest.mark.feature("LM-56")]
# What a project tells under its own mark; fewer, and this test would look past something.
LEAST_ANSWERS, LEAST_PAGES = 30, 12


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tenant, Tenant]]:
    with two_tenants(tmp_path_factory.mktemp("tenants")) as made:
        for each in made:
            furnish(each)
        yield made


def furnish(tenant: Tenant) -> None:
    with opened(tenant) as world:
        seed(world, tenant)


def other(mark: str) -> str:
    return BRAVO if mark == ALFA else ALFA


def sorted_out(mark: str, answers: Iterator[tuple[str, str]]) -> tuple[set[str], list[str]]:
    """Return who told of the plant itself, and who told of the other one."""
    own, foreign = set(), []
    for name, text in answers:
        if mark in text or str(VALUES[mark]) in text:
            own.add(name)
        for strange in (other(mark), str(VALUES[other(mark)])):
            if strange in text:
                at = text.index(strange)
                foreign.append(f"{name}: …{text[max(0, at - 60) : at + 60]}…")
    return own, foreign


def pages(seat: Seated, mark: str) -> Iterator[tuple[str, str]]:
    """Open every page and tab, and what finds everything; yield all that is written there."""
    for name in page_names():
        page, _slash, part = name.partition("/")
        device = DeviceId(OWN) if page == DEVICE_PAGE else None
        seat.window.show_page(Show(page, device, part=part))
        front = seat.window.front
        assert front is not None
        seat.until(front.settled, what=name)
        yield name, "\n".join(written(seat.window))
    palette = seat.window.findChild(Palette)
    assert isinstance(palette, Palette)
    for words in ("", mark, other(mark)):
        palette.open()
        palette.field.setText(words)
        seat.live(0.1)
        found = "\n".join(each for each in written(palette) if each != words)
        yield f"palette {words}", found
        palette.close_again()


# Here is one of the two ends of the channel: the whole run asks by the other one.
@pytest.mark.parametrize("way", [pytest.param("here", marks=pytest.mark.campaign), "channel"])
def test_no_answer_of_any_verb_tells_of_the_other_plant(
    tenants: tuple[Tenant, Tenant], way: str
) -> None:
    for tenant in (*tenants, tenants[0]):  # back again too: what was cached would show
        with opened(tenant) as world:
            own, foreign = sorted_out(tenant.mark, told(world, tenant, way))
            assert foreign == []
            assert len(own) >= LEAST_ANSWERS, sorted(own)
            assert "history.range past" in own
            assert any("PlantService" in each for each in leftovers(tenant.mark))
            assert world.joined.core is not None
            assert world.joined.core.project.secrets.get(SECRET) == f"{tenant.mark} secret"
        del world
        assert leftovers(tenant.mark) == []


@pytest.mark.campaign
def test_no_page_shows_the_other_plant_and_nothing_stays_of_the_one_that_was_left(
    tenants: tuple[Tenant, Tenant], qapp: QApplication
) -> None:
    look = Look("day")  # the workstation's: it goes on from project to project
    for tenant in tenants:
        assert looked_at(tenant, look) == []
        assert leftovers(tenant.mark) == []


def looked_at(tenant: Tenant, look: Look) -> list[str]:
    """Sit down at a plant, look at every page, and return what it showed of the other."""
    with opened(tenant) as world:
        seat = Seated(world.joined, look=look)
        try:
            own, foreign = sorted_out(tenant.mark, pages(seat, tenant.mark))
        finally:
            seat.close()
        assert len(own) >= LEAST_PAGES, sorted(own)
        assert f"palette {tenant.mark}" in own
    return foreign


def test_who_holds_the_word_for_one_plant_does_not_reach_the_other(
    tenants: tuple[Tenant, Tenant],
) -> None:
    alfa, bravo = tenants
    bravo.start_core()
    try:
        with opened(alfa) as world:
            ours, theirs = read_owner(alfa.folder), read_owner(bravo.folder)
            assert ours is not None
            assert theirs is not None
            mine, port = ours.token().encode(), theirs.port or 0
            assert mine != theirs.token().encode()
            with pytest.raises(CoreLost, match="not this project's core"):
                world.ask(ChannelClient.connect(port, mine, GUEST, bravo.word))
            assert world.ask(raw_login(port, mine, bravo.word)) is None
            with pytest.raises(NotPermitted, match="wrong"):
                world.ask(
                    ChannelClient.connect(port, theirs.token().encode(), GUEST, alfa.word)
                )
            told = world.ask(raw_login(port, theirs.token().encode(), bravo.word))
            assert bravo.mark in str(told)
    finally:
        bravo.stop_core()


async def raw_login(port: int, token: bytes, word: str) -> object:
    """Log in as somebody does who does not care whom they speak to; None when cut off."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await send(writer, {"nonce": "00" * 32})
        nonce = bytes.fromhex((await receive(reader))["nonce"])
        shown = proof(token, b"client", nonce)
        await send(writer, {"proof": shown, "login": GUEST, "password": word})
        return await receive(reader)
    except (OSError, asyncio.IncompleteReadError):
        return None
    finally:
        writer.close()
