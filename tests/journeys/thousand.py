"""A window over very many devices in a process of its own; prints what it holds in memory."""

import json
import sys
from pathlib import Path

import psutil

from app.compose.joining import join
from benchmarks.loaddevices import LOGIN, WORD
from tests.journeys.screen import Screen

_MB = 1_000_000
ALL_WITHIN_S = 60.0
GOES_ON_S = 3.0


def main(folder: Path, count: int) -> None:
    """Open the Devices page, wait until every device is online, open one, tell the memory."""
    with join(folder, LOGIN, WORD) as joined:
        screen = Screen(joined)
        screen.until(lambda: online(screen) == count, ALL_WITHIN_S, "every device online")
        screen.open_device("Device 7")
        screen.live(GOES_ON_S)
        figures = {
            "online": online(screen),
            "rss_mb": psutil.Process().memory_info().rss / _MB,
            "shown": sum(1 for words in screen.words() if words),
        }
        screen.close()
    sys.stdout.write(json.dumps(figures) + "\n")


def online(screen: Screen) -> int:
    """Return how many devices are online, as the bar above the pages says."""
    words = screen.words()
    return int(words[words.index("online") - 1]) if "online" in words else -1


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
