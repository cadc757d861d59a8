"""``heatdesk validate``: what the rules find in the indexes of meters."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, Since, Until, User, day_named
from app.cli.person import who
from app.cli.tablefile import Out, require_form, write_table
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.model.counter import INDEX_ROLES
from app.model.paths import meters_of_paths
from app.model.reading import DeviceId, point_id, split_point
from app.model.validation import Rule
from app.reports.findings import (
    FindingRow,
    Findings,
    Index,
    findings_sheet,
    found_in,
    rule_words,
)
from app.reports.words import Words
from app.words import _, language, ngettext

_DAYS = 7  # that are looked at where nobody says which
_RULES = {each.value: each for each in Rule}


def run(
    project: Project,
    wanted: Annotated[
        list[str] | None,
        typer.Argument(help=_("Indexes (DEVICE.POINT) or meters (DEVICE); none: all of them.")),
    ] = None,
    since: Since = "",
    until: Until = "",
    rule: Annotated[
        list[str] | None,
        typer.Option(
            help=_("Findings of this rule alone: range, spike, negative, frozen, sum, physics.")
        ),
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Check the indexes of meters by every rule; nothing is changed by it."""
    rules = _rules(rule or ())
    require_form(out)
    with join(project, *who(project, user, password_file), only=()) as joined:
        zone = ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))
        start, end = _time(since, until, zone)
        indexes = list(_indexes(joined, wanted or ()))
        found = joined.ask(found_in(joined.asked, joined.viewer, indexes, start, end))
        by = joined.viewer.name
    found = replace(found, rows=tuple(row for row in found.rows if row.finding.rule in rules))
    if out is not None:
        words = Words(language())
        made = datetime.now(zone), by
        write_table(out, findings_sheet(found.rows, made, zone.key, words), words)
    if as_json:
        tell_json(_plain(found, rules))
    elif out is None:
        _tell(found, zone)
    else:
        tell(str(out))


COMMAND = Command("validate", run, 79)


def _rules(named: Sequence[str]) -> frozenset[Rule]:
    for each in named:
        if each not in _RULES:
            said = _("there is no rule {rule!r}; there are {rules}")
            raise BadInput(said.format(rule=each, rules=", ".join(_RULES)))
    return frozenset(_RULES[each] for each in named or _RULES)


def _time(since: str, until: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the days asked for; without any, the last seven that are over."""
    today = datetime.combine(datetime.now(zone).date(), time(), zone)
    end = day_named(until, zone) + timedelta(days=1) if until else today
    start = day_named(since, zone) if since else end - timedelta(days=_DAYS)
    if end <= start:
        raise BadInput(_("the last day lies before the first"))
    return start, end


def _indexes(joined: Joined, wanted: Sequence[str]) -> Iterator[Index]:
    """Yield the indexes named, or all that count once, in the order of the devices.

    Raises:
        BadInput: Something named that is neither a device nor a point of one.
    """
    plant, viewer = joined.asked.plant, joined.viewer
    views = joined.ask(plant.devices(viewer))
    known = {view.config.id for view in views}
    for each in wanted:
        if DeviceId(each.partition(".")[0]) not in known:
            told = _("there is no device {device} in this project")
            raise BadInput(told.format(device=each.partition(".")[0]))
    devices = {DeviceId(each.partition(".")[0]) for each in wanted}
    left = set(wanted)
    ways = meters_of_paths(view.config for view in views)
    for view in views:
        config = view.config
        if (devices and config.id not in devices) or (not wanted and config.id in ways):
            continue
        for spec in joined.ask(plant.device(viewer, config.id)).points:
            point = point_id(config.id, spec.key)
            if spec.role not in INDEX_ROLES or not (
                not wanted or config.id in wanted or point in wanted
            ):
                continue
            left -= {config.id, point}
            yield Index(point, config.name, config.area, spec.name, spec.unit, spec.decimals)
    for each in sorted(left):
        told = _("{point} is no index of a meter: nothing is counted there")
        raise BadInput(told.format(point=each))


def _tell(found: Findings, zone: ZoneInfo) -> None:
    for row in found.rows:
        finding, unit = row.finding, row.index.unit
        expected = "" if finding.expected is None else f"  ({_figure(finding.expected, row)})"
        tell(
            f"{finding.start.astimezone(zone):%Y-%m-%d %H:%M}  {row.index.point:<36} "
            f"{rule_words(finding.rule)}: {_figure(row.figure, row)}{expected} {unit}"
        )
    for fault in found.faults:
        tell(f"! {fault}")
    told = ngettext(
        "{count} finding; indexes checked: {checked}",
        "{count} findings; indexes checked: {checked}",
        len(found.rows),
    )
    tell(told.format(count=len(found.rows), checked=found.checked))


def _figure(value: float | None, row: FindingRow) -> str:
    return "–" if value is None else f"{value:.{row.index.decimals}f}"


def _plain(found: Findings, rules: frozenset[Rule]) -> dict[str, object]:
    return {
        "checked": found.checked,
        "ran": {each.value: found.ran.get(each, 0) for each in Rule if each in rules},
        "faults": list(found.faults),
        "findings": [
            {
                "point": row.index.point,
                "device": split_point(row.index.point)[0],
                "rule": row.finding.rule.value,
                "start": row.finding.start.isoformat(),
                "end": row.finding.end.isoformat(),
                "samples": row.finding.samples,
                "figure": row.figure,
                "expected": row.finding.expected,
                "unit": row.index.unit,
            }
            for row in found.rows
        ],
    }
