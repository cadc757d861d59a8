"""How long the palette takes to answer a key stroke over 15,000 objects."""

from collections.abc import Sequence
from statistics import quantiles

from benchmarks.bench import Bench, Promise, at_most
from benchmarks.watch import Watch
from widgets.palette.finder import Entry, EntryKind, Finder

OBJECTS = 15_000
BAR_MS = 150.0
_STREETS = ("Ahornvej", "Birkevej", "Østergade", "Havnegade", "Skolegade", "Torvet", "Kajen")
_ASKED = ("a", "ah", "aho", "ahornvej 14", "vej 9", "østergade 77", "havn 12 603", "zzz", "o6")


def run() -> Sequence[Promise]:
    """Ask as somebody types: short and long, found and not found."""
    finder = Finder(
        Entry(
            EntryKind.DEVICE,
            f"device-{number}",
            f"{_STREETS[number % len(_STREETS)]} {number // len(_STREETS)}",
            f"Midtbyen · MULTICAL 603 · {60_000_000 + number} · 10.0.{number % 250}.7 · 1",
        )
        for number in range(OBJECTS)
    )
    taken_ms = []
    for text in _ASKED * 3:
        watch = Watch()
        finder.find(text)
        taken_ms.append(watch.own_ms())
    worst, p90 = max(taken_ms), quantiles(taken_ms, n=10)[-1]
    detail = (
        f"{OBJECTS} objects, {len(taken_ms)} questions: p90 {p90:.0f} ms, worst {worst:.0f}"
    )
    return [at_most("an answer of the palette", worst, BAR_MS, 1.0, "ms", detail)]


BENCH = Bench("palette", "the palette's answer over 15,000 objects", run)
