"""The window over a large plant: 5,000 devices, 200,000 points; and what takes long in it."""

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.compose.picture import page_names
from benchmarks.bench import Bench, Promise, at_most
from benchmarks.largeplant import LARGE, SMALL, make_large
from benchmarks.largework import work
from benchmarks.longrun import fill_years

PAGE_MS = 300.0
PALETTE_MS = 150.0
DASHBOARD_S = 2.0
DESKTOP_MB = 600.0
TABLE_CORES = 0.25
LIVE_TIMES = 1.05
YEARS_S = 1.0


def run() -> Sequence[Promise]:
    """Measure each in a process of its own, without a display; takes six to eight minutes."""
    with tempfile.TemporaryDirectory() as place:
        large, small, years, rows = (
            Path(place) / name for name in ("large", "small", "years", "rows")
        )
        make_large(small, SMALL)
        # Of the day only the memory counts: meanwhile the other plants may be made.
        with ThreadPoolExecutor(1, "day") as aside:
            day = aside.submit(work, "day", small)
            points = make_large(large)
            make_large(years, SMALL)
            fill_years(years)
            told = {"day": day.result()}
        told |= {name: work(name, large) for name in ("pages", "start", "palette")}
        told |= {"table": work("table", rows), "years": work("years", years)}
        return judged(told, f"{LARGE.devices:,} devices, {points:,} points polled meanwhile")


def judged(told: Mapping[str, Mapping[str, float]], of: str) -> Sequence[Promise]:
    """Return the promises, given what each process told of a plant."""
    return [
        *_pages(told["pages"], of),
        *_quick(told["start"], told["palette"], of),
        *_long(told["table"], told["years"], told["day"]),
    ]


def _pages(told: Mapping[str, float], of: str) -> list[Promise]:
    detail = f"p95 of twelve openings until nothing is missing, painted; {of}; {{busy:.0f}} ms "
    detail += "with the time other programs kept the processors from the window"
    walked = (
        f"the most of {told['all_open_mb']:.0f} MB with {told['open_pages']:.0f} pages open at "
        f"once, {told['standing_mb']:.0f} MB with none, {told['walked_mb']:.0f} MB after every "
        f"page was opened and closed twelve times; {of}"
    )
    most = max(told[f"{name}_mb"] for name in ("standing", "walked", "all_open"))
    return [
        *(
            at_most(
                f"opening {name}",
                *(told[name], 1.0, PAGE_MS, "ms"),
                detail.format(busy=told[f"{name}, busy"]),
            )
            for name in page_names()
        ),
        at_most("memory of it all", most, 1.0, DESKTOP_MB, "MB", walked),
    ]


def _quick(start: Mapping[str, float], palette: Mapping[str, float], of: str) -> list[Promise]:
    begun = f"from the login to the start page, painted; before it {start['core_s']:.1f} s"
    return [
        at_most(
            "first paint of the dashboard",
            start["painted_s"],
            1.0,
            DASHBOARD_S,
            "s",
            f"{begun} to open the project; {of}",
        ),
        at_most(
            "a key stroke in the palette",
            max(palette["typed_ms"], palette["opened_ms"]),
            1.0,
            PALETTE_MS,
            "ms",
            f"p95 in the window, painted; opening it {palette['opened_ms']:.0f} ms; {of}",
        ),
    ]


def _long(
    table: Mapping[str, float], years: Mapping[str, float], day: Mapping[str, float]
) -> list[Promise]:
    return [
        at_most(
            "1,000 rows of ten live columns",
            table["cores"],
            1.0,
            TABLE_CORES,
            "cores",
            f"the whole process, making 18,000 readings a second included; painted "
            f"{table['hz']:.1f} times a second",
        ),
        at_most(
            "five years of twenty pens",
            years["seconds"],
            1.0,
            YEARS_S,
            "s",
            f"from the choice to the picture, {years['samples']:,.0f} samples read from "
            f"the store; the best of five, the first {years['first_s']:.2f} s",
        ),
        at_most(
            "memory of a day of the live chart",
            day["last_mb"],
            day["first_mb"],
            LIVE_TIMES,
            "MB",
            f"{day['pens']:.0f} pens asked of the device every 10 s, drawn each time; the "
            "last 18 hours against the first 6",
        ),
    ]


BENCH = Bench("large", "pages, palette, memory over 5,000 devices; long tables and charts", run)
