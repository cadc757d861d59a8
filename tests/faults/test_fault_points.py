"""Whatever a disk does in the middle of a change leaves the old or the new, never a mix.

A fault moves through every write of ten scenarios: an error once, an error from there on,
a disk that is full for a while, a write that is cut in half by a power cut. A few points go
with every run; all of them are a campaign (``pytest -s -m campaign``), in which a runner for
each processor takes one point after the other and says every hundred how far they are.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

HERE = Path(__file__).parent
KINDS = ("once", "forever", "full", "torn")
CHANGING = ("history", "quarantine", "project", "backups")
KEEPING = ("thinning", "importing", "days", "presences", "alarms")
SCENARIOS = (*CHANGING, *KEEPING, "upgrading")
RUNNERS = int(os.environ.get("HEATDESK_RUNNERS", os.cpu_count() or 1))
Point = tuple[str, str, int]  # scenario, kind of fault, which change of the disk


class Faulty:
    """The runner, with the shim loaded before the C library."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.tried = Counter[str]()

    def ask(self, scenario: str, kind: str, point: int) -> dict[str, Any]:
        """Try one point."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{scenario} {kind} {point}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the runner ended at {scenario} {kind} {point}"
        self.tried[kind] += kind != "none"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def points(self, scenario: str) -> int:
        """Return how many changes of the disk a scenario makes where nothing fails."""
        answer = self.ask(scenario, "none", 0)
        assert answer["fault"] == "", answer
        assert answer["points"] > 10
        return int(answer["points"])


@contextmanager
def faulty(home: Path) -> Iterator[Faulty]:
    """Compile the shim and start the runner; skips loudly where that cannot be done."""
    compiler = shutil.which("cc")
    if not sys.platform.startswith("linux") or compiler is None:
        pytest.skip("NOT PROVED HERE: faults of a disk need Linux and a C compiler (cc)")
    shim = home / "shim.so"
    build = [compiler, "-shared", "-fPIC", "-O1", "-o", str(shim), str(HERE / "shim.c"), "-ldl"]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"NOT PROVED HERE: the shim cannot be compiled: {done.stderr[:200]}")
    command = [sys.executable, "-m", "tests.faults.running", str(home / "work")]
    surroundings = os.environ | {
        "LD_PRELOAD": str(shim),
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    with (
        (home / "errors").open("w") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=surroundings,
        ) as process,
    ):
        yield Faulty(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    with faulty(tmp_path_factory.mktemp("faults")) as runner:
        yield runner


def test_a_fault_at_any_of_some_points_leaves_the_old_or_the_new(runner: Faulty) -> None:
    chance, wrong = random.Random(17), list[str]()
    for scenario in SCENARIOS:
        points = runner.points(scenario)
        for kind in chance.sample(KINDS, 2):
            at = chance.randrange(1, points + 1)
            answer = runner.ask(scenario, kind, at)
            if answer["fault"]:
                wrong.append(f"{scenario}, {kind} at {at} of {points}: {answer['fault']}")
    assert wrong == []


def every_point(runners: Sequence[Faulty]) -> list[str]:
    """Try all points there are, shared out among some runners; what is wrong."""
    left, wrong = SimpleQueue[Point](), list[str]()
    points = {scenario: runners[0].points(scenario) for scenario in SCENARIOS}
    for scenario, kind in product(SCENARIOS, KINDS):
        for at in range(1, points[scenario] + 1):
            left.put((scenario, kind, at))
    sys.stdout.write(f"changes of the disk: {points}\n")

    def work(runner: Faulty) -> None:
        while True:
            try:
                scenario, kind, at = left.get_nowait()
            except Empty:
                return
            answer = runner.ask(scenario, kind, at)
            if answer["fault"]:
                wrong.append(f"{scenario}, {kind} at {at}: {answer['fault']}")
                sys.stdout.write(f"{wrong[-1]}\n")
            if not left.qsize() % 100:
                sys.stdout.write(f"{left.qsize()} points are left, {len(wrong)} wrong\n")
                sys.stdout.flush()

    with ThreadPoolExecutor(len(runners)) as threads:
        list(threads.map(work, runners))
    return wrong


@pytest.mark.campaign
@pytest.mark.timeout(14400)
def test_a_fault_at_every_point_leaves_the_old_or_the_new(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with ExitStack() as all_of_them:
        runners = [
            all_of_them.enter_context(faulty(tmp_path_factory.mktemp("faults")))
            for _ in range(RUNNERS)
        ]
        wrong = every_point(runners)
        tried = sum((runner.tried for runner in runners), Counter[str]())
    sys.stdout.write(f"points: {tried.total()} {dict(tried)}\n")
    assert tried.total() >= 2000
    assert wrong == []


def test_a_disk_that_is_broken_for_good_acknowledges_nothing(runner: Faulty) -> None:
    for scenario in SCENARIOS:
        answer = runner.ask(scenario, "forever", 1)
        assert answer["fault"] == ""
        assert set(answer["well"]) <= {"drop", "compact"}  # where nothing had to be changed


def test_a_file_that_was_half_taken_in_is_let_go_of_on_a_broken_disk(runner: Faulty) -> None:
    points = runner.points("importing")
    for at in range(points // 4, points // 2):
        assert runner.ask("importing", "forever", at)["fault"] == ""
