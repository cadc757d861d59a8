"""All that is kept of a resident, packed for him: JSON, CSV, a spreadsheet and documents."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise

from app.history.readings import to_moment
from app.model.customer import Customer
from app.model.reading import DeviceId, PointId, split_point
from app.personal.handedout import handed_out
from app.personal.meterindex import months, used_between
from app.personal.reaching import looking
from app.personal.site import Site
from app.project.callname import Finder
from app.project.erasures import ErasedMeter, Tombstone
from app.project.opening import Project
from app.project.ownrows import moment_text
from app.project.residentrows import named_documents
from app.project.upgrade import CONFIG, JOURNAL
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import PlainTable, plain_csv, plain_xlsx
from app.reports.words import Words
from app.series import QUALITY_CODES, Series

_STREAMS = ("quarter", "fast")


def packed(
    project: Project, site: Site, customer: Customer, stone: Tombstone, finder: Finder,
    made: tuple[datetime, str], words: Words,
) -> bytes:  # fmt: skip
    """Return the ZIP; blocks for seconds.

    Args:
        project: Where his data lie.
        site: What his meters are.
        customer: Who he is.
        stone: What an erasure of him would take, which is what is his.
        finder: Finds him in texts.
        made: When, and the name of who hands it out.
        words: The language of the tables.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        about = {
            "made_at": made[0].isoformat(),
            "customer": asdict(customer),
            "versions": [asdict(each) for each in project.customers.versions(customer.id)],
            "notes": _notes(project, stone),
            "alarms": _alarms(project, stone),
            "files made": handed_out(project, stone, finder),
        }
        pack.writestr(
            "person.json", json.dumps(about, default=str, ensure_ascii=False, indent=1)
        )
        table = _readings(site, stone.meters, made, words)
        pack.writestr("readings.csv", plain_csv(table, words))
        pack.writestr("readings.json", json.dumps([*map(list, table.rows)], default=_number))
        rolled = _rolled_up(site, stone.meters, made, words)
        pack.writestr("months.csv", plain_csv(rolled, words))
        pack.writestr("months.xlsx", plain_xlsx(rolled, words))
        for name, content in _documents(project, stone, finder):
            pack.writestr(f"documents/{name}", content)
    return out.getvalue()


def _readings(
    site: Site, meters: Sequence[ErasedMeter], made: tuple[datetime, str], _: Words
) -> PlainTable:
    rows = [row for meter in meters for row in _rows_of(site, meter)]
    heads = (_("Moment (UTC)"), _("Meter"), _("Point"), _("Value"), _("Unit"), _("Quality"))
    return PlainTable(_("Readings"), site.plant.zone, *made, heads, rows)


def _rows_of(site: Site, meter: ErasedMeter) -> Iterator[tuple[str | float | None, ...]]:
    specs = site.specs(meter.meter)
    points = site.history.points_of(DeviceId(meter.meter))
    for stream in _STREAMS:
        for held in site.history.ranges(points, meter.since, meter.until, stream):
            key = split_point(held.point)[1]
            spec = specs.get(key)
            name, unit = (key, "") if spec is None else (spec.name, spec.unit)
            for at, value, code in zip(
                held.times_ms.tolist(), held.values.tolist(), held.quality.tolist(), strict=True
            ):
                told_value = None if value != value else float(value)  # noqa: PLR0124 - NaN
                quality = QUALITY_CODES[code].value
                yield to_moment(at).isoformat(), meter.meter, name, told_value, unit, quality


def _rolled_up(
    site: Site, meters: Sequence[ErasedMeter], made: tuple[datetime, str], _: Words
) -> PlainTable:
    """Return what his meters counted, month by month of his contract."""
    rows: list[tuple[str | Fixed | None, ...]] = []
    for meter in site.once(meters):
        begins = months(meter.since, meter.until, site.zone)
        bounds = [max(begins[0], meter.since), *begins[1:-1], min(begins[-1], meter.until)]
        for held in site.history.ranges(
            [PointId(each) for each in meter.indexes], meter.since, meter.until, "quarter"
        ):
            rows += _months_of(site, meter, held, bounds)
    heads = (_("From"), _("To"), _("Meter"), _("Quantity"), _("Used"), _("Unit"))
    return PlainTable(_("Months"), site.plant.zone, *made, heads, rows)


def _months_of(
    site: Site, meter: ErasedMeter, held: Series, bounds: Sequence[datetime]
) -> Iterator[tuple[str | Fixed | None, ...]]:
    spec = site.specs(meter.meter).get(split_point(held.point)[1])
    name, unit = ("", "") if spec is None else (spec.name, spec.unit)
    for (start, end), used in zip(pairwise(bounds), used_between(held, bounds), strict=True):
        begun, ended = (f"{each.astimezone(site.zone):%Y-%m-%d}" for each in (start, end))
        value = None if used is None else Fixed(used, 3)
        yield begun, ended, meter.meter, name or str(held.point), value, unit


def _notes(project: Project, stone: Tombstone) -> list[dict[str, object]]:
    found = []
    for meter in {each.meter for each in stone.meters}:
        for note in project.notes.of(DeviceId(meter)):
            at = note.about_at or note.written_at
            if at is not None and _his(stone, meter, at):
                found.append(
                    {"meter": meter, "at": at, "author": note.author, "text": note.text}
                )
    return found


def _alarms(project: Project, stone: Tombstone) -> list[dict[str, object]]:
    names = ("at", "device", "point", "state", "value", "note")
    with looking(project.databases, JOURNAL) as connection:
        rows = connection.execute(f"SELECT {', '.join(names)} FROM alarm").fetchall()  # noqa: S608 - our own
    told = [(moment_text(at), *rest) for at, *rest in rows]
    return [
        dict(zip(names, row, strict=True))
        for row in told
        if _his(stone, row[1], datetime.fromisoformat(f"{row[0]}+00:00"))
    ]


def _documents(
    project: Project, stone: Tombstone, finder: Finder
) -> Iterator[tuple[str, bytes]]:
    with looking(project.databases, CONFIG) as rows:
        listed = named_documents(rows, stone, finder)
    for _own, paper in listed:
        path = project.folder.documents / paper
        if path.is_file():
            yield paper, path.read_bytes()


def _his(stone: Tombstone, meter: str, at: datetime) -> bool:
    return any(each.meter == meter and each.since <= at < each.until for each in stone.meters)


def _number(value: object) -> object:
    return value.value if isinstance(value, Fixed) else str(value)
