"""The difference names what is not as it was, and nothing else."""

from dataclasses import replace
from functools import cache
from io import BytesIO

import openpyxl
import pytest

from app.model.letterhead import Letterhead
from app.model.reading import DeviceId, Quality, Reading, point_id
from app.reports import difference as kind
from app.reports.commissioning_data import CommissioningData
from app.reports.difference_data import DifferenceData, Kind, difference
from app.reports.filing import canonical
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.papers import Paper

EN = Words()


def compare(older: CommissioningData, newer: CommissioningData) -> DifferenceData:
    return difference(
        older,
        newer,
        number="CD-2026-0001",
        language="en",
        made_at=sample.END,
        made_by="K. Lund",
    )


@cache
def data() -> DifferenceData:
    """What changed at the station since 2024."""
    return compare(sample.last_report(), sample.report())


def printed(found: DifferenceData) -> Paper:
    return Paper(kind.REPORT.renders[".pdf"](found, Letterhead(), EN))


def with_reading(key: str, value: float | None, reason: str = "") -> CommissioningData:
    point = point_id(sample.STATION, key)
    quality = Quality.GOOD if value is not None else Quality.BAD
    put: dict[str, Reading] = {point: Reading(point, value, quality, sample.END, reason)}
    return sample.report(readings=sample.readings(changes=put))


def test_a_report_does_not_differ_from_itself() -> None:
    same = compare(sample.report(), sample.report())
    assert same.settings == same.identity == same.schedule == ()  # type: ignore[comparison-overlap]
    assert (same.compared, same.times, same.changed) == (148, 84, 0)


def test_what_changed_is_found_with_old_and_new() -> None:
    changed = {s.key: (s.old, s.new) for s in data().of_kind(Kind.CHANGED)}
    slope = changed["c1_heat_curve_slope"]
    assert slope[0] is not None
    assert slope[1] is not None
    assert (slope[0].value, slope[1].value) == (1.3, 1.2)
    assert data().changed == 5
    assert len(changed) == 10  # five curve points follow the slope


def test_less_than_half_a_step_is_no_difference() -> None:
    near = compare(sample.report(), with_reading("c1_room_comfort", 20.04))
    far = compare(sample.report(), with_reading("c1_room_comfort", 20.1))
    assert near.changed == 0
    assert far.changed == 1


def test_a_value_nobody_knows_is_not_called_changed() -> None:
    found = compare(sample.report(), with_reading("c1_boost", None, "refused"))
    assert found.changed == 0
    assert [s.key for s in found.of_kind(Kind.NOT_KNOWN)] == ["c1_boost"]
    assert found.compared == 147
    assert "refused by the device" in " ".join(printed(found).words)


def test_settings_of_one_side_alone_are_named() -> None:
    full = sample.report()
    short = replace(full, settings=full.settings[1:])
    assert [s.key for s in compare(full, short).of_kind(Kind.ONLY_OLDER)] == ["c1_desired_t"]
    assert [s.key for s in compare(short, full).of_kind(Kind.ONLY_NEWER)] == ["c1_desired_t"]
    assert "Only in the older report" in printed(compare(full, short)).words[0]


def test_another_device_differs_in_who_it_is() -> None:
    birkevej = DeviceId("birkevej-2")
    config = replace(sample.CONFIG, id=birkevej, name="Birkevej 2", unit=3)
    readings = [
        replace(r, point=point_id(config.id, r.point.rpartition(".")[2]))
        for r in sample.readings({**sample.MEASURED, "serial_no": 5})
    ]
    other = sample.report(detail=sample.detail(config=config), readings=readings)
    found = compare(sample.report(), other)
    assert not found.same_device
    told = {f.name: (f.old, f.new) for f in found.identity}
    assert told["device"] == ("Ahornvej 14", "Birkevej 2")
    assert told["serial"] == ("423187751", "5")
    assert told["link"] == ("10.20.14.31:502, 14", "10.20.14.31:502, 3")
    words = printed(found).words[0]
    assert "Ahornvej 14 → Birkevej 2" in words
    assert "not by Heatdesk" not in words  # two devices are no history of one


def test_who_wrote_it_is_told_only_for_what_still_stands() -> None:
    by_key = {s.key: s.change for s in data().settings}
    slope, relay = by_key["c1_heat_curve_slope"], by_key["relay2_override"]
    assert slope is not None
    assert slope.by == "K. Lund"
    assert relay is None


def test_a_write_before_the_older_report_explains_nothing() -> None:
    newer = sample.report()
    early = [
        replace(row, change=replace(row.change, at=sample.last_report().run.started_at))
        if row.change
        else row
        for row in newer.settings
    ]
    found = compare(sample.last_report(), replace(newer, settings=tuple(early)))
    assert all(s.change is None for s in found.settings)


def test_filed_differences_come_back_as_they_were() -> None:
    assert kind.REPORT.restore(canonical(data()), "d.json") == data()


def test_the_paper_names_both_reports_and_every_difference() -> None:
    paper = printed(data())
    words = " ".join(paper.words)
    for text in (
        "Difference of two reports", "CR-2024-0187", "CR-2026-0031", "5 of 148 settings differ",
        "Flow temperature · Heat curve slope", "12 Nov 2025", "follows 11175",
        "not by Heatdesk",
        "Schedule Mon – Fri, period 1 start", "the same in both", f"Page 1 of {paper.pages}",
    ):  # fmt: skip
        assert text in words, text
    assert set(paper.fonts.values()) == {True}
    bars = [bar for bar in paper.bars() if bar.y > 100]
    assert len(bars) == data().changed + 1  # five settings, one line for five mornings


def test_many_differences_go_on_over_pages_with_their_heads() -> None:
    values = {row.key: 3.0 for row in sample.report().settings}
    found = compare(sample.report(), sample.report(readings=sample.readings(values)))
    paper = printed(found)
    assert paper.pages > 2
    assert found.changed > 100
    for words in paper.words[:-1]:
        assert "ID Setting Old New Unit Changed By State" in words


def test_wide_words_take_a_line_of_their_own() -> None:
    found = compare(sample.report(), with_reading("c1_mode", 4))
    assert "scheduled → frost protection" in printed(found).words[0]


@pytest.mark.parametrize("sheet", ["Summary", "Settings", "Week schedules"])
def test_the_spreadsheet_has_its_sheets(sheet: str) -> None:
    raw = kind.REPORT.renders[".xlsx"](data(), Letterhead(), EN)
    book = openpyxl.load_workbook(BytesIO(raw))
    assert sheet in book.sheetnames
    assert book[sheet].freeze_panes == "A2"


def test_the_spreadsheet_holds_old_and_new_as_numbers() -> None:
    raw = kind.REPORT.renders[".xlsx"](data(), Letterhead(), EN)
    rows = list(openpyxl.load_workbook(BytesIO(raw))["Settings"].iter_rows(values_only=True))
    slope = next(row for row in rows if row[0] == 11175)
    assert (slope[4], slope[5], slope[7], slope[8]) == (1.3, 1.2, "differs", "K. Lund")
    assert len(rows) == 1 + len(data().settings)
