"""Every part of the paper makes room for long words: labels, boxes, legends, rows, days."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.letterhead import Letterhead
from app.model.reading import Quality
from app.reports.commissioning_data import CommissioningData, SettingRow, Told
from app.reports.form import Form
from app.reports.paper.closing import checksum_block, checksum_place, put_closing
from app.reports.paper.commissioning import commissioning_pdf
from app.reports.paper.coverfacts import Row, identification, told_of_run
from app.reports.paper.differencetable import DifferenceRow
from app.reports.paper.figures import Figure
from app.reports.paper.flowlegend import draw_legend, legend_height
from app.reports.paper.head import Masthead, facts, figure_boxes, masthead
from app.reports.paper.settingstable import settings_pages
from app.reports.render.layout import Block, Flow
from app.reports.render.style import BODY_END_MM, BODY_TOP_MM, LEFT_MM, RIGHT_EDGE_MM
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.ink import Ink, Printed, outside, overlaps
from tests.app.reports.papers import Paper, drawn, laid, put

EN = Words()
LANGUAGES = ["en", "da", "de", "fr", "xx"]
MARGINS_MM = (19.0, 11.8, RIGHT_EDGE_MM + 0.1, 289.1)
DIGEST = "9b27bba92aa9f96528f1a3f5f8e61cf8a68d293a14ccd4fb9b2b63a8774ccb90"


def told(value: float | str) -> Told:
    """A value as it was read well."""
    return Told(value, Quality.GOOD)


WORDS = st.text("abcdefghijklmnopqrstuvwxyzWM ", max_size=60)
HEAD = Masthead("CR-1", "Utility", "", None, "Report", "Device", "Remark", "read ", "today")


def clean(paper: Paper) -> bool:
    """Whether no text lies on another or beyond the margins."""
    ink = Ink(paper)
    return [*overlaps(ink), *outside(ink, MARGINS_MM)] == []


def texts(block: Block) -> list[Printed]:
    return [text for text in Ink(put(block)).texts if text.y < 280]


def lines(block: Block, start: str) -> float:
    """The base line of the text that begins so."""
    return next(text.y for text in texts(block) if text.text.startswith(start))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
def test_labels_and_facts_never_meet(pairs: list[tuple[str, str]]) -> None:
    rows = [Row(label, text) for label, text in pairs]
    assert clean(put(facts(rows, rows)))


def test_labels_as_usual_stand_where_the_design_put_them() -> None:
    found = texts(facts([Row("Device", "Ahornvej 14")], [Row("Read", "today")]))
    assert [round(text.x, 1) for text in found] == [22.0, 47.0, 112.0, 137.0]


def test_a_longer_label_moves_all_facts_of_its_column_alike() -> None:
    left = [Row("Applikationsschlüssel", "A266.1"), Row("Gerät", "Ahornvej 14")]
    found = {text.text: text.x for text in texts(facts(left, [Row("Read", "today")]))}
    assert found["A266.1"] == found["Ahornvej 14"] > 48
    assert round(found["today"], 1) == 137.0


def test_a_label_longer_than_its_room_takes_lines_and_so_does_the_row() -> None:
    long = [Row("A label that goes on for ever and ever and ever", "x"), Row("Next", "y")]
    assert facts(long, []).height > facts([Row("A label", "x"), Row("Next", "y")], []).height


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=3, max_size=5))
def test_the_words_of_a_box_stay_in_it(told: list[tuple[str, str]]) -> None:
    boxes = [Figure("148", words, remark, " of 148") for words, remark in told]
    assert clean(put(figure_boxes(boxes)))


def test_boxes_take_their_widths_from_long_words() -> None:
    short, long = Figure("1", "alarm", "none"), Figure("2", "weichen vom Standard ab", "von 11")
    alike = figure_boxes([short] * 5)
    mixed = figure_boxes([short, long, long, short, short])
    assert mixed.height == alike.height


@pytest.mark.parametrize("remark", ["short", "All settings and identification " * 3])
@pytest.mark.parametrize("title", ["Report", "Inbetriebnahmeprotokoll", "Protokoll " * 8])
def test_title_and_remark_stand_apart(title: str, remark: str) -> None:
    assert clean(put(masthead(replace(HEAD, title=title, remark=remark), EN), 12.0))


def test_without_a_logo_a_full_page_gives_its_room_to_the_values() -> None:
    usual, tight = masthead(HEAD, EN), masthead(HEAD, EN, tight=True)
    assert tight.height < usual.height
    assert lines(usual, "Utility") == lines(tight, "Utility")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_checksum_says_what_it_covers_without_touching_its_title(language: str) -> None:
    block = checksum_block(DIGEST, 5, Words(language))
    top, _block = checksum_place(block)
    assert top + block.height == pytest.approx(280.2)
    assert clean(put(block, top))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("used", [0.0, 130.0])
def test_the_meaning_of_each_sign_stands_beside_it(language: str, used: float) -> None:
    flow = Flow(BODY_TOP_MM + used)
    put_closing(flow, sample.report(language=language), Words(language))
    paper = laid([*flow.pages], language)
    assert clean(paper)
    body = [text for text in Ink(paper).texts if text.y < 280]
    assert max(text.box[3] for text in body) <= BODY_END_MM


@pytest.mark.parametrize(
    "name", ["K. Lund", "Demo administrator " * 4, "Name " * 60, "W" * 300]
)
def test_who_commissioned_fits_the_box_to_sign_in(name: str) -> None:
    data = sample.report(run=replace(sample.gathered().run, by=name))
    flow = Flow(BODY_TOP_MM)
    put_closing(flow, data, EN)
    assert clean(laid([*flow.pages]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_legend_of_the_picture_is_as_high_as_it_says(language: str) -> None:
    ink = Ink(drawn(lambda sheet: draw_legend(sheet, LEFT_MM, 50.0), language))
    body = [text for text in ink.texts if text.y < 200]
    assert list(overlaps(ink)) == []
    assert max(text.box[3] for text in body) <= 50.0 + legend_height(Words(language))
    assert max(text.right for text in body) < LEFT_MM + 36  # a pipe rises there


def setting(**changes: object) -> SettingRow:
    row = next(row for row in sample.report().settings if row.key == "c1_room_comfort")
    return replace(row, **changes)  # type: ignore[arg-type]


def table(*rows: SettingRow, language: str = "en") -> Paper:
    data: CommissioningData = replace(sample.report(language=language), settings=rows)
    return laid(settings_pages(data, Words(language)), language)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Bezeichnung " * 12},
        {"group": "Gruppe " * 40},
        {"category": "eingeschränkt"},
        {"category": "nur mit besonderer Berechtigung"},
        {"form": Form(unit="× 20 ms je Umdrehung")},
        {"form": Form(decimals=9), "told": told(1.123456789), "default": 2.5},
        {"form": Form(), "told": told("frost protection with all pumps running on")},
        {"form": Form(), "told": told("x" * 90), "previous": told("y" * 90)},
        {"default": 123456789.0, "previous": told(-123456789.0)},
    ],
)
def test_a_row_of_the_settings_holds_what_it_has_to(changes: dict[str, object]) -> None:
    plain = setting()
    assert clean(table(plain, setting(**changes), plain))


def test_long_categories_move_ranges_and_changes_a_little_to_the_left() -> None:
    usual, long = table(setting()), table(setting(category="eingeschränkt"))
    assert long.at("eingeschränkt").x < 198.0 - 17
    assert long.at("5.0 – 40.0").x < usual.at("5.0 – 40.0").x


@pytest.mark.parametrize(
    ("old", "new"), [("20", "21"), ("scheduled", "frost protection"), ("x" * 90, "y " * 60)]
)
def test_old_and_new_value_of_a_difference_have_room(old: str, new: str) -> None:
    row = DifferenceRow(
        "11180", "Room temperature, comfort", old, new, "°C", "1", "12 Nov 2025"
    )
    found = put(replace(row, by="Somebody with a long name", state="not by Heatdesk").block())
    assert clean(found)
    letters = "".join(text.text for text in Ink(found).texts if text.y < 280)
    assert old.replace(" ", "") in letters.replace(" ", "")


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "week 23, 2021"), ("xx", "[wéék 23, 2021·······]")],
)
def test_the_week_of_making_is_told_in_the_language(language: str, told: str) -> None:
    rows = {row.label: row.text for row in identification(sample.report(), Words(language))}
    assert told in rows.values()


def test_every_label_of_the_first_page_is_translated() -> None:
    data, words = sample.report(language="xx"), Words("xx")
    for row in [*identification(data, words), *told_of_run(data, words)]:
        assert row.label.startswith("["), row.label


def test_the_report_goes_on_below_a_short_rest_of_the_settings() -> None:
    data = sample.report()
    few = replace(data, settings=data.settings[:5])
    paper = Paper(commissioning_pdf(few, _letterhead(), EN))
    assert paper.pages == 3
    assert "Week schedules" in paper.words[1]


def test_a_full_last_page_of_settings_is_left_alone() -> None:
    data = sample.report()
    paper = Paper(commissioning_pdf(data, _letterhead(), EN))
    assert "101 – 148 of 148" in paper.words[3]
    assert "Week schedules" not in paper.words[3]


def _letterhead() -> Letterhead:
    return Letterhead("Østerby Fjernvarme", "", None)
