"""What ``heatdesk history retention`` says and asks for, and what it refuses to begin."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typer.main import get_command

from app.cli.main import build
from app.cli.retention import _changed, _done_text, _full_text, _plain
from app.errors import BadInput
from app.model.retention import (
    DataKind,
    KeepRule,
    KeepRules,
    KindOutcome,
    KindRoom,
    Room,
    Stage,
    Then,
    Thinning,
    keep_rules,
)
from app.retentiontext import kind_name, room_name, rule_text

WENT = Thinning(
    (KindOutcome(DataKind.COUNTER, 2000, 1500, 3), KindOutcome(DataKind.STATE, 10, 0, 0)),
    datetime(2020, 1, 1, tzinfo=UTC),
    datetime(2020, 2, 1, tzinfo=UTC),
)
ROOM = Room((KindRoom("counter", 7, 70),), 5_000_000_000, 31, datetime(2031, 5, 1, tzinfo=UTC))


def test_it_has_its_own_options_and_says_what_they_do() -> None:
    program = get_command(build())
    group = program.get_command(None, "history")  # type: ignore[attr-defined]
    command = group.commands["retention"]
    named = {option for each in command.params for option in each.opts}
    assert {"--kind", "--all-months", "--daily-years", "--then", "--note"} <= named
    assert {"--dry-run", "--now", "--json", "--user", "--password-file"} <= named
    assert command.help
    assert all(each.help for each in command.params)


def test_a_change_is_of_one_kind_or_of_all() -> None:
    usual = KeepRules()
    one = _changed(usual, "measured", 24, None, "")
    assert one.of[DataKind.MEASURED] == KeepRule(24)
    assert one.of[DataKind.COUNTER] == KeepRule()
    every = _changed(usual, "", None, 3, "nothing")
    assert set(every.of.values()) == {KeepRule(13, 3, Then.NOTHING)}
    assert _changed(usual, "", None, None, "") == usual
    for kind, then in (("heat", ""), ("", "weekly")):
        with pytest.raises(BadInput):
            _changed(usual, kind, None, None, then)


def test_programs_get_rules_room_and_what_went() -> None:
    told = json.loads(json.dumps(_plain(KeepRules(), ROOM, WENT)))
    assert told["rules"]["state"] == {"all_months": 13, "daily_years": 5, "then": "monthly"}
    assert told["room"] == {"counter": 70}
    assert told["full_at"] == "2031-05-01T00:00:00+00:00"
    assert told["thinned"]["gone"] == 1500
    assert told["thinned"]["kinds"]["counter"] == {
        "samples": 2000,
        "gone": 1500,
        "kept_for_sums": 3,
    }
    assert _plain(KeepRules(), ROOM, None)["thinned"] is None


def test_people_are_told_when_the_disk_is_full_and_what_went() -> None:
    assert _full_text(ROOM) == "5,000 MB are free: the disk will be full in 2031-05"
    assert "fifty years" in _full_text(Room((), 1, 1, None))
    assert "after a month" in _full_text(Room((), 1, 0, None, known=False))
    of_a_server = replace(ROOM, free_bytes=None, full_at=None)
    assert "is not known here" in _full_text(of_a_server)
    assert _plain(KeepRules(), of_a_server, None)["free_bytes"] is None
    assert _done_text(WENT, dry_run=True) == "1,500 samples would go"
    assert _done_text(WENT, dry_run=False) == "1,500 samples went"
    assert _done_text(Thinning((), None, None), dry_run=False) == "nothing is due"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (KeepRule(), "every sample for 13 months, one a day up to 5 years, then one a month"),
        (KeepRule(0, 0), "every sample for ever"),
        (KeepRule(13, 0), "every sample for 13 months, then one a day for ever"),
        (
            KeepRule(2, 1, Then.NOTHING),
            "every sample for 2 months, one a day up to 1 year, then none",
        ),
    ],
)
def test_a_rule_is_a_sentence(rule: KeepRule, says: str) -> None:
    assert rule_text(rule) == says


def test_every_kind_and_every_room_has_a_name() -> None:
    assert len({kind_name(kind) for kind in DataKind}) == len(DataKind)
    for name in ("figures", "fast", "rest"):
        assert room_name(name) != name
    assert room_name("counter") == kind_name(DataKind.COUNTER)


@pytest.mark.parametrize(
    ("ago", "stage"),
    [
        (0, Stage.ALL),
        (12, Stage.ALL),
        (13, Stage.DAILY),
        (59, Stage.DAILY),
        (60, Stage.MONTHLY),
        (9999, Stage.MONTHLY),
    ],
)
def test_whole_months_decide(ago: int, stage: Stage) -> None:
    assert KeepRule().stage(ago) is stage
    assert KeepRule(0, 0).stage(ago) is Stage.ALL
    ends = KeepRule(then=Then.NOTHING).stage(ago)
    assert ends is (Stage.NOTHING if stage is Stage.MONTHLY else stage)


def test_rules_are_options_of_the_plant_and_come_back_from_them() -> None:
    rules = KeepRules({kind: KeepRule(24, 7, Then.NOTHING) for kind in DataKind})
    assert keep_rules(rules.options()) == rules
    assert keep_rules({}) == KeepRules()
    assert keep_rules({"keep_counter_all_months": 24}).of[DataKind.STATE] == KeepRule()


@pytest.mark.parametrize(
    "broken",
    [
        {"keep_state_all_months": "many"},
        {"keep_state_all_months": 1},
        {"keep_state_all_months": 100, "keep_state_daily_years": 1},
        {"keep_state_then": "sometimes"},
        {"keep_state_daily_years": -1},
    ],
)
def test_options_that_make_no_sense_throw_nothing_away(broken: dict[str, object]) -> None:
    rule = keep_rules(broken).of[DataKind.STATE]
    assert rule.stage(9999) is Stage.ALL


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: KeepRule(1),
        lambda: KeepRule(5000),
        lambda: KeepRule(13, 101),
        lambda: KeepRule(25, 2),
        lambda: KeepRule(0, 5),
    ],
)
def test_rules_that_contradict_themselves_are_refused(wrong: Callable[[], KeepRule]) -> None:
    with pytest.raises(BadInput):
        KeepRules({kind: wrong() for kind in DataKind}).require_sound()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, "13 months"),
        ({"keep_measured_all_months": 1}, "for ever"),
        ({"keep_measured_all_months": 2}, "2 months"),
        ({"keep_measured_all_months": 0, "keep_measured_daily_years": 0}, "for ever"),
    ],
)
def test_what_the_plant_says_is_what_people_read(told: dict[str, object], says: str) -> None:
    assert says in rule_text(keep_rules(told).of[DataKind.MEASURED])


def test_what_went_is_added_up_over_the_kinds() -> None:
    assert WENT.gone == 1500
    assert Thinning((), None, None).gone == 0
    assert WENT.complete
