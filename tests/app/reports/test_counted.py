"""A report of a period is filed with its figures; when those change, paper and list say so."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from pypdf import PdfReader

from app.asked import DeviceDetail, Document
from app.database import Manner, open_database
from app.errors import BadInput
from app.model.consumption import Consumption, Step, UnplacedAmount
from app.model.letterhead import Letterhead
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, point_id
from app.project.documents import Documents
from app.project.migrating import migrate
from app.project.upgrade import CONFIG
from app.reports.consumption import REPORT
from app.reports.consumption_data import ConsumptionData
from app.reports.counted import MOST_LOOKED_AT, until_when
from app.reports.service import ReportService
from app.reports.words import Words
from app.verbs import Viewer
from tests.app.reports import sample
from tests.app.reports.test_service import Station, pdf_text
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.plant import LUND

ZONE = ZoneInfo(sample.ZONE)
MARCH = datetime(2026, 3, 1, tzinfo=ZONE), datetime(2026, 4, 1, tzinfo=ZONE)
APRIL_2 = datetime(2026, 4, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
ENERGY = PointSpec("energy", "Energy", "kWh", 1, role="meter.energy")
PLAIN = PointSpec("s3", "S3 Flow", "°C", 1)


class Meter(Station):
    """A heat meter, and the history of what it counted."""

    def __init__(self) -> None:
        super().__init__()
        self.points: tuple[PointSpec, ...] = (ENERGY, PLAIN)
        self.days: dict[int, Decimal | None] = {}  # of March; 24 kWh on all others
        self.unplaced: tuple[UnplacedAmount, ...] = ()
        self.asked_for: list[Sequence[PointId]] = []

    async def device(self, viewer: Viewer, device: DeviceId) -> DeviceDetail:
        return replace(await super().device(viewer, device), points=self.points)

    async def consumption(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
    ) -> Sequence[Consumption]:
        assert step is Step.DAY
        self.asked_for.append(points)
        first, last = start.astimezone(ZONE), end.astimezone(ZONE)
        count = (last - first).days
        starts = [first + n * DAY for n in range(count)]  # by the wall clock
        amounts = tuple(self.days.get(each.day, Decimal("24.0")) for each in starts)
        known = tuple(each is not None for each in amounts)
        told = Consumption(
            points[0], "kWh", tuple(each.astimezone(UTC) for each in starts), end, amounts,
            known, (False,) * count, self.unplaced,
        )  # fmt: skip
        return [told]


class Desk:
    """A service over a real folder of documents."""

    def __init__(self, folder: Path) -> None:
        self.meter, self.clock = Meter(), FakeClock(APRIL_2)
        migrate(folder / "config.sqlite", CONFIG)
        self.engine = open_database(folder / "config.sqlite", Manner.RARE)
        (folder / "documents").mkdir()
        self.documents = Documents(self.engine, folder / "documents", self.clock)
        self.audit = FakeAudit()
        self.service = ReportService(
            self.meter, self.meter, self.meter, self.documents,
            lambda _device: sample.profile(), lambda: Letterhead("Østerby Fjernvarme", ""),
            self.clock, self.audit, self.meter,
        )  # fmt: skip

    async def report(
        self, period: tuple[datetime, datetime] = MARCH, language: str = "en"
    ) -> Sequence[Document]:
        self.clock.go(3600)
        return await self.service.consumption(LUND, sample.STATION, *period, language)

    async def changed(self) -> Sequence[str]:
        return await self.service.revised(LUND, sample.STATION)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.engine.dispose()


def told(document: Document) -> ConsumptionData:
    data: ConsumptionData = REPORT.restore(document.path.read_bytes(), document.path.name)
    return data


def sheet(document: Document) -> list[list[object]]:
    book = openpyxl.load_workbook(BytesIO(document.path.read_bytes()))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


async def test_each_day_and_the_sum_stand_on_paper_and_in_the_sheet(desk: Desk) -> None:
    desk.meter.days = {3: Decimal("12.5"), 4: None}
    pdf, xlsx, data = await desk.report()
    kinds = [each.kind for each in (pdf, xlsx, data)]
    assert kinds == ["consumption-report", "consumption-report", "consumption-data"]
    assert pdf.title == "CO-2026-0001 Consumption report"
    rows = sheet(xlsx)
    assert rows[0] == ["Day", "Energy, kWh", "Remark"]
    assert rows[3][:2] == ["2026-03-03", 12.5]
    assert rows[4][1:] == [None, "not all of it is known"]
    assert [rows[-1][0], rows[-1][1]] == ["All together", 29 * 24 + 12.5]
    assert len(rows) == 33
    assert "Revised" not in pdf_text(pdf)
    assert "CO-2026-0001 Consumption of" in pdf_text(pdf)
    assert told(data).revision == 1
    assert desk.meter.asked_for == [[point_id(sample.STATION, "energy")]]  # indexes alone
    (entry,) = desk.audit
    assert (entry["verb"], entry["new"]) == ("reports.consumption", "CO-2026-0001")


async def test_a_report_whose_figures_changed_is_named_until_they_are_as_they_were(
    desk: Desk,
) -> None:
    await desk.report()
    assert await desk.changed() == []
    desk.meter.days = {7: Decimal("30.0")}  # a logger's rows came late
    assert await desk.changed() == ["CO-2026-0001"]
    desk.meter.days = {}  # taken back
    assert await desk.changed() == []
    gap = UnplacedAmount(MARCH[0] + DAY, MARCH[0] + 2 * DAY, Decimal("5.0"), jump=False)
    desk.meter.unplaced = (gap,)  # the days are the same, their sum is not
    assert await desk.changed() == ["CO-2026-0001"]


async def test_a_new_one_of_the_same_period_says_which_it_replaces_and_leaves_it_alone(
    desk: Desk,
) -> None:
    old = await desk.report()
    before = [hashlib.sha256(each.path.read_bytes()).hexdigest() for each in old]
    desk.meter.days = {7: Decimal("30.0")}
    pdf, xlsx, data = await desk.report()
    said = "Replaces CO-2026-0001 of 02 Apr 2026, 11:00"
    first = PdfReader(BytesIO(pdf.path.read_bytes())).pages[0].extract_text()
    assert "Revision 2" in first
    assert "Revised: replaces CO-2026-0001 of 02 Apr 2026, 11:00" in " ".join(first.split())
    assert sheet(xlsx)[1] == ["Revision 2", None, said.replace("Replaces", "Revised: replaces")]
    assert (told(data).revision, told(data).replaces) == (2, "CO-2026-0001")
    assert told(data).replaces_at == APRIL_2 + timedelta(hours=1)
    assert before == [hashlib.sha256(each.path.read_bytes()).hexdigest() for each in old]
    assert await desk.changed() == ["CO-2026-0001"]  # the new one tells what is known now
    (*_rest, third) = await desk.report()
    assert (told(third).revision, told(third).replaces) == (3, "CO-2026-0002")


async def test_another_period_or_another_device_is_no_revision(desk: Desk) -> None:
    await desk.report()
    other = await desk.report((MARCH[0], MARCH[1] - DAY))
    assert told(other[2]).revision == 1
    assert desk.documents.all(DeviceId("another")) == []


async def test_a_period_that_runs_is_told_up_to_last_midnight_and_is_not_changed_by_time(
    desk: Desk,
) -> None:
    desk.clock.go(-10 * 86_400)  # 23 March, 10:00
    _pdf, xlsx, data = await desk.report()
    assert told(data).until.astimezone(ZONE) == datetime(2026, 3, 23, tzinfo=ZONE)
    assert sheet(xlsx)[1][2] == "Made before the period was over: up to 23 Mar 2026"
    assert len(told(data).lines[0].days) == 22
    desk.clock.go(20 * 86_400)
    assert await desk.changed() == []
    whole = await desk.report()
    assert (told(whole[2]).revision, len(told(whole[2]).lines[0].days)) == (2, 31)


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (MARCH[0] + timedelta(hours=1), MARCH[1], "midnight"),
        (MARCH[0].astimezone(UTC).replace(hour=0), MARCH[1], "midnight"),
        (MARCH[0].replace(tzinfo=None), MARCH[1], "midnight"),
        (MARCH[1], MARCH[0], "no day"),
        (datetime(2026, 4, 2, tzinfo=ZONE), datetime(2026, 4, 3, tzinfo=ZONE), "no day"),
        (MARCH[0] - 500 * DAY, MARCH[1], "a year at most"),
    ],
)
def test_a_period_nothing_can_be_told_of_is_refused(
    start: datetime, end: datetime, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        until_when(start, end, ZONE, APRIL_2)


async def test_what_counts_nothing_has_no_such_report(desk: Desk) -> None:
    desk.meter.points = (PLAIN,)
    with pytest.raises(BadInput, match="ahornvej-14 counts nothing"):
        await desk.report()
    assert await desk.changed() == []
    assert desk.documents.all() == []


async def test_a_spoilt_file_is_left_out_and_the_newest_alone_are_looked_at(desk: Desk) -> None:
    made = await desk.report()
    desk.meter.days = {7: Decimal("30.0")}
    made[2].path.write_text("{", encoding="utf-8")
    assert await desk.changed() == []
    (*_rest, data) = await desk.report()
    assert told(data).revision == 1
    assert len(desk.meter.asked_for) < MOST_LOOKED_AT


async def test_the_report_speaks_the_language_asked_for(desk: Desk) -> None:
    made = await desk.report(language="da")
    exported = REPORT.exports[".csv"](told(made[2]), Letterhead(), Words("da")).decode()
    assert exported.splitlines()[1].split(";")[:2] == ["2026-03-01", "24,0"]
    assert told(made[2]).language == "da"
