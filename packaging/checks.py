"""Run every check of the project beside the tests, and say at the end which of them failed.

Usage: python packaging/checks.py [options for pytest], with the Python of the environment;
`python3 dev.py test` does. All checks run even when one fails; the last line is pytest's.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent

# All may take a quarter of an hour on two cores. What hangs is ended: the tests only well after
# that, because a busy machine makes them slow and not wrong.
CHECK_TIMEOUT_S = 900  # beside the tests, behind them
TESTS_TIMEOUT_S = 1500
# Tests start servers and windows and wait for them: one process more than the two cores of
# the small machines this must run on keeps those busy; more get in each other's way.
TEST_PROCESSES = 3

# Types, for both systems that we serve: what Windows lacks (os.geteuid, signal.SIGKILL)
# shows here without a Windows machine. There the Linux halves of a module are unreachable, and
# rightly so. Each system has its own cache, or they undo each other.
_SCRIPTS = (
    "dev.py",
    *sorted(f"packaging/{file.name}" for file in Path(__file__).parent.glob("*.py")),
)
_WINDOWS = ("--platform", "win32", "--no-warn-unreachable", "--cache-dir", ".mypy_cache/win32")
# Tests wait for servers and windows and leave a sixth of two cores idle: the checks take that.
_BEHIND = 5  # niceness
_NOTHING_KEPT = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Check:
    """One program that looks at the project's files."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a check ended; the text is all it said."""

    name: str
    code: int
    seconds: float
    text: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.code == 0 else 'FAIL'}  {self.name:22} {self.seconds:6.1f} s"


# One lane per core, with the types of one system each: those take nearly all of the time.
LANES: tuple[tuple[Check, ...], ...] = (
    (
        Check("types", ("mypy",)),
        Check("types of the scripts", ("mypy", *_SCRIPTS)),
        Check("style", ("ruff", "check", ".")),
        Check("format", ("ruff", "format", "--check", ".")),
        Check("imports", ("lint-imports",)),
    ),
    (
        Check("types on Windows", ("mypy", *_WINDOWS)),
        Check("scripts on Windows", ("mypy", *_WINDOWS, *_SCRIPTS)),
        Check("house rules", ("python", "packaging/gates.py")),
    ),
)


def main(arguments: Sequence[str]) -> int:
    """Run everything; 0 only when all is well."""
    with ThreadPoolExecutor(1) as beside:
        checks = beside.submit(run_checks, LANES)
        tests = run_tests(arguments)
        outcomes = [*checks.result(), tests]
    sys.stdout.write("\n")
    for outcome in outcomes:
        sys.stdout.write(f"{outcome}\n")
    failed = [outcome.name for outcome in outcomes if outcome.code != 0]
    sys.stdout.write(f"\nFailed: {', '.join(failed)}\n" if failed else "\nAll is well.\n")
    sys.stdout.write(f"{outcomes[-1].text}\n")
    return 1 if failed else 0


def run_checks(lanes: Sequence[Sequence[Check]]) -> list[Outcome]:
    """Run the lanes side by side; report each check the moment it ends."""

    def run_lane(lane: Sequence[Check]) -> list[Outcome]:
        return [reported(run_check(check)) for check in lane]

    with ThreadPoolExecutor(len(lanes)) as pool:
        return [outcome for lane in pool.map(run_lane, lanes) for outcome in lane]


def reported(outcome: Outcome) -> Outcome:
    """Write how a check ended, with what it said when it found something; hand it on."""
    said = f"{outcome.text.rstrip()}\n" if outcome.code != 0 else ""
    sys.stdout.write(f"{outcome}\n{said}")
    sys.stdout.flush()
    return outcome


def run_check(check: Check) -> Outcome:
    """Run one check without a keyboard and keep what it says."""
    started = time.monotonic()
    with begun(check.command) as program:
        stand_behind(program.pid)
        try:
            text, _nothing = program.communicate(timeout=CHECK_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            end_with_descendants(program.pid)
            text = f"did not end within {CHECK_TIMEOUT_S} s"
    seconds = time.monotonic() - started
    return Outcome(check.name, program.returncode, seconds, text)


def begun(command: Sequence[str]) -> subprocess.Popen[str]:
    """Begin a program of the environment: without a keyboard, all it says in one stream."""
    return subprocess.Popen(
        [str(PROGRAMS / command[0]), *command[1:]],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


def stand_behind(pid: int) -> None:
    """Let a process have what others leave of the processors."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            process.nice(os.getpriority(os.PRIO_PROCESS, 0) + _BEHIND)


def run_tests(arguments: Sequence[str]) -> Outcome:
    """Run pytest, showing its lines as they come; the outcome's text is its closing line."""
    started = time.monotonic()
    # Whole modules, in the order of tests/order.py.
    workers = ("-n", str(TEST_PROCESSES), "--dist", "loadfile", "--no-loadscope-reorder")
    tests = begun(("python", "-m", "pytest", *workers, *arguments))
    with tests, ThreadPoolExecutor(1) as pool:
        closing = pool.submit(last_line, shown(tests))
        try:
            code = tests.wait(TESTS_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            end_with_descendants(tests.pid)
            sys.stdout.write(f"The tests did not end within {TESTS_TIMEOUT_S} s.\n")
            code = 1
        return Outcome("tests", code, time.monotonic() - started, closing.result())


def end_with_descendants(pid: int) -> None:
    """End a process that hangs and all it started; a server left over keeps the pipe open."""
    first = psutil.Process(pid)
    for process in [first, *first.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def shown(process: subprocess.Popen[str]) -> Iterator[str]:
    """Write a program's lines as they come, and yield them."""
    for line in process.stdout or ():
        sys.stdout.write(line)
        sys.stdout.flush()
        yield line


def last_line(lines: Iterator[str]) -> str:
    """Return the last line that is not empty."""
    kept = deque((line.rstrip() for line in lines if line.strip()), maxlen=1)
    return kept[0] if kept else "pytest said nothing."


def environment() -> dict[str, str]:
    """Return the environment of every check: no window, no colours, text as UTF-8.

    What is compiled is kept: tests start hundreds of processes, and one that reads the whole
    product as text first needs half a second more.
    """
    return {
        **{name: value for name, value in os.environ.items() if name != _NOTHING_KEPT},
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
