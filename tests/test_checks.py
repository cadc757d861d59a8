"""One failing check neither hides the others nor passes for a success."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.scripts import load_script

checks = load_script("checks")


def program(text: str, name: str = "sample") -> object:
    return checks.Check(name, (sys.executable, "-c", text))


def test_all_checks_run_though_the_first_one_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lanes = (
        (
            program("print('pump missing'); raise SystemExit(3)", "style"),
            program("print('fine')", "format"),
        ),
        (program("raise SystemExit(1)", "types"),),
    )
    outcomes = checks.run_checks(lanes)
    assert [(outcome.name, outcome.code) for outcome in outcomes] == [
        ("style", 3),
        ("format", 0),
        ("types", 1),
    ]
    shown = capsys.readouterr().out
    assert "pump missing" in shown
    assert "fine" not in shown


def test_a_check_gets_no_keyboard_and_no_window() -> None:
    text = "import os, sys; print(repr(sys.stdin.read()), os.environ['QT_QPA_PLATFORM'])"
    assert checks.run_check(program(text)).text.split() == ["''", "offscreen"]


def test_checks_stand_behind_the_tests() -> None:
    text = "import time, psutil; time.sleep(1); print(int(psutil.Process().nice()))"
    assert int(checks.run_check(program(text)).text) != int(psutil.Process().nice())


def test_a_check_that_hangs_is_ended_and_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECK_TIMEOUT_S", 1)
    outcome = checks.run_check(program("import time; time.sleep(60)"))
    assert outcome.code != 0
    assert outcome.text == "did not end within 1 s"


def test_tests_and_checks_run_side_by_side_and_both_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each waits for a file of the other: one after the other neither would end well."""
    waits = "import pathlib, time\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.05)\n"
    of_tests, of_checks = tmp_path / "tests", tmp_path / "checks"
    sample = tmp_path / "test_sample.py"
    sample.write_text(
        f"import pathlib, time\ndef test_a():\n    pathlib.Path({str(of_tests)!r}).touch()\n"
        f"    ends = time.monotonic() + 60\n"
        f"    while not pathlib.Path({str(of_checks)!r}).exists():\n"
        f"        assert time.monotonic() < ends\n"
        f"        time.sleep(0.05)\n",
        encoding="utf-8",
    )
    check = f"{waits.format(str(of_tests))}pathlib.Path({str(of_checks)!r}).touch()"
    failing = program("raise SystemExit(1)", "types")
    monkeypatch.setattr(checks, "LANES", ((program(check), failing),))
    code = checks.main(["--rootdir", str(tmp_path), "-p", "no:cacheprovider", str(sample)])
    shown = capsys.readouterr().out
    assert code == 1
    assert "Failed: types" in shown
    assert "1 passed" in shown.rstrip().splitlines()[-1]


def test_compiled_files_are_kept_for_the_processes_that_tests_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    outcome = checks.run_check(program("import sys; print(sys.dont_write_bytecode)"))
    assert outcome.text.split() == ["False"]


def test_a_check_that_says_strange_bytes_is_still_reported() -> None:
    outcome = checks.run_check(program(r"import sys; sys.stdout.buffer.write(b'\xff 5')"))
    assert outcome.text.endswith(" 5")


def test_the_outcome_of_the_tests_is_their_closing_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sample = tmp_path / "test_sample.py"
    sample.write_text("def test_a(): pass\ndef test_b(): assert False\n", encoding="utf-8")
    outcome = checks.run_tests(
        ["--rootdir", str(tmp_path), "-p", "no:cacheprovider", str(sample)]
    )
    assert outcome.code == 1
    assert "1 failed, 1 passed" in outcome.text
    assert outcome.text in capsys.readouterr().out


def test_the_last_line_with_words_counts() -> None:
    assert checks.last_line(iter(["collected 2\n", "2 passed\n", "\n"])) == "2 passed"
    assert checks.last_line(iter([])) == "pytest said nothing."


def test_tests_that_hang_are_ended_with_the_servers_they_started() -> None:
    server = "import time; print('up', flush=True); time.sleep(60)"
    text = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {server!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, encoding="utf-8"
    ) as hanging:
        assert hanging.stdout is not None
        assert hanging.stdout.readline() == "up\n"
        checks.end_with_descendants(hanging.pid)
        assert hanging.stdout.read() == ""  # nobody holds the pipe any more


def test_types_are_checked_for_windows_too() -> None:
    commands = [check.command for lane in checks.LANES for check in lane]
    assert sum("win32" in command for command in commands) == 2


def test_every_script_is_type_checked() -> None:
    scripts = set(checks.LANES[0][1].command)
    assert {"dev.py", "packaging/gates.py", "packaging/checks.py"} <= scripts
