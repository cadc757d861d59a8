"""What meters counted, as an operator sees it: on the real window, over a real project."""

import csv
import subprocess
from collections.abc import Coroutine, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pypdf import PdfReader
from PyQt6.QtCore import QDateTime
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QAbstractButton, QFileDialog, QInputDialog

from app.compose.joining import Joined
from app.compose.samplefiles import Manner, bring_in
from app.history.samples import Bulk
from app.model.consumption import Consumption, Step
from app.model.counter import Broken, Entered, Stated, StatementId
from app.model.exchange import plan_of
from app.model.reading import DeviceId, PointId
from tests.fakes import hands
from tests.journeys.product import heatdesk, json_of
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import LOGIN, Site, at_home, create_site
from tests.journeys.somemeters import put_meters
from widgets.charts.period import custom
from widgets.charts.timescale import day_bounds
from widgets.consumption.stating import StatementForm, StatementList
from widgets.consumption.stretch import Scale, stretch_of
from widgets.devicetabs.consumption import ConsumptionTab
from widgets.devicetabs.readings import ReadingsTab
from widgets.exchanging.dialog import ExchangeDialog
from widgets.pages.comparison import ComparisonPage
from widgets.pages.findings import FindingsPage
from widgets.pages.received import ReceivedPage
from widgets.pagetype import Show

pytestmark = pytest.mark.timeout(120)
METER = DeviceId("meter-1")
INDEX = PointId("meter-1.energy_import")
BEGIN = datetime(2025, 9, 30, 22, tzinfo=UTC)  # the first of October by the plant's clock
END = datetime(2025, 11, 1, 23, tzinfo=UTC)
SWAPPED = datetime(2025, 10, 15, 10, tzinfo=UTC)  # 12:00 there
SILENT, LOST = datetime(2025, 10, 20, 10, tzinfo=UTC), 3  # quarters of an hour
EXPORT = PointId("meter-1.energy_export")
SPRING = datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 30, 22, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Copenhagen")
QUARTER_MS = 900_000
HOUR = timedelta(hours=1)
KWH_A_QUARTER = Decimal("0.25")
FINAL, INITIAL = Decimal("12345.00"), Decimal("0.50")


def quarters(start: datetime, end: datetime) -> int:
    return (end - start) // timedelta(minutes=15)


def index_at(times_ms: "np.ndarray[tuple[int], np.dtype[np.int64]]"):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Return what the meters showed: the old one ran to its final reading, the new one on."""
    swapped_ms = int(SWAPPED.timestamp()) * 1000
    steps = (times_ms - swapped_ms) / QUARTER_MS * float(KWH_A_QUARTER)
    return np.round(np.where(times_ms <= swapped_ms, float(FINAL), float(INITIAL)) + steps, 2)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A project with an electricity meter that was exchanged in October."""
    home = tmp_path_factory.mktemp("counted")
    with at_home(home):
        made = Site(home)
        create_site(made, ())
        put_meters(made, BEGIN, [METER])
        with made.joined() as joined:
            assert joined.core is not None
            first = int(BEGIN.timestamp()) * 1000
            times = first + np.arange(quarters(BEGIN, END) + 1, dtype=np.int64) * QUARTER_MS
            times = np.delete(times, quarters(BEGIN, SILENT) + np.arange(LOST))
            none = np.zeros(len(times), np.int64)
            bulk = Bulk((INDEX,), none, times, index_at(times), none.astype(np.uint8))
            store = joined.core.recording.store
            store.bring(bulk, "quarter")
            begin, end = (int(each.timestamp()) * 1000 for each in SPRING)
            times = np.arange(begin, end, QUARTER_MS, dtype=np.int64)
            none = np.zeros(len(times), np.int64)
            still = np.full(len(times), 7.25)
            export = Bulk((EXPORT,), none, times, still, none.astype(np.uint8))
            store.bring(export, "quarter")
        yield made


@pytest.fixture
def screen(site: Site) -> Iterator[Screen]:
    with screen_over(site) as made:
        yield made


def open_at(screen: Screen, around: datetime) -> ConsumptionTab:
    """Go to the day of a moment on the meter's page."""
    screen.window.show_page(Show("device", METER, INDEX, around, part="consumption"))
    screen.until(lambda: screen.seen(ConsumptionTab), what="the tab")
    (tab,) = screen.seen(ConsumptionTab)
    settled(screen)
    return tab


def settled(screen: Screen) -> None:
    screen.until(lambda: screen.window.context.asking.standing[1] == 0, what="the answers")
    screen.live(0.1)


def rows(screen: Screen) -> list[dict[str, str]]:
    return screen.rows("Consumption")


def column(screen: Screen) -> list[Decimal]:
    """Return what the rows show, in kWh."""
    found = rows(screen)
    head = next(each for each in found[0] if each.startswith("Consumption"))
    factor = 1000 if "MWh" in head else 1
    shown = [row[head].replace("\u00a0", "") for row in found]
    return [Decimal(each) * factor for each in shown if each[0].isdigit()]


@pytest.mark.feature("EW-29", "BEYOND-2")
@pytest.mark.feature("RD-25")
def test_the_day_of_25_hours_adds_up_to_its_month(screen: Screen) -> None:
    open_at(screen, datetime(2025, 10, 26, 12, tzinfo=UTC))
    assert screen.named(QAbstractButton, "26 Oct 2025")
    assert len(rows(screen)) == 25
    assert column(screen) == [Decimal(1)] * 25
    screen.press("Period: Month")
    settled(screen)
    days = column(screen)
    assert days[25] == 25
    assert days[0] == 24


@pytest.mark.feature("RD-46", "BEYOND-1")
def test_an_exchange_is_stated_and_taken_back_and_no_hour_is_a_spike(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = open_at(screen, SWAPPED)
    screen.press("Period: Month")
    settled(screen)
    without = column(screen)
    assert max(without) <= 25, "a fall of the index is never energy, up or down"
    assert min(without) >= 0
    screen.press("State…")
    (form,) = tab.findChildren(StatementForm)
    form.at.setDateTime(QDateTime(2025, 10, 15, 12, 0, 0))
    hands.type_text(form.final, str(FINAL))
    hands.type_text(form.initial, str(INITIAL))
    hands.type_text(form.reason, "worn out")
    hands.click(form.send)
    screen.until(lambda: not tab.findChildren(StatementForm), what="the statement to be taken")
    settled(screen)
    days = column(screen)
    assert sum(days) == quarters(BEGIN, END - timedelta(days=1)) * KWH_A_QUARTER
    assert days[14] == 24
    assert (
        "Meter exchanged 15 Oct 2025 12:00: 12\N{NO-BREAK SPACE}345.00 → 0.50"
        in rows(screen)[14]["Remarks"]
    )

    file = tmp_path / "datalogger.csv"
    tab.files.write(file)
    screen.until(lambda: file.exists() and not screen.window.context.work.running())
    told = list(csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    assert sum(Decimal(row[2]) for row in told[1:] if row[2]) == sum(days)

    with monkeypatch.context() as patch:
        patch.setattr(QInputDialog, "getText", lambda *_: ("the other meter", True))
        screen.press("What was stated…")
        screen.until(lambda: screen.seen(StatementList, tab), what="the list")
        screen.press("Take back…", screen.seen(StatementList, tab)[0])
        screen.until(lambda: not screen.seen(StatementList, tab), what="the list to close")
    settled(screen)
    assert column(screen) == without, "exactly what was there before"
    entries = screen.ask(screen.joined.asked.audit.entries(screen.joined.viewer, 10))
    told_of = [(each.verb, each.reason) for each in entries if each.entity == INDEX]
    assert told_of == [("meters.take_back", "the other meter"), ("meters.state", "worn out")]


@pytest.mark.feature("RD-39")
def test_what_did_not_come_is_counted_from_the_day_the_meter_was_there(screen: Screen) -> None:
    screen.window.show_page(Show("received"))
    screen.until(lambda: screen.seen(ReceivedPage), what="the page")
    (page,) = screen.seen(ReceivedPage)
    page.period.choose(custom(BEGIN - timedelta(days=10), END))
    screen.until(lambda: screen.rows("Readings received"), what="the meter")
    settled(screen)
    (row,) = screen.rows("Readings received")
    due = quarters(BEGIN, END)
    assert (row["Device"], row["Due"], row["Received"]) == (
        "Meter 1",
        str(due),
        str(due - LOST),
    )
    assert row["Due since"] == "1 Oct 2025 00:00", "what lies before is not due"
    assert float(row["Received %"]) == 99.9
    assert screen.says("1 device lacks some")
    days = {day["Day"]: day for day in screen.rows("Readings by day")}
    assert days["20 Oct 2025"]["Received"] == str(96 - LOST)
    assert days["26 Oct 2025"]["Due"] == days["26 Oct 2025"]["Received"] == "100"
    assert screen.says("Meter 1 · last lacking: 20 Oct 2025") or screen.says("1 device · last")
    screen.click_cell("Readings received", 0, "Device", twice=True)
    screen.until(lambda: screen.front_says("Meter 1"), what="the page of the meter")


@pytest.mark.feature("BEYOND-21")
def test_what_a_rule_finds_is_shown_with_its_meter_and_leads_to_its_readings(
    screen: Screen,
) -> None:
    """Nobody has stated the exchange: the index fell at that moment."""
    screen.window.show_page(Show("findings"))
    screen.until(lambda: screen.seen(FindingsPage), what="the page")
    (page,) = screen.seen(FindingsPage)
    page.period.choose(custom(BEGIN, END))
    settled(screen)
    (row,) = screen.rows("Findings")
    assert (row["Device"], row["Finding"]) == ("Meter 1", "Counted backwards")
    assert row["When"].startswith("15 Oct 2025 12:15")
    assert (row["Found"], row["Unit"]) == ("0.75", "kWh")
    assert screen.says("It fell, and that is no rollover") or page.card.table.go_to(bool)
    screen.click_cell("Findings", 0, "Finding", twice=True)
    screen.until(lambda: screen.seen(ReadingsTab), what="the readings of the meter")


@pytest.mark.feature("LM-65")
def test_a_day_stands_beside_the_longer_one_before_it(screen: Screen) -> None:
    screen.window.show_page(Show("comparison", point=INDEX))
    screen.until(lambda: screen.seen(ComparisonPage), what="the page")
    (page,) = screen.seen(ComparisonPage)
    page.bar.choose(stretch_of(Scale.DAY, date(2025, 10, 27)))
    screen.until(lambda: screen.rows("Two periods"), what="the meter")
    settled(screen)
    (row,) = screen.rows("Two periods")
    assert (row["27 Oct 2025"], row["26 Oct 2025"]) == ("24.00", "25.00")
    assert (row["More or less"], row["%"], row["Unit"]) == ("−1.00", "−4.0", "kWh")
    assert len(page.bars.bars) == 25, "the hour that came twice has its place"
    page.bar.segments.choose(2)
    settled(screen)
    (row,) = screen.rows("Two periods")
    assert row["September 2025"] == "–", "what was not counted is never 0"


@pytest.mark.feature("LM-45", "BEYOND-2")
@pytest.mark.parametrize(
    ("point", "day", "quarter_hours", "lost"),
    [
        (INDEX, date(2025, 10, 19), 96, 0),
        (INDEX, date(2025, 10, 20), 96, LOST),
        (INDEX, date(2025, 10, 26), 100, 0),
        (EXPORT, date(2026, 3, 29), 92, 0),
    ],
)
def test_a_day_has_its_quarter_hours_and_what_lacks_is_empty_and_not_nought(
    screen: Screen, tmp_path: Path, point: PointId, day: date, quarter_hours: int, lost: int
) -> None:
    screen.window.show_page(Show("device", METER, point, part="readings"))
    screen.until(lambda: screen.seen(ReadingsTab), what="the tab")
    (tab,) = screen.seen(ReadingsTab)
    tab.show_columns([point.rpartition(".")[2]])
    tab.period_bar.choose(custom(*day_bounds(day, ZONE)))
    settled(screen)
    assert tab.stored is not None
    told = [row for row in screen.rows("Readings") if not row["Time"].startswith("Now")]
    assert len(told) == quarter_hours
    head = next(each for each in told[0] if "[kWh]" in each)
    assert sum(row[head].startswith("–") for row in told) == lost
    file = tmp_path / "day.csv"
    tab.write(file)
    screen.until(lambda: file.exists() and not screen.window.context.work.running())
    text = file.read_text(encoding="utf-8-sig")
    _heads, *rows_written = csv.reader(StringIO(text, newline=""))
    assert len(rows_written) == quarter_hours
    assert sum(row[2] == "" for row in rows_written) == lost
    offsets = {row[1] for row in rows_written}
    assert len(offsets) == (1 if quarter_hours == 96 else 2)


def daily(joined: Joined) -> Consumption:
    """Return what the index counted, asked over the channel, by the day."""
    asked = joined.asked.history.consumption(joined.viewer, [INDEX], BEGIN, END, Step.DAY)
    (found,) = joined.ask(asked)
    return found


def stated_of(joined: Joined) -> Coroutine[None, None, Sequence[Stated]]:
    return joined.asked.meters.statements(joined.viewer, [INDEX])


def told_by(site: Site, *words: object) -> "subprocess.CompletedProcess[str]":
    who = ("--user", LOGIN, "--password-file", site.home / "word")
    return heatdesk(site.home, "statements", site.folder, INDEX, *words, *who)


@pytest.fixture(scope="module")
def served(site: Site) -> Iterator[Site]:
    """The same project run by a server process; commands and we join it."""
    site.start_core()
    yield site
    site.stop_core()


@pytest.mark.feature("RD-46")
def test_on_a_visit_an_exchange_is_stated_with_its_photo_and_can_be_taken_back(
    served: Site, tmp_path: Path
) -> None:
    photo = tmp_path / "old meter.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)))
    with served.joined() as joined:
        assert joined.core is None, "the server has the project"
        before = daily(joined)
    figures = ("--at", "2025-10-15T12:00", "--final", FINAL, "--initial", INITIAL)
    said = ("--say", "exchange", *figures, "--reason", "worn out", "--photo", photo)
    told = json_of(told_by(served, *said, "--json"))
    with served.joined() as joined:
        asked, viewer = joined.asked, joined.viewer
        days = daily(joined)
        amounts = [each for each in days.amounts if each is not None]
        assert sum(amounts) == quarters(BEGIN, END) * KWH_A_QUARTER
        assert min(amounts) >= 0
        assert max(amounts) <= 25, "the day of 25 hours, and no spike"
        stated = joined.ask(stated_of(joined))[-1]
        says = stated.statement.says
        assert isinstance(says, Broken)
        [kept] = joined.ask(asked.project.documents(viewer, METER))
        assert (kept.id, kept.title) == (says.photo, "old meter")
        assert kept.path.read_bytes() == photo.read_bytes()
        entry = next(e for e in joined.ask(asked.audit.entries(viewer, 5)) if e.entity == INDEX)
        assert entry.new.endswith(f"12345.00 → 0.50; photo {kept.id}")
    with served.joined() as joined:
        back = joined.asked.meters.take_back(
            joined.viewer, INDEX, StatementId(told["id"]), "the other one"
        )
        joined.ask(back)
        assert daily(joined) == before, "exactly what was there before"
        history = joined.ask(stated_of(joined))[-2:]
        assert [each.holds for each in history] == [False, True], "what was stated is kept"


@pytest.mark.feature("BEYOND-21")
def test_the_command_tells_the_same_of_a_project_that_a_server_runs(
    served: Site, tmp_path: Path
) -> None:
    who = ("--user", LOGIN, "--password-file", served.home / "word")
    days = ("--since", "2025-10-01", "--until", "2025-11-01")
    file = tmp_path / "findings.csv"
    done = heatdesk(
        served.home, "validate", served.folder, METER, *days, "--json", "--out", file, *who
    )
    told = json_of(done)
    [found] = told["findings"]
    assert (found["point"], found["rule"], found["figure"]) == (INDEX, "negative", 0.75)
    assert told["ran"]["negative"] == told["checked"] == 2
    _heads, row = csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert row[3:5] == [INDEX, "Counted backwards"]
    samples = tmp_path / "samples.csv"
    out = ("--out", samples, "--devices", METER, "--flags", *days)
    assert heatdesk(served.home, "history", "export", served.folder, *out, *who).returncode == 0
    rows = csv.DictReader(StringIO(samples.read_text(encoding="utf-8-sig"), newline=""))
    assert [(row["value"], row["flags"]) for row in rows if row["flags"]] == [
        ("0.75", "negative")
    ]
    wrong = heatdesk(served.home, "validate", served.folder, f"{METER}.power", *days, *who)
    assert wrong.returncode == 2
    assert "is no index of a meter" in wrong.stderr


@pytest.fixture
def on_server(served: Site) -> Iterator[Screen]:
    """The screen over the project that the server process runs."""
    with screen_over(served) as made:
        assert made.joined.core is None, "the server has the project"
        yield made


def planned_on(screen: Screen, tab: ConsumptionTab) -> str:
    """Plan an exchange before the visit; return what the button says from then on."""
    screen.press("Exchange the meter…")
    (dialog,) = tab.findChildren(ExchangeDialog)
    dialog.before.at.setDateTime(QDateTime(2025, 10, 15, 9, 0, 0))
    hands.type_text(dialog.before.serial, "87654321")
    hands.type_text(dialog.before.reason, "verified for the last time")
    hands.click(dialog.keep)
    screen.until(lambda: not tab.findChildren(ExchangeDialog), what="the plan to be kept")
    planned = "Exchange planned: 15 Oct 2025…"
    screen.until(lambda: screen.named(QAbstractButton, planned), what="the plan on the button")
    return planned


def read_at_meter(screen: Screen, dialog: ExchangeDialog, keys: Sequence[str]) -> None:
    """Read both meters, once with a digit too few, which the check tells."""
    dialog.meter.at.setDateTime(QDateTime(2025, 10, 15, 12, 0, 0))
    index = keys.index("energy_import")
    final, start = dialog.meter.fields[index]
    hands.type_text(final, "1234.00")  # a digit was left out
    hands.type_text(start, str(INITIAL))
    hands.click(dialog.meter.pick)
    hands.click(dialog.next)
    lower = "final reading 1\N{NO-BREAK SPACE}234.00 is lower than"
    screen.until(lambda: screen.says(lower), what="the check")
    hands.click(dialog.back)
    final.clear()
    hands.type_text(final, str(FINAL))
    hands.click(dialog.next)
    screen.until(lambda: dialog.step() == 2, what="the check again")
    assert not screen.says("is lower than", dialog)


@pytest.mark.feature("RD-46")
def test_the_screen_guides_through_an_exchange_from_the_plan_to_its_undoing(
    on_server: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = on_server
    photo = tmp_path / "new meter.png"
    assert QImage(64, 48, QImage.Format.Format_RGB32).save(str(photo))
    asked, viewer = screen.joined.asked, screen.joined.viewer
    tab = open_at(screen, SWAPPED)
    screen.press("Period: Month")
    settled(screen)
    without = column(screen)

    planned = planned_on(screen, tab)
    screen.press(planned)
    (dialog,) = tab.findChildren(ExchangeDialog)
    assert dialog.before.reason.text() == "verified for the last time"
    hands.click(dialog.next)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(photo), ""))
    read_at_meter(screen, dialog, [each.key for each in tab.specs])
    for tick in (*dialog.check.ticks.values(), dialog.check.doubted):
        tick.setChecked(True)
    hands.click(dialog.next)
    screen.until(lambda: dialog.step() == 3, what="the exchange to be stated")
    settled(screen)
    days = column(screen)
    assert sum(days) == quarters(BEGIN, END - timedelta(days=1)) * KWH_A_QUARTER
    assert max(days) <= 25, "no spike"

    stated = screen.ask(asked.meters.statements(viewer, [INDEX]))[-1].statement
    assert isinstance(stated.says, Broken)
    assert "new meter 87654321; checked: figures compared" in stated.reason
    kept = screen.ask(asked.project.documents(viewer, METER))
    assert [each.title for each in kept if each.id == stated.says.photo] == ["new meter"]
    (view,) = screen.ask(asked.plant.devices(viewer))
    assert (view.config.serial, plan_of(view.config)) == ("87654321", None)

    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("the other meter", True))
    hands.click(dialog.undo)
    screen.until(lambda: not tab.findChildren(ExchangeDialog), what="the undoing")
    settled(screen)
    assert column(screen) == without, "exactly what was there before"
    (view,) = screen.ask(asked.plant.devices(viewer))
    assert view.config.serial != "87654321"


@pytest.mark.campaign
@pytest.mark.feature("RD-46")
def test_a_photo_of_what_cannot_be_stated_is_not_kept(served: Site, tmp_path: Path) -> None:
    photo = tmp_path / "new.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0")
    with served.joined() as joined:
        before = joined.ask(joined.asked.project.documents(joined.viewer, METER))
    figure = ("--say", "read", "--at", "2025-10-15T12:00", "--value", "-3")
    done = told_by(served, *figure, "--reason", "read", "--photo", photo)
    assert done.returncode == 2
    assert "no figure of an index" in done.stderr
    span = ("--say", "accept", "--at", "2025-10-15T12:00/2025-10-15T13:00")
    done = told_by(served, *span, "--reason", "so it was", "--photo", photo)
    assert "a picture shows an exchange, a reset or a reading" in done.stderr
    with served.joined() as joined:
        after = joined.ask(joined.asked.project.documents(joined.viewer, METER))
    assert after == before


@pytest.mark.campaign
@pytest.mark.feature("RD-68")
def test_what_a_person_read_on_the_meter_counts_is_marked_and_corrected_in_the_log(
    served: Site,
) -> None:
    """The meter was silent for an hour; somebody stood before it in the middle of that."""
    read, hour = SILENT + timedelta(minutes=15), timedelta(hours=1)
    shown = INITIAL + KWH_A_QUARTER * (quarters(SWAPPED, read) - 1)  # a quarter hour's less

    def told(joined: Joined) -> list[Decimal]:
        """Return what each quarter of that hour counted."""
        start = SILENT - timedelta(minutes=15)
        asked = joined.asked.history.consumption(
            joined.viewer, [INDEX], start, start + hour, Step.QUARTER
        )
        (found,) = joined.ask(asked)
        return [each for each in found.amounts if each is not None]

    def reads(
        value: object, at: str = "2025-10-20T12:15"
    ) -> "subprocess.CompletedProcess[str]":
        figure = ("--say", "read", "--at", at, "--value", value)
        return told_by(served, *figure, "--reason", "read on the spot", "--json")

    with served.joined() as joined:
        nobody_knew = told(joined)
    for value, at, says in (
        ("-3", "2025-10-20T12:15", "no figure of an index"),
        ("12345678901234567", "2025-10-20T12:15", "has more digits than the index"),
        ("120", "2999-01-01T12:00", "this lies ahead"),
        ("120", "yesterday", "yesterday"),
    ):
        refused = reads(value, at)
        assert (refused.returncode, says in refused.stderr) == (2, True), refused.stderr
    wrong = json_of(reads(shown - KWH_A_QUARTER))
    back = ("--take-back", wrong["id"], "--reason", "a digit was misread")
    assert told_by(served, *back).returncode == 0
    right = json_of(reads(shown))
    with served.joined() as joined:
        amounts = told(joined)
        before, known = (sum(each[:2]) for each in (nobody_knew, amounts))
        assert (before, known) == (2 * KWH_A_QUARTER, KWH_A_QUARTER), "up to the one by hand"
        assert sum(amounts) == 4 * KWH_A_QUARTER, "nothing is lost, nothing counted twice"
        stated = joined.ask(stated_of(joined))[-3:]
        assert [each.holds for each in stated] == [False, True, True]
        newest = stated[-1].statement
        assert newest.author == stated[0].statement.author
        assert (newest.id, newest.reason) == (right["id"], "read on the spot")
        assert isinstance(newest.says, Entered)
        assert newest.says.at == read
        entries = joined.ask(joined.asked.audit.entries(joined.viewer, 20))
        log = [each for each in entries if each.verb.startswith("meters.")][:3]
        assert [each.verb for each in log] == [
            "meters.state",
            "meters.take_back",
            "meters.state",
        ]
        assert {each.name for each in log} == {newest.author}
        assert "kWh" in log[0].old, "what the meter sent around it stands beside"
        assert log[1].reason == "a digit was misread"


@pytest.mark.feature("RD-39")
def test_a_server_counts_what_was_due_since_the_meter_came_and_what_did_not_come(
    served: Site,
) -> None:
    with served.joined() as joined:
        history, viewer = joined.asked.history, joined.viewer
        early = BEGIN - timedelta(days=10)
        (whole,) = joined.ask(history.performance(viewer, [INDEX], early, END))
        (day,) = joined.ask(
            history.performance(
                viewer, [INDEX], SILENT - timedelta(hours=10), SILENT + timedelta(hours=14)
            )
        )
        (hourly,) = joined.ask(history.performance(viewer, [INDEX], early, END, 3600))
    assert whole.since == BEGIN, "what lies before the meter came is not due"
    assert (whole.expected, whole.missing) == (quarters(BEGIN, END), LOST)
    assert whole.received == quarters(BEGIN, END) - LOST
    assert (day.expected, day.received, day.missing) == (96, 96 - LOST, LOST)
    assert day.percent == pytest.approx(100 * (96 - LOST) / 96)
    assert (hourly.expected, hourly.missing) == (quarters(BEGIN, END) // 4, 0), (
        "three quarters are gone, the full hours came"
    )


@pytest.mark.feature("BEYOND-20")
def test_a_filed_report_whose_data_came_late_is_named_and_its_successor_says_so(
    served: Site, tmp_path: Path
) -> None:
    day = datetime(2026, 2, 3, tzinfo=ZONE)
    begin = day.astimezone(UTC)
    file, out = tmp_path / "late.csv", tmp_path / "february.pdf"
    rows = [f"{(begin + n * HOUR):%Y-%m-%dT%H:%M:%SZ},{INDEX},{n}" for n in range(25)]
    file.write_text("\n".join(["time_utc,point,value", *rows]) + "\n", encoding="utf-8")
    period = day, day + timedelta(days=2)
    with served.joined() as joined:
        reports, viewer = joined.asked.reports, joined.viewer
        old = joined.ask(reports.consumption(viewer, METER, *period))
        before = [each.path.read_bytes() for each in old]
        assert not joined.ask(reports.revised(viewer, METER))
        assert bring_in(joined, file, Manner()).verdict.fresh == 25
        assert list(joined.ask(reports.revised(viewer, METER))) == [old[0].title.split()[0]]
    who = ("--user", LOGIN, "--password-file", served.home / "word")
    wish = ("--devices", METER, "--period", "2026-02-03..2026-02-04", "--out", out, *who)
    done = heatdesk(served.home, "report", "consumption", served.folder, *wish)
    assert done.returncode == 0, done.stderr
    words = " ".join(PdfReader(out).pages[0].extract_text().split())
    assert f"Revised: replaces {old[0].title.split()[0]} of" in words
    assert [each.path.read_bytes() for each in old] == before
    told = heatdesk(served.home, "report", "consumption", served.folder, "--changed", *who)
    assert told.stdout.split() == [old[0].title.split()[0], METER]
