"""The facts of the first page: only what is known, and what is not is a dash."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.reports.commissioning_data import ClockFacts, CommissioningData, Conversation, Fact
from app.reports.paper.coverfacts import identification, told_of_run
from app.reports.words import Words
from tests.app.reports import sample

EN = Words()


def device(data: CommissioningData) -> dict[str, str]:
    return {row.label: row.text for row in identification(data, EN)}


def run(data: CommissioningData) -> dict[str, str]:
    return {row.label: row.text for row in told_of_run(data, EN)}


def facts(*pairs: tuple[str, str]) -> CommissioningData:
    return replace(sample.report(), identity=tuple(Fact(*pair) for pair in pairs))


def test_the_station_is_told_in_eight_rows() -> None:
    assert device(sample.report()) == {
        "Device": "Ahornvej 14",
        "Project": "Østerby district heating",
        "Area": "Skovkvarteret · district 3",
        "Controller": "ECL Comfort 310, code no. 087H3040",
        "Serial number": "423187751",
        "Application key": "A266.1 version 2.4 · 2 circuits",
        "Versions": "software\u00a01.58 · hardware\u00a0A.2 · build\u00a06114",
        "Produced": "week 23, 2021",
    }


def test_what_the_device_did_not_tell_is_a_dash() -> None:
    told = device(facts())
    assert told["Serial number"] == "–"
    assert told["Versions"] == "–"
    assert "Application key" not in told
    assert "Produced" not in told


def test_an_entered_serial_number_is_told_as_entered() -> None:
    data = facts()
    entered = replace(data, device=replace(data.device, entered_serial="77"))
    assert device(entered)["Serial number"] == "77 (as entered, not read)"


def test_a_serial_number_that_is_not_the_entered_one_shows_both() -> None:
    data = sample.report()
    other = replace(data, device=replace(data.device, entered_serial="77"))
    assert device(other)["Serial number"] == "423187751 · entered as 77"
    same = replace(data, device=replace(data.device, entered_serial="423187751"))
    assert device(same)["Serial number"] == "423187751"


def test_an_address_stands_behind_the_name() -> None:
    data = sample.report()
    housed = replace(data, device=replace(data.device, address="Ahornvej 14, Østerby"))
    row = identification(housed, EN)[0]
    assert (row.text, row.lead) == ("Ahornvej 14 · Ahornvej 14, Østerby", "Ahornvej 14")


def test_other_facts_of_a_device_follow_as_they_came() -> None:
    told = device(facts(("serial", "5"), ("meter_type", "403"), ("firmware", "C1")))
    assert (told["Meter type"], told["Firmware"]) == ("403", "C1")


def test_a_device_nobody_knows_says_so() -> None:
    data = sample.report()
    unknown = replace(data, device=replace(data.device, label="", area=""), project="")
    told = device(unknown)
    assert (told["Controller"], told["Area"], told["Project"]) == (
        "not recognised, code no. 087H3040",
        "–",
        "–",
    )


def test_a_meter_has_a_model_and_not_a_controller() -> None:
    assert "Model" in device(replace(sample.report(), settings=()))


def test_the_reading_is_told_with_weekday_zone_and_link() -> None:
    told = run(sample.report())
    assert told["Read"] == "Tue 20 Jan 2026, 08:46:51 – 08:46:58"
    assert told["Run by"] == "K. Lund"
    assert told["Workstation"] == "desk-1"
    assert told["Link"] == "Modbus TCP, 10.20.14.31:502, station 14"
    assert told["Time zone"] == "Europe/Copenhagen · CET, UTC+01:00"
    assert told["Last report"] == "CR-2024-0187, 03 Sep 2024, M. Sørensen"


def test_a_zone_without_letters_is_not_told_twice() -> None:
    told = run(replace(sample.report(), zone="America/Sao_Paulo"))
    assert told["Time zone"] == "America/Sao_Paulo · UTC-03:00"


@pytest.mark.parametrize(
    ("talk", "told"),
    [
        (Conversation(61, 0, 38.2), "61 of 61 requests answered, mean 38 ms"),
        (Conversation(61, 3, 38.2), "58 of 61 requests answered, mean 38 ms"),
        (Conversation(61, 0, None), "61 of 61 requests answered"),
        (Conversation(0, 0, None), "–"),
    ],
)
def test_the_link_is_judged_by_its_answers(talk: Conversation, told: str) -> None:
    assert run(replace(sample.report(), conversation=talk))["Link quality"] == told


@pytest.mark.parametrize(
    ("drift_s", "summer_time", "told"),
    [
        (2.0, "ON", "2 s fast · automatic summer time"),
        (-95.0, "OFF", "95 s slow · no automatic summer time"),
        (0.0, "ON", "no drift · automatic summer time"),
        (0.4, "", "no drift"),
        (None, "", "not known"),
        (3600.0, "ON", "60 min fast · automatic summer time"),
        (-7200.0, "", "120 min slow"),
    ],
)
def test_the_clock_is_told_fast_or_slow(
    drift_s: float | None, summer_time: str, told: str
) -> None:
    clock = ClockFacts(kept=True, drift_s=drift_s, note="", summer_time=summer_time)
    assert run(replace(sample.report(), clock=clock))["Controller clock"] == told


def test_a_device_without_a_clock_says_so() -> None:
    clock = ClockFacts(kept=False, drift_s=None, note="", summer_time="")
    assert run(replace(sample.report(), clock=clock))["Controller clock"] == "none known"


def test_the_first_report_has_no_last_one() -> None:
    assert run(sample.report(last=None))["Last report"] == "none"


@pytest.mark.parametrize(
    ("kind", "host", "told"),
    [
        ("modbus-tcp", "", "Modbus TCP, station 14"),
        ("m-bus", "gateway", "m-bus, gateway, station 14"),
    ],
)
def test_a_link_without_a_host_is_told_by_its_kind(kind: str, host: str, told: str) -> None:
    data = sample.report()
    linked = replace(data, device=replace(data.device, link_kind=kind, host=host))
    assert run(linked)["Link"] == told


def test_a_reading_over_midnight_is_told_by_its_first_day() -> None:
    data = sample.report()
    late = sample.START + timedelta(hours=15, minutes=13)
    night = replace(
        data, run=replace(data.run, started_at=late, ended_at=late + timedelta(seconds=9))
    )
    assert run(night)["Read"].startswith("Tue 20 Jan 2026, 23:59:51 – 00:00:00")
