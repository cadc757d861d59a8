"""Which of the readings that were due came: a row a device, its sums, the same as a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.asked import DeviceView
from app.model.counter import INDEX_ROLES
from app.model.performance import RECEIVED, Performance
from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId, Quality, point_id
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from app.words import _, ngettext, retold
from widgets.consumption.remarks import moment_words
from widgets.controls.marks import Mark
from widgets.controls.quality import NO_VALUE, figures, quality_word
from widgets.models.rows import Cell, Column

DECIMALS = 1  # of a percentage
_NAME_PX, _AREA_PX, _COUNT_PX = 170, 120, 84
_ALL = 100.0
# By what a device is judged when it has no index, the first that it has.
_MEANT = ("temperature.supply", "temperature.return", "temperature.outdoor", "power")


@dataclass(frozen=True, slots=True)
class Row:
    """One device and what came of its readings."""

    view: DeviceView
    told: Performance

    @property
    def is_whole(self) -> bool:
        """Whether everything that was due came."""
        return self.told.received >= self.told.expected


def judged_by(roles: Mapping[str, PointSpec]) -> PointSpec | None:
    """Return the point a device's readings are counted by: its index, else a temperature."""
    wanted = (*sorted(INDEX_ROLES), *_MEANT, *sorted(roles))
    for role in wanted:
        spec = roles.get(role)
        if spec is not None and spec.kind is ValueKind.NUMBER and spec.live:
            return spec
    return None


def points_of(
    alike: Iterable[tuple[Mapping[str, PointSpec], Sequence[DeviceView]]],
) -> list[tuple[DeviceView, PointId]]:
    """Return each device that can be judged with the point it is judged by."""
    found = []
    for roles, views in alike:
        spec = judged_by(roles)
        if spec is not None:
            found += [(view, point_id(view.config.id, spec.key)) for view in views]
    return found


def together(rows: Iterable[Performance]) -> tuple[int, int]:
    """Return how many readings were due of all, and how many came."""
    expected = received = 0
    for each in rows:
        expected, received = expected + each.expected, received + each.received
    return expected, received


def summary(rows: Sequence[Row]) -> str:
    """Return the sums of devices in a sentence."""
    expected, received = together(row.told for row in rows)
    if not expected:
        return _("No reading was due in this time.")
    lacking = sum(not row.is_whole for row in rows)
    told = _("{percent} % of {expected} readings received").format(
        percent=figures(share(received, expected), DECIMALS), expected=figures(expected, 0)
    )
    more = ngettext("{count} device lacks some", "{count} devices lack some", lacking)
    return f"{told}, " + more.format(count=figures(lacking, 0))


def share(part: int, whole: int) -> float:
    """Return a part in percent; never 100.0 while something lacks, nor 0.0 while some came."""
    percent = _ALL * part / whole
    least = 10.0**-DECIMALS
    if part < whole and round(percent, DECIMALS) >= _ALL:
        return _ALL - least
    return max(percent, least) if part else 0.0


def percent_words(part: int, whole: int) -> str:
    """Return a part in percent as it is shown; an en dash where nothing was due."""
    return figures(share(part, whole), DECIMALS) if whole else NO_VALUE


def qualities_in(rows: Iterable[Row]) -> list[Quality]:
    """Return good and every other quality that occurs, the best first."""
    met = {quality for row in rows for quality in row.told.by_quality}
    order = sorted(Quality, key=lambda each: each not in RECEIVED)
    return [each for each in order if each is Quality.GOOD or each in met]


def columns(qualities: Sequence[Quality], zone: tzinfo | None) -> list[Column[Row]]:
    """Return the columns of the table; shares are percentages of what was due."""
    made: list[Column[Row]] = [
        Column("device", lambda: _("Device"), _name, _NAME_PX, stretch=True),
        Column("area", lambda: _("Area"), lambda row: Cell(row.view.config.area), _AREA_PX),
        _percent("percent", _("Received") + " %", lambda row: row.told.received),
        _count("received", _("Received"), lambda row: row.told.received),
        _count("expected", _("Due"), lambda row: row.told.expected),
    ]
    made += [_percent(each.value, quality_word(each) + " %", _of(each)) for each in qualities]
    made.append(_percent("nothing", _("nothing") + " %", lambda row: max(row.told.missing, 0)))
    made.append(
        Column(
            "since",
            lambda: _("Due since"),
            lambda row: Cell(moment_words(row.told.since, zone)),
            140,
            order=lambda row: row.told.since,
        )
    )
    return made


def sheet(
    rows: Sequence[Row],
    qualities: Sequence[Quality],
    made: tuple[datetime, str],
    zone: tzinfo | None,
    words: Words,
) -> PlainTable:
    """Return the rows shown for a file; ``made`` is when and by whom."""
    _ = words

    def told(text: str) -> str:
        return retold(text, words.language)

    heads = [_("Device"), _("Area"), _("Received") + " %", _("Received"), _("Due")]
    heads += [told(quality_word(each)) + " %" for each in qualities]
    heads += [_("nothing") + " %", _("Due since")]
    filled: list[list[Content]] = []
    for row in rows:
        due, came = row.told.expected, row.told.received
        counts = [row.told.by_quality.get(each, 0) for each in qualities]
        counts.append(max(row.told.missing, 0))
        filled.append(
            [
                row.view.config.name,
                row.view.config.area or None,
                fixed(came, due),
                came,
                due,
                *(fixed(each, due) for each in counts),
                moment_words(row.told.since, zone),
            ]
        )
    name = str(getattr(zone, "key", "") or "UTC")
    return PlainTable(_("Readings received"), name, *made, tuple(heads), filled)


def fixed(part: int, whole: int) -> Fixed | None:
    """Return a part in percent for a file; None where nothing was due."""
    return Fixed(round(share(part, whole), DECIMALS), DECIMALS) if whole else None


def _name(row: Row) -> Cell:
    mark = None if row.is_whole else Mark("warning")
    return Cell(row.view.config.name, mark)


def _of(quality: Quality) -> Callable[[Row], int]:
    return lambda row: row.told.by_quality.get(quality, 0)


def _count(name: str, words: str, of: Callable[[Row], int]) -> Column[Row]:
    return Column(
        name, lambda: words, lambda row: Cell(figures(of(row), 0)), _COUNT_PX, of, right=True
    )


def _percent(name: str, words: str, of: Callable[[Row], int]) -> Column[Row]:
    return Column(
        name,
        lambda: words,
        lambda row: Cell(percent_words(of(row), row.told.expected)),
        _COUNT_PX,
        lambda row: of(row) / row.told.expected if row.told.expected else -1.0,
        right=True,
    )
