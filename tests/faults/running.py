"""Runs scenarios with a fault at each of many points; every try is a process of its own.

Started with the shim before the C library. Each line of standard input is ``scenario kind
point``; each answer a line of JSON. Kind ``none`` counts the points there are.
"""

import ctypes
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.faults.keeping import KEEPING
from tests.faults.scenarios import SCENARIOS as CHANGING
from tests.faults.upgrading import UPGRADING

SCENARIOS = CHANGING | KEEPING | UPGRADING
KINDS = {"none": 0, "once": 1, "forever": 2, "full": 3, "torn": 4}
FULL_FOR = 25  # changes that find the disk full, until somebody makes room
NO_FORK = "Windows forks no process"


class Tell:
    """Writes lines to whoever waits for them; each is there when the call returns."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def __call__(self, line: str) -> None:
        os.write(self._pipe, (line + "\n").encode())


def main() -> int:
    """Answer until standard input ends."""
    base = Path(sys.argv[1])
    for name, scenario in SCENARIOS.items():
        home = base / "prepared" / name
        home.mkdir(parents=True)
        scenario.prepare(home)
    for line in sys.stdin:
        scenario_name, kind, point = line.split()
        answer = one(base, scenario_name, kind, int(point))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 0


def one(base: Path, name: str, kind: str, point: int) -> dict[str, object]:
    """Try a scenario with a fault; what it said, and what is wrong with what is left."""
    home = base / "tried"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(base / "prepared" / name, home)
    code, said = forked(lambda tell: work(home, name, kind, point, tell))
    well = {each[1:] for each in said if each.startswith("+")}
    points = next((int(each[1:]) for each in said if each.startswith("=")), 0)
    if code not in (0, 99):
        fault = f"the program ended with {code}: {said[-1:]}"
        return {"fault": fault, "points": points, "well": sorted(well), "killed": False}
    killed = code == 99  # as the shim ends it
    checked, told = forked(lambda tell: tell(look(home, name, well, killed=killed)))
    fault = told[0] if told else f"looking ended with {checked}"
    return {"fault": fault, "points": points, "well": sorted(well), "killed": killed}


def work(home: Path, name: str, kind: str, point: int, tell: Tell) -> None:
    """Arm the shim and do a scenario's work."""
    shim = ctypes.CDLL(None)
    where = str(home).encode()
    shim.fault_arm(where, KINDS[kind], ctypes.c_long(point), ctypes.c_long(point + FULL_FOR))
    SCENARIOS[name].work(home, lambda step: tell(f"+{step}"))
    shim.fault_count.restype = ctypes.c_long
    count = shim.fault_count()
    shim.fault_arm(b"", 0, ctypes.c_long(0), ctypes.c_long(0))
    tell(f"={count}")


def look(home: Path, name: str, well: set[str], *, killed: bool) -> str:
    """Return what is wrong with what is left, in one line."""
    return SCENARIOS[name].fault_of(home, well, killed=killed).replace("\n", " ")


def forked(do: Callable[[Tell], object]) -> tuple[int, list[str]]:
    """Do something in a process of its own; its exit code and the lines it told."""
    if sys.platform == "win32":
        raise OSError(NO_FORK)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        tell, code = Tell(writing), 97
        try:
            do(tell)
            code = 0
        finally:
            if sys.exc_info()[0] is not None:  # told to the parent, whatever it is
                tell("!" + traceback.format_exc().strip().replace("\n", " | ")[-900:])
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as lines:
        said = lines.read().splitlines()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


if __name__ == "__main__":
    sys.exit(main())
