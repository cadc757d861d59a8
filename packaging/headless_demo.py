"""Run the demo plant for a minute without a screen and leave what a visitor would look at.

Usage: python packaging/headless_demo.py [--out FOLDER] [--for SECONDS] [options for heatdesk
demo], with the Python of the environment; `python3 dev.py run` does where no display is.
While the simulated plant runs, pictures of the pages and the commissioning report are asked
of it; at the end the folder holds them, what the demo said, and a summary.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEATDESK = (str(Path(sys.executable).parent / "heatdesk"),)

# Asked for when every device is online; on a slow machine at the latest after this.
PATIENCE_S = 25.0
ERRAND_TIMEOUT_S = 120.0
# The plant itself needs one of the two cores of a small machine.
ERRANDS_AT_ONCE = 1


@dataclass(frozen=True)
class Errand:
    """One file that a command makes while the plant runs."""

    file: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Fetched:
    """What became of an errand; the complaint is empty when the file is there."""

    file: str
    complaint: str


class DemoPlant:
    """The demo as a process of its own; what it says is shown, kept and watched."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=environment(),
        )
        self._log = log
        self._ready = threading.Event()
        self._said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_online(self, timeout_s: float) -> bool:
        """Wait until every device answers, or the time is over; tell which it was."""
        return self._ready.wait(timeout_s)

    def wait_until_ended(self) -> tuple[int, dict[str, object]]:
        """Wait for the end; return the exit code and the closing line's figures."""
        self._reader.join()
        return self._process.wait(), closing_figures(self._said)

    def end(self) -> None:
        """End a plant that nobody waits for any more."""
        if self._process.poll() is None:
            self._process.terminate()
        self._reader.join()

    def _read(self) -> None:
        with self._process, self._log.open("w", encoding="utf-8") as log:
            for line in self._process.stdout or ():
                log.write(line)
                self._said.append(line)
                tell(line.rstrip())
                if all_online(line):
                    self._ready.set()
        self._ready.set()  # it ended: nothing is left to wait for


def main(arguments: Sequence[str], heatdesk: Sequence[str] = HEATDESK) -> int:
    """Run the plant and the errands; 0 when the plant ended well and every file is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    now = datetime.now(UTC)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "output" / f"{now:demo-%Y%m%d-%H%M%S}"
    )
    parser.add_argument("--for", dest="seconds", default="60")
    chosen, rest = parser.parse_known_args(arguments)
    folder: Path = chosen.out.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    project = folder / "project"
    # Of the meters some never come online: their keys are wrong.
    options = ["--no-meters", "--headless", "--for", chosen.seconds, "--dir", str(project)]
    plant = DemoPlant(
        [*heatdesk, "demo", *(rest or ["--small"]), *options],
        folder / "demo.log",
    )
    try:
        plant.wait_until_online(PATIENCE_S)
        fetched = list(run_errands(errands(heatdesk, project), heatdesk, folder))
        code, figures = plant.wait_until_ended()
    finally:
        plant.end()
    lines = list(summary(code, figures, fetched))
    (folder / "summary.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")
    tell("\n".join(["", *lines, "", f"All of it lies in {folder}"]))
    return 0 if code == 0 and not any(done.complaint for done in fetched) else 1


def errands(heatdesk: Sequence[str], project: Path) -> Iterator[Errand]:
    """Yield what to fetch: the report in both forms, then each page by day and one by night."""
    for ending in ("pdf", "xlsx"):
        file = f"commissioning.{ending}"
        yield Errand(file, ("report", "commissioning", str(project), "--out", file))
    pages = listed(heatdesk, "shot", "--list")
    for page in pages:
        yield _picture(page, project, "day")
    for page in pages[-1:]:
        yield _picture(page, project, "night")


def _picture(page: str, project: Path, theme: str) -> Errand:
    file = f"{page.replace('/', '-')}-{theme}.png"
    return Errand(file, ("shot", page, str(project), "--out", file, "--theme", theme))


def run_errands(
    wanted: Iterable[Errand], heatdesk: Sequence[str], folder: Path
) -> Iterator[Fetched]:
    """Run the errands in the folder and yield what became of each, in their order."""

    def fetch(errand: Errand) -> Fetched:
        complaint = complaint_of([*heatdesk, *errand.command], folder)
        if not complaint and not (folder / errand.file).is_file():
            complaint = "the command ended well, yet the file is not there"
        return Fetched(errand.file, complaint)

    with ThreadPoolExecutor(ERRANDS_AT_ONCE) as pool:
        yield from pool.map(fetch, wanted)


def complaint_of(command: Sequence[str], folder: Path) -> str:
    """Run a command; return why it failed, in its own words, or nothing."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=ERRAND_TIMEOUT_S,
            env=environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {ERRAND_TIMEOUT_S:.0f} s"
    said = done.stderr.strip() or done.stdout.strip() or "it said nothing"
    return f"exit code {done.returncode}: {said.splitlines()[-1]}" if done.returncode else ""


def listed(heatdesk: Sequence[str], *command: str) -> list[str]:
    """Return the names that a command lists, one per line; the first word is the name."""
    said = subprocess.run(
        [*heatdesk, *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        check=False,
    ).stdout
    return [line.split()[0] for line in said.splitlines() if line.strip()]


def all_online(line: str) -> bool:
    """Tell whether a line of the demo reports all devices online, as in "16/16 online"."""
    found = re.search(r"(\d+)\s*(?:/|of)\s*(\d+)", line)
    return found is not None and found[1] == found[2]


def closing_figures(lines: Sequence[str]) -> dict[str, object]:
    """Return the demo's closing line, one JSON object; empty when it never came."""
    for line in reversed(lines):
        if line.startswith("{"):
            try:
                figures = json.loads(line)
            except ValueError:
                return {}
            return figures if isinstance(figures, dict) else {}
    return {}


def summary(code: int, figures: dict[str, object], fetched: Sequence[Fetched]) -> Iterator[str]:
    """Yield the lines of the summary."""
    yield f"The demo plant ended with exit code {code}."
    yield from (f"  {name}: {value}" for name, value in figures.items())
    if not figures:
        yield "  It closed without its figures; demo.log says why."
    yield "Files:"
    for done in fetched:
        yield f"  {done.file}{f': missing, {done.complaint}' if done.complaint else ''}"
    yield "  demo.log"


def environment() -> dict[str, str]:
    """Return the environment of every command: no window is opened, text is UTF-8."""
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}


def tell(text: str) -> None:
    """Show text, whatever the terminal's code page."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
