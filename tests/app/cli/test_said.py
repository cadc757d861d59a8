"""What the command line says for people, and that it copies whole files or none."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.options import check_language
from app.cli.read import _line, described
from app.cli.report import _copy
from app.cli.write import NOT_REACHED, _error, _tell
from app.errors import BadInput, DeviceUnreachable, WriteRefused
from app.model.control import WriteResult, WriteState
from app.model.point import PointSpec, ValueKind
from app.model.reading import DeviceId, PointId, Quality, Reading, Value

AT = datetime(2026, 1, 20, 11, tzinfo=UTC)
FLOW = PointSpec("s3", "S3 Heating flow", "°C", 1)
MODE = PointSpec("mode", "Mode", "", 0, ValueKind.CHOICE, {1: "scheduled"})
START = PointSpec("start", "Start", "", 0, ValueKind.TIME_OF_DAY)


def reading(
    key: str, value: Value | None, quality: Quality = Quality.GOOD, reason: str = ""
) -> Reading:
    return Reading(PointId(f"a.{key}"), value, quality, AT, reason)


def words(made: Reading, spec: PointSpec | None) -> list[str]:
    return _line(made, spec).split()


def test_a_value_is_said_with_the_decimals_of_its_point() -> None:
    assert words(reading("s3", 48.25), FLOW) == ["s3", "48.2", "°C", "good"]
    assert words(reading("s3", -0.5), FLOW)[1] == "−0.5"


def test_words_and_times_of_day_are_said_as_people_say_them() -> None:
    assert words(reading("mode", 1.0), MODE)[1] == "scheduled"
    assert words(reading("start", 530.0), START)[1] == "05:30"


def test_no_value_is_a_dash_with_its_reason_and_no_unit() -> None:
    told = words(reading("s3", None, Quality.BAD, "sensor-open"), FLOW)
    assert told == ["s3", "–", "bad:", "sensor-open"]


def test_a_point_nobody_knows_is_said_all_the_same() -> None:
    assert words(reading("x", 7.0), None)[:2] == ["x", "7"]


def test_the_public_json_keeps_its_keys() -> None:
    told = described(reading("mode", 1.0), MODE)
    assert told["value"] == 1.0
    assert told["word"] == "scheduled"
    assert set(told) == {
        *("device", "point", "value", "unit", "quality", "measured_at", "word")
    }


def result(state: WriteState, reason: str) -> WriteResult:
    return WriteResult(DeviceId("a"), "s", None, 1.0, None, state, reason, AT)


def test_a_refusal_of_ours_is_not_a_silent_device() -> None:
    refused = result(WriteState.REFUSED, "a, s: 90 °C is outside 10 … 30 °C")
    assert isinstance(_error(refused, answers=True), WriteRefused)
    silent = result(WriteState.REFUSED, f"a: no answer within 1.5 s{NOT_REACHED}")
    assert silent.reason.endswith(NOT_REACHED)
    assert isinstance(_error(silent, answers=False), DeviceUnreachable)
    lost = result(WriteState.UNCONFIRMED, "a: no answer")
    assert isinstance(_error(lost, answers=True), DeviceUnreachable)


@pytest.mark.parametrize("code", ["en", "da", "de", "fr", "xx"])
def test_a_language_spoken_here_is_taken(code: str) -> None:
    check_language(code)


@pytest.mark.parametrize("code", ["klingon", "", "EN", "../de", "de_DE"])
def test_any_other_language_is_refused_by_name(code: str) -> None:
    with pytest.raises(BadInput, match="is no language spoken here; there are en, da, de, fr"):
        check_language(code)


def test_a_report_is_copied_whole(tmp_path: Path) -> None:
    source, target = tmp_path / "a.pdf", tmp_path / "b.pdf"
    source.write_bytes(b"report")
    target.write_bytes(b"older")
    _copy(source, target)
    assert target.read_bytes() == b"report"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.pdf", "b.pdf"]


def test_a_report_that_cannot_be_copied_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    (target / "x").write_text("x", encoding="utf-8")
    source = tmp_path / "a.pdf"
    source.write_bytes(b"report")
    with pytest.raises(BadInput, match="folder"):
        _copy(source, target)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.pdf", "folder"]
    with pytest.raises(BadInput, match="gone"):
        _copy(tmp_path / "missing.pdf", tmp_path / "gone.pdf")
    assert not (tmp_path / ".gone.pdf.part").exists()


def test_a_refused_write_says_what_was_not_read_without_a_word_of_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    spec = PointSpec("s", "Room temperature", "°C", 1)
    _tell(result(WriteState.REFUSED, "a: no answer"), spec, as_json=False)
    assert capsys.readouterr().out == "– → 1.0 °C: refused\n"
    known = replace(result(WriteState.CONFIRMED, ""), old=20.5)
    _tell(known, spec, as_json=False)
    assert capsys.readouterr().out == "20.5 → 1.0 °C: confirmed\n"
