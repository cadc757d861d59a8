"""A fault of ours never shows a trace to the user, and never fills the disk."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.crash import REPORTS_KEPT, CrashReports
from app.errors import BadInput

FAILED = 1


def failing(error: BaseException) -> object:
    def work() -> int:
        raise error

    return work


def test_a_folder_that_cannot_be_written_is_not_its_business(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file in its place", encoding="utf-8")
    crash = CrashReports(tmp_path / "logs")
    crash.install()
    try:
        assert crash.report(ValueError("odd"), "here").exists(), "among the temporary files"
    finally:
        crash.uninstall()


def test_what_goes_well_is_passed_on(tmp_path: Path) -> None:
    crash = CrashReports(tmp_path / "faults")
    assert crash.guarded(lambda: 4, lambda _error, _file: FAILED) == 4
    assert not (tmp_path / "faults").exists()


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("odd"), BadInput("x"), OSError(28, "full")]
)
def test_an_error_nobody_caught_becomes_a_report_and_an_exit_code(
    tmp_path: Path, error: Exception
) -> None:
    told: list[tuple[Exception, Path]] = []

    def failed(error: Exception, file: Path) -> int:
        told.append((error, file))
        return FAILED

    crash = CrashReports(tmp_path / "faults")
    assert crash.guarded(failing(error), failed) == FAILED  # type: ignore[arg-type]
    ((seen, file),) = told
    assert seen is error
    assert file.parent == tmp_path / "faults"
    text = file.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert type(error).__name__ in text


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)])
def test_a_wish_to_end_is_no_fault(tmp_path: Path, error: BaseException) -> None:
    crash = CrashReports(tmp_path)
    with pytest.raises(type(error)):
        crash.guarded(failing(error), lambda _error, _file: FAILED)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_where_the_folder_cannot_be_written_the_report_lies_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "faults").write_text("a file where the folder should be", encoding="utf-8")
    path = CrashReports(tmp_path / "faults").report(ZeroDivisionError("odd"), "a test")
    try:
        assert path.parent != tmp_path / "faults"
        assert "ZeroDivisionError" in path.read_text(encoding="utf-8")
    finally:
        path.unlink()


def test_only_the_newest_reports_are_kept(tmp_path: Path) -> None:
    crash = CrashReports(tmp_path)
    (tmp_path / "heatdesk.log").write_text("stays", encoding="utf-8")
    last = [crash.report(ValueError(str(n)), "a loop") for n in range(REPORTS_KEPT + 7)][-1]
    kept = sorted(tmp_path.glob("crash-*.txt"))
    assert len(kept) == REPORTS_KEPT
    assert kept[-1] == last
    assert (tmp_path / "heatdesk.log").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes none of itself")
def test_a_program_that_dies_leaves_no_file_of_its_memory(tmp_path: Path) -> None:
    dying = (
        "import os, resource\n"
        "_soft, most = resource.getrlimit(resource.RLIMIT_CORE)\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most))\n"
        "from app.cli.main import run\n"
        "assert run(['--help']) == 0\n"
        "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, most)\n"
        "os.abort()\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", dying], cwd=tmp_path, env={"PYTHONPATH": str(root)},
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode < 0, done.stderr.decode()
    assert b"AssertionError" not in done.stderr, done.stderr.decode()
    assert list(tmp_path.iterdir()) == []
