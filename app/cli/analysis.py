"""``heatdesk analysis``: what devices used, per square metre and per degree day."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli.command import Command
from app.cli.options import (
    AsJson,
    Parts,
    PasswordFile,
    Project,
    Since,
    Until,
    User,
    day_named,
    step_named,
)
from app.cli.person import who
from app.cli.tablefile import Out, require_form, write_table
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.model.normalised import DegreeRule, with_area
from app.model.reading import DeviceId, PointId, split_point
from app.reports.energy import Analysis, Question, analysed
from app.reports.energytable import energy_sheet, ranked
from app.reports.words import Words
from app.words import _, language

_SHOWN = 4  # decimals of a quotient
_UNKNOWN = "–"


def run(
    project: Project,
    points: Annotated[
        list[str] | None, typer.Argument(help=_("Indexes, each DEVICE.POINT; two of a device."))
    ] = None,
    since: Since = "",
    until: Until = "",
    step: Parts = "month",
    outdoor: Annotated[
        str, typer.Option("--outdoor", help=_("Temperature of the air outside: DEVICE.POINT."))
    ] = "",
    room: Annotated[str, typer.Option(help=_("Degree days: the room, °C."))] = "20",
    limit: Annotated[str, typer.Option(help=_("Degree days: heated below, °C."))] = "15",
    area: Annotated[
        list[str] | None,
        typer.Option("--area", help=_("Floor area from a day on: DEVICE=1400@2024-07-01.")),
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Tell what devices used, per square metre and per degree day; areas may be set."""
    parts = step_named(step)
    require_form(out)
    rule = DegreeRule(_temperature(room), _temperature(limit))
    areas = [_area(each) for each in area or ()]
    named = {split_point(PointId(each))[0] for each in points or ()}
    named |= {device for device, _since, _area_m2 in areas}
    with join(project, *who(project, user, password_file), only=named) as joined:
        for each in areas:
            _put_area(joined, *each)
        if not points and areas:
            return
        if not (points and since and until):
            raise BadInput(_("say one index or more, and --since and --until"))
        zone = ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))
        start, end = day_named(since, zone), day_named(until, zone) + timedelta(days=1)
        indexes = [PointId(each) for each in points or ()]
        place = PointId(outdoor) if outdoor else None
        wish = Question(indexes, start, end, parts, place, rule)
        views = joined.ask(joined.asked.plant.devices(joined.viewer))
        found = joined.ask(analysed(joined.asked, joined.viewer, wish, views, zone))
        by = joined.viewer.name
    if out is not None:
        _write(out, found, by, zone)
    if as_json:
        tell_json(_plain(found))
    elif out is None:
        _tell(found)


def _temperature(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise BadInput(_("{text!r} is no temperature").format(text=text)) from None


def _area(text: str) -> tuple[DeviceId, date, Decimal]:
    device, _equals, told = text.partition("=")
    value, _at, day = told.partition("@")
    try:
        return DeviceId(device), date.fromisoformat(day), Decimal(value)
    except (ValueError, InvalidOperation):
        said = _("{text!r} is no floor area: write DEVICE=1400@2024-07-01")
        raise BadInput(said.format(text=text)) from None


def _put_area(joined: Joined, device: DeviceId, since: date, area_m2: Decimal) -> None:
    """Keep the floor area of a device from a day on; earlier ones stay."""
    views = joined.ask(joined.asked.plant.devices(joined.viewer))
    before = next((each.config for each in views if each.config.id == device), None)
    if before is None:
        raise BadInput(_("there is no device {device} in this project").format(device=device))
    made = replace(before, options=with_area(before.options, since, area_m2))
    joined.ask(joined.asked.project.put_device(joined.viewer, made, "", before))


def _tell(found: Analysis) -> None:
    degrees = found.degrees
    if degrees is not None:
        told = _words(degrees.value)
        tell(_("Degree days: {value} K·d (days: {days})").format(value=told, days=degrees.days))
        if degrees.unknown:
            said = _("! days without a temperature: {count}; degree days stay unknown")
            tell(said.format(count=degrees.unknown))
        if degrees.partly:
            said = _("! days of which some temperatures are missing: {count}")
            tell(said.format(count=degrees.partly))
    for fault in found.faults:
        tell(f"! {fault}")
    for line in found.lines:
        told_of = line.told
        mark = "" if line.whole else "~"
        tell(
            f"{line.point:<36} {mark}{_words(told_of.amount)} {line.unit}"
            f"  {_words(told_of.per_m2)} {line.unit}/m²"
            f"  {_words(told_of.per_degree_day)} {line.unit}/(K·d)"
            f"  {_words(told_of.per_both)} {line.unit}/(m²·K·d)"
        )


def _words(value: Decimal | None) -> str:
    return _UNKNOWN if value is None else f"{round(value, _SHOWN).normalize():f}"


def _write(out: Path, found: Analysis, by: str, zone: ZoneInfo) -> None:
    """Write the table whole or not at all."""
    words = Words(language())
    table = energy_sheet(ranked(found), (datetime.now(zone), by), zone.key, words)
    write_table(out, table, words)
    tell(str(out))


def _plain(found: Analysis) -> dict[str, object]:
    degrees = found.degrees
    return {
        "degree_days": None if degrees is None else _text(degrees.value),
        "days": None if degrees is None else degrees.days,
        "days_unknown": None if degrees is None else degrees.unknown,
        "days_partly": None if degrees is None else degrees.partly,
        "faults": list(found.faults),
        "lines": [
            {
                "point": line.point,
                "device": line.device,
                "unit": line.unit,
                "amount": _text(line.told.amount),
                "whole": line.whole,
                "floor_area_m2": _text(line.told.area_m2),
                "per_m2": _text(line.told.per_m2),
                "per_degree_day": _text(line.told.per_degree_day),
                "per_m2_and_degree_day": _text(line.told.per_both),
                "starts": [each.isoformat() for each in line.counted.starts],
                "parts": [_text(each) for each in line.counted.amounts],
            }
            for line in found.lines
        ],
    }


def _text(value: Decimal | None) -> str | None:
    """Return a figure as text: a program's floats would lose its last digits."""
    return None if value is None else f"{value:f}"


COMMAND = Command("analysis", run, 77)
