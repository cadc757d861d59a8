"""The settings table: group by group, fifty rows a page, nothing cut, nothing hidden."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.reading import Quality
from app.reports.commissioning_data import CommissioningData, LastReport, SettingRow, Told
from app.reports.form import Form
from app.reports.paper.settingstable import setting_groups, settings_pages
from app.reports.render.style import BODY_END_MM, GROUP_HEAD_MM, ROW_MM
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.papers import Paper, laid

EN = Words()


def station(*rows: SettingRow) -> CommissioningData:
    """The station's report with these settings alone."""
    return replace(sample.report(), settings=rows)


def setting(key: str, **changes: object) -> SettingRow:
    """One setting of the station, changed in parts."""
    row = next(row for row in sample.report().settings if row.key == key)
    return replace(row, **changes)  # type: ignore[arg-type]


def printed(data: CommissioningData) -> Paper:
    return laid(settings_pages(data, EN))


def line(*rows: SettingRow) -> str:
    """The words of the table's rows, in their order."""
    paper = printed(station(*rows))
    texts = [text for text in paper.texts if 37 < text.y < 270]
    ordered = sorted(texts, key=lambda text: (round(text.y), text.x))
    return " ".join(text.text for text in ordered)


def heights(*rows: SettingRow) -> list[float]:
    return [
        block.height for group in setting_groups(station(*rows), EN) for block in group.rows
    ]


def test_a_setting_is_told_from_its_number_to_its_category() -> None:
    assert line(setting("c1_boost", previous=None)) == (
        "11012 Boost OFF % OFF, 1 – 99 – all – default not known"
    )


def test_a_changed_setting_shows_old_and_new_and_is_bold() -> None:
    row = setting("c1_room_comfort")
    assert line(row).startswith(
        "11180 Room temperature, comfort 20 .0 °C 5.0 – 40.0 – 20.5 → 20.0"
    )
    paper = printed(station(row))
    assert len(paper.bars()) == 1


def test_a_setting_off_its_default_carries_the_letter() -> None:
    assert line(setting("c1_flow_max")).startswith("D 11178 Flow temperature, max. 70")


def test_what_follows_another_setting_carries_the_note_and_no_mark() -> None:
    row = setting("c1_curve_y1")
    assert "Curve point at −30 °C outdoor¹" in line(row)
    assert not printed(station(row)).bars()
    assert "D" not in line(row).split()
    assert "¹ follows from 11175, not counted" in printed(station(row)).words[0]


def test_what_is_set_at_the_device_alone_says_so() -> None:
    assert "at the device only" in line(setting("ip_address"))


def test_a_setting_without_a_number_has_a_dash() -> None:
    assert line(setting("c1_boost", number=None)).startswith("– Boost")


@pytest.mark.parametrize(
    ("key", "accepted"),
    [
        ("c1_flow_input_type", "OFF, IM1–4, EM1–5"),
        ("c1_ext_input", "OFF, S1–16"),
        ("c1_ext_mode", "4 choices"),
        ("c1_mode", "4 choices"),
        ("mbus_baud", "300, 600, 1200, 2400"),
    ],
)
def test_choices_are_told_as_fully_as_there_is_room(key: str, accepted: str) -> None:
    assert accepted in line(setting(key))


@pytest.mark.parametrize("name", ["Boost", "Pump frost protection, outdoor temperature"])
def test_names_up_to_the_longest_known_stay_on_one_line(name: str) -> None:
    assert heights(setting("c1_boost", name=name)) == [ROW_MM]


def test_a_longer_name_doubles_the_row() -> None:
    name = "Außentemperatur, unterhalb derer die Pumpe zum Frostschutz eingeschaltet wird"
    (height,) = heights(setting("c1_boost", name=name))
    assert height == pytest.approx(ROW_MM + 3.6)
    assert all(word in line(setting("c1_boost", name=name)) for word in name.split())


def test_a_long_value_is_wrapped_and_nothing_is_lost() -> None:
    row = setting("c2_antibac_days", told=Told(127.0, Quality.GOOD))
    told = line(row)
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        assert day in told
    assert heights(row)[0] > ROW_MM


def test_a_refused_setting_is_hatched_with_its_reason() -> None:
    row = setting("c1_boost", told=Told(None, Quality.BAD, "refused"), previous=None)
    assert "Boost refused by the device" in line(row)
    assert "hatched: no value, with the reason" in printed(station(row)).words[0]


def test_words_that_changed_take_two_lines() -> None:
    row = setting("c1_mode", told=Told(4.0, Quality.GOOD), previous=Told(1.0, Quality.GOOD))
    assert heights(row)[0] > ROW_MM
    assert "→ frost protection" in line(row)


def test_groups_stand_under_circuit_and_name_with_their_count() -> None:
    groups = setting_groups(sample.report(), EN)
    assert len(groups) == 19
    assert sum(len(group.rows) for group in groups) == 148
    assert all(group.head is not None for group in groups)
    assert groups[0].head_height(continued=False) == GROUP_HEAD_MM
    words = printed(sample.report()).words[0]
    assert "Heating Flow temperature 12 settings" in words
    assert "Heating Room limit 3 settings" in words


def test_the_common_controller_has_no_number() -> None:
    paper = printed(station(setting("auto_dst")))
    words = paper.words[0]
    assert "Common Operation and time 1 setting" in words


def test_without_settings_there_is_no_page() -> None:
    assert settings_pages(station(), EN) == []


def test_the_legend_tells_only_the_marks_of_its_page() -> None:
    plain = printed(station(setting("c1_boost", previous=None, default=0.0))).words[0]
    for mark in ("changed since", "differs from factory default", "not counted", "hatched"):
        assert mark not in plain
    changed = replace(
        station(setting("c1_room_comfort")), last=LastReport("CR-2024-0187", sample.START, "x")
    )
    assert "changed since CR-2024-0187" in printed(changed).words[0]


def test_values_with_many_decimals_do_not_run_into_their_unit() -> None:
    form = Form("m³/h", 3, minimum=0, maximum=999, writable=True)
    row = setting("c1_boost", form=form, told=Told(123.456, Quality.GOOD))
    texts = printed(station(row)).texts
    fraction = next(text for text in texts if text.text == ".456")
    unit = next(text for text in texts if text.text == "m³/h")
    assert unit.x > fraction.x + 5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=1, max_size=10))
def test_any_grouping_keeps_order_and_page(sizes: list[int]) -> None:
    rows = [
        replace(row, group=f"Group {group}", circuit=1)
        for group, size in enumerate(sizes)
        for row in sample.report().settings[:size]
    ]
    pages = settings_pages(station(*rows), EN)
    for page in pages:
        for top, block in page:
            assert top + block.height <= BODY_END_MM + 6.0  # the legend may stand below
    words = " ".join(laid(pages).words)
    assert words.count("11004") == len(sizes)
    assert f"of {len(rows)}" in words
