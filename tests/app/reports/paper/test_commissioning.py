"""The printed report: everything on it, nothing beside it, marks and counts alike."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from app.model.letterhead import Letterhead
from app.model.reading import Quality, Reading
from app.reports.commissioning_data import CommissioningData, Utility, counts
from app.reports.filing import canonical, checksum, grouped
from app.reports.form import written
from app.reports.paper.commissioning import commissioning_pdf
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.papers import Paper

EN = Words()
COLOURS = {"rg", "RG", "k", "K", "cs", "CS", "sc", "SC", "scn", "SCN", "sh"}


def printed(data: CommissioningData, logo: Path | None = None) -> Paper:
    letterhead = Letterhead(data.utility.name, data.utility.address, logo)
    return Paper(commissioning_pdf(data, letterhead, EN))


@cache
def paper() -> Paper:
    """The station's report, as printed."""
    return printed(sample.report())


def settings_text(found: Paper) -> str:
    return " ".join(words for words in found.words if "grouped as in the controller" in words)


def test_the_report_of_the_station_has_five_pages() -> None:
    assert paper().pages == 5
    for number, words in enumerate(paper().words, start=1):
        assert f"Page {number} of 5" in words


def test_every_setting_is_printed_with_number_name_and_value() -> None:
    data, text = sample.report(), settings_text(paper())
    for row in data.settings:
        assert str(row.number) in text
        assert row.name.replace("\u00a0", " ") in text
    numbers = re.findall(r"(?<![\d.])\d{2,5}(?= [A-Z×])", text)
    assert len(numbers) >= len(data.settings)


def test_each_value_stands_in_the_row_of_its_setting() -> None:
    texts = [t for t in paper().texts if t.page in {2, 3, 4}]
    for row in sample.report().settings:
        number = next(t for t in texts if t.text == str(row.number) and 28.9 < t.x < 29.1)
        line = [t for t in texts if t.page == number.page and abs(t.y - number.y) < 0.3]
        value = "".join(t.text for t in sorted(line, key=lambda t: t.x) if 60 < t.x < 112)
        shown = written(row.form, row.told.value, EN).replace(" ", "")
        assert shown in value.replace(" ", ""), row.name


def test_the_counts_on_the_cover_are_the_marks_in_the_tables() -> None:
    found = counts(sample.report())
    settings_pages = {2, 3, 4}
    marks = [
        t
        for t in paper().texts
        if t.text == "D" and t.page in settings_pages and 23 < t.x < 24 and t.y < 262
    ]
    bars = [bar for bar in paper().bars() if bar.page in settings_pages]
    rows = [
        t for t in paper().texts
        if t.page in settings_pages and 28.9 < t.x < 29.1 and t.text.isdecimal()
    ]  # fmt: skip
    assert (len(rows), len(marks), len(bars)) == (
        found.settings,
        found.not_default,
        found.changed,
    )
    assert f"{found.settings_read} of {found.settings} settings read" in _figures(paper())
    assert f"{found.changed} changed since last report" in _figures(paper())
    assert f"{found.not_default} differ from default" in _figures(paper())
    assert f"{found.not_available} values not available" in _figures(paper())


def _figures(found: Paper) -> str:
    """The row of figures, number and words of each box together."""
    top = next(t for t in found.texts if t.page == 1 and t.text == "settings read").y
    boxes: dict[int, list[str]] = {}
    for t in found.texts:
        if t.page == 1 and top - 5 < t.y < top + 0.5:
            boxes.setdefault(_box(t.x), []).append(t.text)
    return " ".join(" ".join(texts) for _box_number, texts in sorted(boxes.items()))


def _box(x: float) -> int:
    return sum(x > edge for edge in (55.0, 89.0, 131.0, 164.6))


def test_the_sum_of_not_available_values_is_what_is_shown() -> None:
    assert "S7 – S16: no sensor" in paper().words[0]
    assert counts(sample.report()).not_available == 10


def test_all_fonts_are_embedded() -> None:
    assert set(paper().fonts.values()) == {True}
    assert any("FiraGO-Regular" in name for name in paper().fonts)
    assert not any("Helvetica" in name for name in paper().fonts)


def test_there_is_no_colour_on_the_paper(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (200, 60), "red").save(logo)
    for found in (paper(), printed(sample.report(), logo)):
        assert not {operator for _page, _operands, operator in found.operations} & COLOURS
    (image,) = printed(sample.report(), logo).reader.pages[0].images
    assert image.image is not None
    assert image.image.mode == "L"


def test_nothing_is_smaller_than_seven_points() -> None:
    sizes = {
        float(operands[1]) for _p, operands, operator in paper().operations if operator == "Tf"
    }
    assert min(sizes) >= 7.0
    assert max(sizes) == 21.0


def test_everything_stands_inside_the_margins() -> None:
    for text in paper().texts:
        assert 21.9 <= text.x <= 198.1, text
        assert 12.0 <= text.y <= 289.0, text
    for stroke in paper().strokes:
        assert 19.3 <= stroke.x <= 198.2, stroke  # the change bar stands in the margin


def test_the_bodies_end_above_the_footers() -> None:
    for text in paper().texts:
        assert text.y < 272.2 or text.y > 272.6, text


def test_decimal_marks_stand_below_each_other() -> None:
    fractions = [
        t.x
        for t in paper().texts
        if t.page == 2 and re.fullmatch(r"\.\d", t.text) and t.x < 112
    ]
    assert len(fractions) > 5
    assert max(fractions) - min(fractions) < 0.01


def test_the_pages_lie_where_the_design_put_them() -> None:
    places = {
        "Commissioning report": (22.0, 38.1),
        "Settings": (22.0, 24.1),
        "CR-2026-0031": (22.0, 286.3),
        "Commissioned by": (24.0, None),
    }
    for text, (x, y) in places.items():
        found = [t for t in paper().texts if t.text == text and abs(t.x - x) < 0.1]
        assert found, text
        assert y is None or any(abs(t.y - y) < 0.2 for t in found), (text, found[0].y)
    assert len([t for t in paper().texts if t.text == "Initials"]) == 5


def test_fifty_settings_stand_on_a_page() -> None:
    assert "1 – 50 of 148" in paper().words[1]
    assert "51 – 100 of 148" in paper().words[2]
    assert "101 – 148 of 148" in paper().words[3]


def test_a_cut_group_says_so_on_its_next_page() -> None:
    assert "Flow / power limit continued" in paper().words[3]


def test_checksum_and_first_digits_are_those_of_the_data() -> None:
    digest = checksum(canonical(sample.report()))
    assert grouped(digest) in paper().words[-1]
    for words in paper().words:
        assert f"CR-2026-0031 · data {digest[:4]} {digest[4:8]}" in words


def test_the_last_page_carries_two_signatures_flags_and_notes() -> None:
    last = paper().words[-1]
    for text in (
        "Commissioned by",
        "Accepted by",
        "K. Lund, Østerby Fjernvarme",
        "Flags",
        "Notes",
    ):
        assert text in last
    assert last.count("Signature") >= 2
    assert "The signatures cover pages 1 – 5" in last


def test_the_cover_says_who_read_what_when_and_over_which_link() -> None:
    cover = paper().words[0]
    for text in (
        "Østerby Fjernvarme", "as read 20 Jan 2026, 08:46:58 CET", "087H3040", "423187751",
        "A266.1 version 2.4", "software 1.58 · hardware A.2 · build 6114", "week 23, 2021",
        "Tue 20 Jan 2026, 08:46:51 – 08:46:58", "Modbus TCP, 10.20.14.31:502, station 14",
        "61 of 61 requests answered, mean 38 ms", "2 s fast · automatic summer time",
        "Europe/Copenhagen · CET, UTC+01:00", "CR-2024-0187, 03 Sep 2024, M. Sørensen",
    ):  # fmt: skip
        assert text in cover, text


def test_measured_values_carry_their_flags() -> None:
    cover = paper().words[0]
    for text in (
        "14 min old, from 08:32", "above limit, since 08:25", "held ON by override, 4067",
        "no sensor", "S7 – S16",
    ):  # fmt: skip
        assert text in cover, text
    line = paper().at("above limit, since 08:25").y
    row = "".join(
        t.text for t in paper().texts if t.page == 1 and t.x < 138 and abs(t.y - line) < 0.1
    )
    assert row == "S6DHW return47.3°C≤40.0+7.3above limit, since 08:25"


def test_what_changed_is_told_with_date_and_name() -> None:
    last = paper().words[-1]
    for text in ("12 Nov 2025", "M. Sørensen", "unconfirmed", "not by Heatdesk", "3110 …"):
        assert text in last, text
    assert "Schedule Mon – Fri, period 1 start" in last


def test_names_are_printed_as_they_are() -> None:
    name = "<b>Ørsted & Søn</b> =1+1 Θεσσαλονίκη Пермь Łódź"
    config = replace(sample.CONFIG, name=name)
    found = printed(sample.report(detail=sample.detail(config=config)))
    assert name in found.words[0]


@pytest.mark.parametrize("name", ["x" * 400, "Straße " * 60, "北京供热站" * 40, "\n\t", "𓀀"])
def test_no_name_breaks_the_paper(name: str) -> None:
    config = replace(sample.CONFIG, name=name, area=name)
    utility = Utility(name, name)
    found = printed(sample.report(detail=sample.detail(config=config), utility=utility))
    for text in found.texts:
        assert 21.9 <= text.x <= 198.1, text
        assert 12.0 <= text.y <= 289.0, text
    assert f"Page 1 of {found.pages}" in found.words[0]


def test_long_setting_names_take_more_lines_and_nothing_is_lost() -> None:
    data = sample.report()
    first, *others = data.settings
    name = "Sehr ausführliche Bezeichnung einer Einstellung, die niemand abkürzen wollte"
    found = printed(replace(data, settings=(replace(first, name=name), *others)))
    printed_words = found.words[1]
    assert all(word in printed_words for word in name.split())


def test_a_device_that_refuses_everything_has_a_report_that_says_so() -> None:
    refused = [
        Reading(r.point, None, Quality.BAD, r.measured_at, "refused") for r in sample.readings()
    ]
    data = sample.report(readings=refused)
    found = printed(data)
    assert counts(data).settings_read == 0
    assert "0 settings read" in _figures(found).replace("0 of 148 ", "0 ")
    assert settings_text(found).count("refused by the device") == 148
    assert " ".join(found.words).count("– not read") == 14  # the days of two weeks
    rooms = [t for t in found.texts if t.page == 1 and t.text == "20.8"]
    assert not rooms  # the last good value is not passed off as fresh


def test_a_device_nobody_recognised_has_a_report_too() -> None:
    empty = replace(
        sample.detail(), points=(), diagram="", slots={}, unknown=(), week_programs=()
    )
    found = printed(
        sample.report(
            detail=empty,
            profile=None,
            readings=[],
            alarms=[],
            changes={},
            documents=[],
            last=None,
        )
    )
    assert found.pages == 2
    assert "not recognised" in found.words[0]
    assert "never said what it is" in found.words[1]


@pytest.mark.parametrize(
    "name",
    ["kamstrup.multical_x03", "eastron.sdm630", "gavazzi.em24_e1", "danfoss.ecl310.generic"],
)
def test_every_profile_can_be_reported(name: str) -> None:
    profile = sample.profile(name)
    data = sample.report(
        profile=profile,
        detail=sample.detail(profile),
        readings=sample.readings(of=profile),
        alarms=[],
        last=None,
    )
    text = " ".join(printed(data).words)
    for row in data.measured:
        if not data.settings and row.told.value is not None:
            assert row.name.split()[0] in text


def test_the_logo_is_drawn_from_shapes_or_a_bitmap(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 14">'
        '<rect width="44" height="14" fill="#888"/></svg>',
        encoding="utf-8",
    )
    without, drawn = paper(), printed(sample.report(), logo)
    assert drawn.pages == without.pages
    assert drawn.at("Østerby Fjernvarme").x > 60


def test_the_report_is_printed_alike_every_time() -> None:
    again = printed(sample.report())
    assert again.texts == paper().texts
    assert again.strokes == paper().strokes


def test_longer_names_do_not_push_the_values_off_the_first_page() -> None:
    run = replace(sample.report().run, by="Demo administrator of the whole utility")
    last = replace(sample.last_report(), run=replace(sample.last_report().run, by=run.by))
    found = printed(sample.report(run=run, last=last))
    assert found.pages == 5
    assert "held ON by override, 4067" in found.words[0]


def test_a_meter_is_counted_by_its_values() -> None:
    profile = sample.profile("gavazzi.em24_e1")
    data = sample.report(
        profile=profile,
        detail=sample.detail(profile),
        readings=sample.readings(of=profile),
        alarms=[],
        last=None,
    )
    found = printed(data)
    assert f"of {len(data.measured)}" in found.words[0]
    assert "values read" in found.words[0]
    assert "settings read" not in found.words[0]
