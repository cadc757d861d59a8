"""A report is read afresh, numbered, filed with its data, and compared with the last one."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

import app.reports
from app.asked import DeviceDetail, Document
from app.database import Manner, open_database
from app.errors import BadInput, DeviceUnreachable, NotPermitted, StoreBroken
from app.model.alarm import Alarm
from app.model.consumption import Consumption
from app.model.control import WriteResult
from app.model.letterhead import Letterhead
from app.model.reading import DeviceId, Quality, Reading
from app.plugins import discover
from app.project.documents import Documents
from app.project.migrating import migrate
from app.project.upgrade import CONFIG
from app.reports.commissioning_data import CommissioningData
from app.reports.filing import checksum
from app.reports.render.logo import MOST_BYTES
from app.reports.reporttype import ReportType
from app.reports.service import ReportService
from app.verbs import Capability, Viewer, administrator, verbs_of
from tests.app.reports import sample
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.people import person

LUND = administrator("lund", "K. Lund", "desk-1")
GUEST = person("guest", "A. Guest", "desk-2", frozenset({Capability.SEE_PLANT}))


@dataclass
class Station:
    """The plant, its writes and its alarms, as the services tell of them."""

    values: dict[str, float] = field(default_factory=dict)
    silent: str = ""
    refused: frozenset[str] = frozenset()
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    async def title(self, viewer: Viewer) -> str:
        return "Østerby district heating"

    async def zone_name(self, viewer: Viewer) -> str:
        return sample.ZONE

    async def device(self, viewer: Viewer, device: DeviceId) -> DeviceDetail:
        if device != sample.STATION:
            raise BadInput(f"there is no device {device!r} in this project")
        return sample.detail(requests=61 * len(self.asked))

    async def read_now(
        self, viewer: Viewer, device: DeviceId, keys: Collection[str]
    ) -> Sequence[Reading]:
        self.asked.append((device, tuple(keys)))
        if self.silent:
            raise DeviceUnreachable(self.silent)
        made = sample.readings({**sample.MEASURED, **self.values})
        return [self._one(reading) for reading in made]

    def _one(self, reading: Reading) -> Reading:
        if reading.point.rpartition(".")[2] not in self.refused:
            return reading
        return Reading(reading.point, None, Quality.BAD, reading.measured_at, "refused")

    async def last_changes(self, viewer: Viewer, device: DeviceId) -> Mapping[str, WriteResult]:
        return sample.changes()

    async def standing(self, viewer: Viewer) -> Sequence[Alarm]:
        return sample.alarms()


class Nothing:
    """A history that nobody asks for settings."""

    async def consumption(self, *asked: object) -> Sequence[Consumption]:
        raise AssertionError(f"no report of settings needs {asked}")


class Desk:
    """A service over a real document folder."""

    def __init__(self, folder: Path) -> None:
        self.station = Station()
        self.clock = FakeClock(sample.END)
        self.letterhead = Letterhead("Østerby Fjernvarme", "Fjernvarmevej 2")
        self.audit = FakeAudit()
        migrate(folder / "config.sqlite", CONFIG)
        self.engine = open_database(folder / "config.sqlite", Manner.RARE)
        (folder / "documents").mkdir()
        self.documents = Documents(self.engine, folder / "documents", self.clock)
        self.service = ReportService(
            self.station,
            self.station,
            self.station,
            self.documents,
            lambda _device: sample.profile(),
            lambda: self.letterhead,
            self.clock,
            self.audit,
            Nothing(),
        )

    async def report(self, days: float = 1) -> Sequence[Document]:
        self.clock.go(timedelta(days=days).total_seconds())
        return await self.service.commissioning(LUND, sample.STATION)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.engine.dispose()


def read(document: Document) -> CommissioningData:
    kinds = discover(app.reports, "REPORT", ReportType)
    data: CommissioningData = kinds["commissioning"].restore(
        document.path.read_bytes(), document.path.name
    )
    return data


def pdf_text(document: Document) -> str:
    pages = PdfReader(BytesIO(document.path.read_bytes())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


async def test_a_report_filed_stands_in_the_audit_and_without_it_none_is_filed(
    desk: Desk,
) -> None:
    (pdf, *_rest) = await desk.report()
    (entry,) = desk.audit
    assert (entry["verb"], entry["entity"]) == ("reports.commissioning", sample.STATION)
    assert entry["new"] in pdf.title
    assert entry["login"] == LUND.login
    desk.audit.full = StoreBroken("the activity log cannot be written")
    with pytest.raises(StoreBroken):
        await desk.report()
    assert len(desk.documents.all()) == 3


async def test_a_report_is_filed_as_pdf_spreadsheet_and_data(desk: Desk) -> None:
    made = await desk.report()
    assert [document.path.suffix for document in made] == [".pdf", ".xlsx", ".json"]
    assert [document.kind for document in made] == [
        "commissioning-report", "commissioning-report", "commissioning-data",
    ]  # fmt: skip
    assert {document.title for document in made} == {"CR-2026-0001 Commissioning report"}
    assert {document.created_by for document in made} == {"K. Lund"}
    assert {document.device for document in made} == {sample.STATION}
    assert [d.id for d in desk.documents.all(sample.STATION)] != []
    assert desk.documents.faults() == []


async def test_the_device_itself_is_asked_for_everything(desk: Desk) -> None:
    await desk.report()
    assert desk.station.asked == [(sample.STATION, ())]


async def test_the_printed_checksum_is_that_of_the_filed_data(desk: Desk) -> None:
    pdf, _xlsx, data = await desk.report()
    digest = checksum(data.path.read_bytes())
    assert digest in pdf_text(pdf).replace(" ", "")
    assert json.loads(data.path.read_bytes())["number"] == "CR-2026-0001"


async def test_the_spreadsheet_has_the_same_number(desk: Desk) -> None:
    _pdf, xlsx, _data = await desk.report()
    book = openpyxl.load_workbook(BytesIO(xlsx.path.read_bytes()))
    assert book["Summary"]["B2"].value == "CR-2026-0001"


async def test_the_second_report_tells_what_changed_since_the_first(desk: Desk) -> None:
    first = await desk.report()
    desk.station.values = {"c1_room_comfort": 21.5}
    second = await desk.report()
    data = read(second[2])
    assert data.number == "CR-2026-0002"
    assert data.last is not None
    assert data.last.number == "CR-2026-0001"
    assert [row.key for row in data.settings if row.changed] == ["c1_room_comfort"]
    assert [d.title for d in data.documents] == [first[0].title, first[1].title]
    assert "20.0 → 21.5" in pdf_text(second[0])


async def test_a_spoilt_last_report_is_said_and_the_one_before_is_taken(desk: Desk) -> None:
    await desk.report()
    second = await desk.report()
    second[2].path.write_bytes(b"{}")
    data = read((await desk.report())[2])
    assert data.last is not None
    assert data.last.number == "CR-2026-0001"
    assert any("A former report is not compared" in note for note in data.notes)
    assert data.number == "CR-2026-0003"


async def test_reports_made_at_once_have_numbers_of_their_own(desk: Desk) -> None:
    made = await asyncio.gather(*(desk.report() for _number in range(4)))
    assert sorted(documents[0].title.split()[0] for documents in made) == [
        "CR-2026-0001", "CR-2026-0002", "CR-2026-0003", "CR-2026-0004",
    ]  # fmt: skip


async def test_a_silent_device_gets_no_report(desk: Desk) -> None:
    desk.station.silent = "Ahornvej 14 does not answer"
    with pytest.raises(DeviceUnreachable, match="Ahornvej 14 does not answer"):
        await desk.report()
    assert desk.documents.all() == []


async def test_what_the_device_refuses_stands_as_refused(desk: Desk) -> None:
    desk.station.refused = frozenset({"c1_boost", "s6"})
    made = await desk.report()
    data = read(made[2])
    boost = next(row for row in data.settings if row.key == "c1_boost")
    assert (boost.told.value, boost.told.reason) == (None, "refused")
    assert "147 of 148" in pdf_text(made[0])


async def test_an_unknown_device_is_named(desk: Desk) -> None:
    with pytest.raises(BadInput, match="birkevej-2"):
        await desk.service.commissioning(LUND, DeviceId("birkevej-2"))


async def test_who_may_not_make_reports_makes_none(desk: Desk) -> None:
    with pytest.raises(NotPermitted):
        await desk.service.commissioning(GUEST, sample.STATION)
    with pytest.raises(NotPermitted):
        await desk.service.difference(GUEST, "a", "b")
    assert desk.station.asked == []


async def test_two_reports_are_compared_by_any_of_their_documents(desk: Desk) -> None:
    older = await desk.report()
    desk.station.values = {"c1_room_comfort": 21.5}
    newer = await desk.report()
    made = await desk.service.difference(LUND, older[0].id, newer[1].id)
    assert [document.kind for document in made] == [
        "difference-report", "difference-report", "difference-data",
    ]  # fmt: skip
    assert made[0].title == "CD-2026-0001 Difference of two reports"
    words = pdf_text(made[0])
    assert "CR-2026-0001 → CR-2026-0002" in words
    assert "1 of 148 settings differ" in words
    again = await desk.service.difference(LUND, older[2].id, newer[2].id)
    assert again[0].title.startswith("CD-2026-0002")


async def test_the_settings_of_a_filed_report_are_told_to_compare_with(desk: Desk) -> None:
    made = await desk.report()
    desk.station.values = {"c1_room_comfort": 21.5}
    for document in made:  # any of its documents names it
        told = await desk.service.reported(LUND, document.id)
        assert told.number == "CR-2026-0001"
        assert told.values["c1_room_comfort"] != 21.5
        assert len(told.values) > 100
    newer = await desk.service.reported(LUND, (await desk.report())[0].id)
    assert newer.values["c1_room_comfort"] == 21.5
    note = desk.documents.file(b"x", "a.txt", title="A note", kind="note", created_by="Ole")
    with pytest.raises(BadInput, match="this is no commissioning report"):
        await desk.service.reported(LUND, note.id)


async def test_only_commissioning_reports_can_be_compared(desk: Desk) -> None:
    report = await desk.report()
    note = desk.documents.file(b"x", "a.txt", title="A note", kind="note", created_by="Ole")
    with pytest.raises(BadInput, match="A note: this is no commissioning report"):
        await desk.service.difference(LUND, note.id, report[0].id)
    with pytest.raises(BadInput, match="there is no document"):
        await desk.service.difference(LUND, "nothing", report[0].id)


async def test_a_report_without_its_data_cannot_be_compared(desk: Desk) -> None:
    report, other = await desk.report(), await desk.report()
    report[2].path.unlink()
    with pytest.raises(BadInput, match="are gone"):
        await desk.service.difference(LUND, report[0].id, other[0].id)
    foreign = desk.documents.file(
        b"%PDF", "r.pdf", title="CR-2020-0001 Report", kind="commissioning-report",
        created_by="Ole", device=sample.STATION,
    )  # fmt: skip
    with pytest.raises(BadInput, match="its data are not kept"):
        await desk.service.difference(LUND, foreign.id, other[0].id)


async def test_a_new_letterhead_holds_at_once(desk: Desk) -> None:
    desk.letterhead = Letterhead("Vesterby Varme")
    assert "Vesterby Varme" in pdf_text((await desk.report())[0])


async def test_an_unknown_language_gives_english(desk: Desk) -> None:
    made = await desk.service.commissioning(LUND, sample.STATION, "tlh")
    assert "Commissioning report" in pdf_text(made[0])


async def test_a_logo_is_kept_with_the_plant_and_audited(desk: Desk) -> None:
    content = (files("resources.letterheads") / "oesterby.svg").read_bytes()
    kept = await desk.service.keep_logo(LUND, "oesterby.svg", content)
    assert (kept.device, kept.kind, kept.path.read_bytes()) == (None, "logo", content)
    assert desk.audit[-1]["verb"] == "reports.keep_logo"
    assert desk.audit[-1]["new"] == "oesterby.svg"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.gif", b"GIF89a", "no picture for a logo"),
        ("a.svg", b"<svg/>", "how large"),
        ("a.png", b"\x89PNG" + b"0" * MOST_BYTES, "at most 20 MB"),
    ],
)
async def test_what_is_no_logo_is_refused_and_nothing_is_kept(
    desk: Desk, name: str, content: bytes, why: str
) -> None:
    before = len(desk.audit)
    with pytest.raises(BadInput, match=why):
        await desk.service.keep_logo(LUND, name, content)
    assert len(desk.audit) == before
    assert [each for each in desk.documents.all() if each.kind == "logo"] == []


def test_every_verb_of_the_service_is_marked() -> None:
    assert verbs_of(ReportService) == {
        "commissioning": Capability.MAKE_REPORT,
        "consumption": Capability.MAKE_REPORT,
        "revised": Capability.SEE_HISTORY,
        "difference": Capability.MAKE_REPORT,
        "keep_logo": Capability.EDIT_GENERAL,
        "letterhead": Capability.SEE_PLANT,
        "reported": Capability.SEE_PLANT,
    }


def test_the_kinds_of_report_introduce_themselves() -> None:
    kinds = discover(app.reports, "REPORT", ReportType)
    assert {"commissioning", "difference"} <= set(kinds)
    for kind in kinds.values():
        assert set(kind.renders) >= {".pdf", ".xlsx"}
        assert kind.summary


def test_a_core_that_prints_nothing_loads_no_printing_library() -> None:
    told = (
        "import sys, app.reports, app.reports.service; from app.plugins import discover; "
        "from app.reports.reporttype import ReportType; "
        "discover(app.reports, 'REPORT', ReportType); "
        "print([name for name in ('reportlab', 'xlsxwriter', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
