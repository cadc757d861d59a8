"""A receiver tried: connected for seconds, told in words, and everything left as it was."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition
from app.auditverbs import AuditEntry
from app.compose import trying
from app.compose.radio import radio_of
from app.compose.trying import MOST_LINES, try_receiver
from app.errors import BadInput, NotPermitted
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.reading import DeviceId
from app.model.reception import ReceiverTried
from app.plant.radio import RadioService
from app.pointtable import PointTable
from app.project.opening import Project
from app.project.service import ProjectService
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, frame_of
from drivers.wmbus import DRIVER
from tests.app.plant.test_radio import project
from tests.drivers.wiredline import clock
from tests.drivers.wireless.street import AT
from tests.drivers.wireless.test_rows import TELEGRAM
from tests.plant import GUEST, LUND

__all__ = ["project"]
METER = StreetMeter(7, 1)
LINE = f"{frame_of(Said(METER, AT, 7)).hex()}\n".encode()
STREET = LinkId("street")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "LISTENS_S", 0.5)


@asynccontextmanager
async def server(content: bytes) -> AsyncIterator[str]:
    """Serve what a gateway would send; it stays open."""
    writers = list[asyncio.StreamWriter]()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(content)

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{running.sockets[0].getsockname()[1]}"
    finally:
        running.close()
        for each in writers:
            each.close()


async def test_the_first_lines_of_a_gateway_are_told_and_not_all_of_a_flood() -> None:
    async with server(b"hello\n\n" + 500 * LINE) as place:
        tried = await try_receiver(f"roof=tcp:{place}", "", {METER.number.lower(): "Cellar"})
    assert (tried.stood, tried.says) == (True, "connected; 10 lines came")
    assert len(tried.lines) == MOST_LINES
    assert not tried.lines[0].good
    assert all(each.good and each.says.endswith("Cellar") for each in tried.lines[1:])


async def test_silence_and_a_refused_connection_are_told_apart() -> None:
    async with server(b"") as place:
        quiet = await try_receiver(f"tcp:{place}", "", {})
    assert quiet.stood
    assert quiet.says.startswith("connected; nothing came within")
    gone = await try_receiver(f"tcp:{place}", "", {})
    assert not gone.stood
    assert gone.says.startswith("not connected: ")


async def test_files_are_looked_into_and_none_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "in box"
    folder.mkdir()
    rows = [f"g;12345678;2026-02-01 13:00:00;1;{TELEGRAM}", "g;nobody;yesterday;1;00"]
    file = folder / "a.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    place = f"c=elvaco:{folder}?zone=UTC".replace(" ", "%20")
    tried = await try_receiver(place, "", {})
    assert tried.stood
    assert [each.good for each in tried.lines] == [True, False]
    assert "12345678, 2026-02-01 13:00 UTC" in tried.lines[0].says
    assert "a.csv, line 2, column" in tried.lines[1].says
    assert [each.name for each in folder.iterdir()] == ["a.csv"], "nothing was put away"


async def test_a_folder_without_a_layout_or_that_is_gone_says_so(tmp_path: Path) -> None:
    tried = await try_receiver(f"table:{tmp_path}", "", {})
    assert not tried.stood
    assert tried.says.startswith("not connected: layout.toml")
    gone = await try_receiver(f"elvaco:{tmp_path}/none?zone=UTC", "", {})
    assert not gone.stood


async def test_one_receiver_is_tried_at_a_time() -> None:
    with pytest.raises(BadInput, match="one receiver is tried at a time"):
        await try_receiver("tcp:h:1 tcp:h:2", "", {})
    with pytest.raises(BadInput, match="names no receiver"):
        await try_receiver("telepathy:h", "", {})


@pytest.fixture
async def plant(project: Project) -> ProjectService:
    service = ProjectService(project)
    options: dict[str, Option] = {"receivers": "broker=push:127.0.0.1:9999"}
    await service.put_link(LUND, LinkConfig(STREET, "wmbus", "Street", options))
    bad = LinkConfig(LinkId("bad"), "wmbus", "Bad", {"receivers": "telepathy:x"})
    await service.put_link(LUND, bad)
    meter = DeviceConfig(
        DeviceId("m"), "Cellar", "", STREET, 0, "generic.wmbus", serial=METER.number
    )
    await service.put_device(LUND, meter)
    return service


def logged(project: Project) -> list[AuditEntry]:
    return [each for each in project.audit.entries(50) if each.verb == "radio.try_receiver"]


async def test_lines_are_told_with_their_receivers_and_whether_a_password_is_kept(
    project: Project, plant: ProjectService
) -> None:
    radio = radio_of(project, plant.changes)
    lines = {each.link.id: each for each in await radio.lines(LUND)}
    (broker,) = lines[STREET].receivers
    assert (broker.name, broker.kind, broker.place, broker.has_secret) == (
        "broker",
        "push",
        "127.0.0.1:9999",
        False,
    )
    (spelt,) = lines[LinkId("bad")].receivers
    assert (spelt.kind, spelt.place, spelt.has_secret) == ("telepathy", "x", False)
    assert "link Bad: " in lines[LinkId("bad")].fault
    await radio.keep_secret(LUND, "broker", "quiet water, deep as the sea")
    lines = {each.link.id: each for each in await radio.lines(LUND)}
    assert lines[STREET].receivers[0].has_secret
    assert "quiet water" not in repr(lines)


async def test_a_line_is_checked_and_nothing_is_kept(
    project: Project, plant: ProjectService
) -> None:
    radio = radio_of(project, plant.changes)
    options: dict[str, Option] = {"receivers": "tcp:h:1", "silent_min": 30.0, "expected": ""}
    link = LinkConfig(LinkId("new"), "wmbus", "New", options)
    await radio.check_line(LUND, link)
    for key, wrong in (("receivers", "tcp:h"), ("silent_min", "often"), ("expected", "noon")):
        made = LinkConfig(link.id, link.kind, link.name, {**options, key: wrong})
        with pytest.raises(BadInput, match="link New: "):
            await radio.check_line(LUND, made)
    assert link.id not in plant.config.links


async def test_a_kept_password_goes_only_where_it_was_kept_for(
    project: Project, plant: ProjectService
) -> None:
    radio, secret = radio_of(project, plant.changes), "quiet water, deep as the sea"
    await radio.keep_secret(LUND, "broker", secret)
    sent: list[str] = []
    radio._ways = type(radio._ways)(
        radio._ways.named, radio._ways.require, lambda *asked: _told(sent, *asked)
    )
    await radio.try_receiver(LUND, "broker=push:127.0.0.1:9999", STREET)
    await radio.try_receiver(LUND, "broker=push:127.0.0.1:9998", STREET)
    await radio.try_receiver(LUND, "broker=push:127.0.0.1:9999", LinkId("other"))
    await radio.try_receiver(LUND, "broker=push:127.0.0.1:9998", STREET, "typed")
    assert sent == [secret, "", "", "typed"]
    entries = logged(project)
    assert len(entries) == 4
    assert (entries[0].new, entries[0].result) == ("broker=push:127.0.0.1:9998", "begun")
    assert secret not in repr(entries)


async def _told(sent: list[str], _way: str, secret: str, own: object) -> ReceiverTried:
    assert own == {METER.number.lower(): "Cellar"}
    sent.append(secret)
    return ReceiverTried(stood=True, says="")


async def test_a_second_try_waits_for_the_first_and_a_guest_tries_nothing(
    project: Project, plant: ProjectService
) -> None:
    radio: RadioService = radio_of(project, plant.changes)
    async with server(b"") as place:
        first = asyncio.ensure_future(radio.try_receiver(LUND, f"tcp:{place}", STREET))
        await asyncio.sleep(0.05)
        with pytest.raises(BadInput, match="being tried already"):
            await radio.try_receiver(LUND, f"tcp:{place}", STREET)
        assert (await first).stood
    for asked in (radio.try_receiver(GUEST, "tcp:h:1", STREET), radio.lines(GUEST)):
        with pytest.raises(NotPermitted):
            await asked


LAYOUT = """
separator = ";"
decimal_sign = ","
time_zone = "UTC"
time_format = "%d-%m-%Y %H:%M"
meter = "Serial no."
time = "Time"

[[values]]
column = "Energy"
quantity = "energy"
unit = "MWh"
"""
ROWS = b"Serial no.;Time;Energy\n12345678;01-02-2026 12:00;1,5\n12345678;yesterday;2\n"


async def test_a_layout_reads_the_first_rows_of_a_file_each_fault_at_its_place(
    project: Project, plant: ProjectService
) -> None:
    radio = radio_of(project, plant.changes)
    tried = await radio.try_layout(LUND, LAYOUT, "march.csv", ROWS)
    assert tried.says == "2 rows looked at, 1 of them is wrong"
    good, bad = tried.lines
    assert good.good
    assert good.says.startswith("12345678, 2026-02-01 12:00 UTC, Energy 1500")
    assert not bad.good
    assert bad.says.startswith("line 3, column 2: ")
    many = ROWS + 50 * b"12345678;01-02-2026 12:00;1,5\n"
    assert len((await radio.try_layout(LUND, LAYOUT, "m.csv", many)).lines) == 20


async def test_a_layout_that_cannot_be_or_a_file_of_another_head_is_told(
    project: Project, plant: ProjectService
) -> None:
    radio = radio_of(project, plant.changes)
    for layout, says in (("meter = ", "layout: "), ("meter = 0", "layout: ")):
        with pytest.raises(BadInput, match=says):
            await radio.try_layout(LUND, layout, "m.csv", ROWS)
    with pytest.raises(BadInput, match=r"Serial no\."):
        await radio.try_layout(LUND, LAYOUT, "m.csv", b"a;b;c\n1;2;3\n")
    with pytest.raises(BadInput, match="only the beginning"):
        await radio.try_layout(LUND, LAYOUT, "m.csv", bytes(300_000))
    with pytest.raises(NotPermitted):
        await radio.try_layout(GUEST, LAYOUT, "m.csv", ROWS)


async def listening_to(receivers: str, *, enabled: bool = True) -> Acquisition:
    """Return what listens on a line that has no meter of ours."""
    made = Acquisition(
        PointTable(), [DRIVER], ProfileChooser({}, lambda profile, _o: profile), clock
    )
    options: dict[str, Option] = {"receivers": receivers}
    await made.apply([LinkConfig(STREET, "wmbus", "Street", options, enabled)], [])
    return made


async def test_a_line_without_a_meter_of_ours_listens_and_counts_those_of_others() -> None:
    async with server(3 * LINE) as place:
        acquisition = await listening_to(f"roof=tcp:{place}")
        try:
            for _look in range(1_000):
                told = acquisition.hearing[STREET].figures().receivers
                if told and told[0].foreign == 3:
                    break
                await asyncio.sleep(0.02)
        finally:
            await acquisition.apply([], [])
        (roof,) = told
        assert (roof.receiver, roof.stands, roof.own, roof.trouble) == ("roof", True, 0, "")
        assert [each.number for each in roof.strangers] == [METER.number]
        assert not acquisition.hearing, "a line that is gone listens no more"


async def test_a_line_that_is_wrong_or_out_of_service_does_not_listen() -> None:
    for receivers, enabled in (("telepathy:x", True), ("tcp:127.0.0.1:9", False)):
        acquisition = await listening_to(receivers, enabled=enabled)
        assert not acquisition.hearing
        assert not acquisition.running
        await acquisition.apply([], [])


async def test_a_file_of_lines_may_have_a_blank_in_its_name(tmp_path: Path) -> None:
    file = tmp_path / "my telegrams"
    file.write_bytes(b"")
    trial = asyncio.ensure_future(try_receiver(f"file:{tmp_path}/my%20telegrams", "", {}))
    await asyncio.sleep(0.1)
    with file.open("ab") as stream:
        stream.write(LINE)
    assert (await trial).stood
