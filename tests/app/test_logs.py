"""The log: one JSON object a line, rotated; the fault reports: a trace and no secrets."""

import asyncio
import json
import logging
import sys
import threading
from pathlib import Path

import pytest

from app.crash import CrashReports
from app.logs import MAX_BYTES, start_log, stop_log


def lines(folder: Path) -> list[dict[str, object]]:
    text = (folder / "heatdesk.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_is_one_object_with_time_level_and_place(tmp_path: Path) -> None:
    handler = start_log(tmp_path)
    try:
        logging.getLogger("app.acquisition.line").warning(
            "%s lost: %s", "Ahornvej 14", "silence"
        )
    finally:
        stop_log(handler)
    (line,) = lines(tmp_path)
    assert line["message"] == "Ahornvej 14 lost: silence"
    assert line["level"] == "warning"
    assert line["logger"] == "app.acquisition.line"
    assert str(line["timestamp"]).endswith("Z")


def test_a_line_break_in_a_name_cannot_forge_a_line(tmp_path: Path) -> None:
    handler = start_log(tmp_path)
    try:
        logging.getLogger("x").warning("device %s", 'a\n{"message": "forged"}')
    finally:
        stop_log(handler)
    assert len(lines(tmp_path)) == 1


def test_a_trace_is_kept_in_its_line(tmp_path: Path) -> None:
    handler = start_log(tmp_path)
    try:
        try:
            1 / 0  # noqa: B018 - a bug, on purpose
        except ZeroDivisionError:
            logging.getLogger("x").exception("a driver crashed")
    finally:
        stop_log(handler)
    assert "ZeroDivisionError: division by zero" in str(lines(tmp_path)[0]["exception"])


def test_the_log_turns_over_before_it_fills_the_disk(tmp_path: Path) -> None:
    handler = start_log(tmp_path)
    try:
        log = logging.getLogger("x")
        for _ in range(12):
            log.warning("x" * (MAX_BYTES // 10))
    finally:
        stop_log(handler)
    assert len(list(tmp_path.glob("heatdesk.log*"))) == 2
    assert all(f.stat().st_size <= MAX_BYTES for f in tmp_path.glob("heatdesk.log*"))


def test_a_fault_leaves_a_report_without_values(tmp_path: Path) -> None:
    heard: list[str] = []
    crash = CrashReports(tmp_path, lambda sentence, _path: heard.append(sentence))

    def fails(password: str) -> None:
        raise KeyError("which")

    secret = "esroh tcerroc"[::-1]  # what the trace shows of the source is not the value
    try:
        fails(secret)
    except KeyError as error:
        path = crash.report(error, "a test")
    text = path.read_text(encoding="utf-8")
    assert "where: a test" in text
    assert "in fails" in text
    assert "correct horse" not in text
    assert heard == ["KeyError: 'which'"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_in_any_thread_is_reported(tmp_path: Path) -> None:
    crash = CrashReports(tmp_path)
    before = (sys.excepthook, threading.excepthook)
    crash.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0, name="reader 3")
        thread.start()
        thread.join()
    finally:
        crash.uninstall()
        sys.excepthook, threading.excepthook = before
    (report,) = tmp_path.glob("crash-*.txt")
    assert "where: reader 3" in report.read_text(encoding="utf-8")


def test_a_fault_on_the_loop_is_reported(tmp_path: Path) -> None:
    crash = CrashReports(tmp_path)
    loop = asyncio.new_event_loop()
    crash.on_loop(loop, {"message": "Task failed", "exception": ValueError("odd")})
    crash.on_loop(loop, {"message": "only words"})
    loop.close()
    assert len(list(tmp_path.glob("crash-*.txt"))) == 1
