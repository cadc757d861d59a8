"""The processes of ``benchmarks.large``: one window each, asked by name, prints its figures."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import largerun, longrun
from benchmarks.offscreen import offscreen

WORK: Mapping[str, Callable[[Path], Mapping[str, float]]] = {
    "pages": largerun.pages,
    "start": largerun.start,
    "palette": largerun.palette,
    "table": longrun.table,
    "day": longrun.day,
    "years": longrun.years,
}

_LONGEST_S = 3600.0


def work(name: str, folder: Path) -> dict[str, float]:
    """Do one piece of work in a process of its own, without a display; its figures."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, name, str(folder)],
        env=offscreen(),
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_S,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Do one piece of work on a project folder, and print one line of JSON."""
    name, folder = sys.argv[1:]
    sys.stdout.write(json.dumps(WORK[name](Path(folder))) + "\n")


if __name__ == "__main__":
    main()
