"""``heatdesk totals``: what all meters of a medium come to, and which of them count."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
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
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.model.balance import Amount, Found, Totals
from app.model.totals import Medium, TotalsPlan
from app.model.totalsviews import Line, View, doubt_words, lines
from app.words import _


def run(
    project: Project,
    since: Since = "",
    until: Until = "",
    step: Parts = "day",
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan", help=_("Count by another plan from now on: a file as --json tells it.")
        ),
    ] = None,
    note: Annotated[str, typer.Option("--note", help=_("Why the plan changes."))] = "",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Tell what meters come to, by the plan of what counts; the plan may be changed."""
    parts = step_named(step)
    wanted = None if plan is None else _plan(plan)
    with join(project, *who(project, user, password_file), only=()) as joined:
        asked, viewer = joined.asked.totals, joined.viewer
        kept = joined.ask(asked.plan(viewer))
        if wanted is not None:
            kept = joined.ask(asked.put_plan(viewer, wanted, note, kept))
        start, end = _days(joined, since, until)
        found = joined.ask(asked.told(viewer, start, end, parts))
    if as_json:
        tell_json(_plain(kept, found))
    else:
        _tell(kept, found)


def _plan(file: Path) -> TotalsPlan:
    import cattrs

    from app.channel.wire import the_wire

    try:
        raw = json.loads(file.read_text(encoding="utf-8-sig"))
        return the_wire().structure(raw.get("plan", raw), TotalsPlan)
    except (OSError, ValueError, AttributeError, KeyError, cattrs.BaseValidationError) as error:
        raise BadInput(
            _("{file}: it is no plan of totals: {error}").format(file=file, error=error)
        ) from error


def _days(joined: Joined, since: str, until: str) -> tuple[datetime, datetime]:
    """Return the time asked for; without any, the running month up to now."""
    zone = ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))
    today = (
        datetime.now(UTC).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    start = day_named(since, zone) if since else today.replace(day=1)
    end = day_named(until, zone) + timedelta(days=1) if until else today + timedelta(days=1)
    if end <= start:
        raise BadInput(_("the last day lies before the first"))
    return start, end


def _tell(plan: TotalsPlan, found: Totals) -> None:
    if not plan.entries:
        tell(_("No meter counts in a total yet: give a --plan."))
    for medium in plan.media():
        for line in lines(plan, found, View.DETAILS, medium):
            sign = "−" if line.sign < 0 else ("=" if line.is_sum else "+")
            tell(f"{sign} {line.name}: {_figure(line.told.amount)} {line.unit}")
    if found.gas_kwh is not None:
        worth = _figure(found.gas_kwh.amount)
        tell(_("Gas, as energy") + f": {worth} kWh")
    for each in found.doubts:
        tell(f"! {doubt_words(plan, each)}")


def _figure(amount: Amount) -> str:
    if amount.value is None:
        return "–"
    return f"{'' if amount.whole and not amount.estimated else '~'}{amount.value:f}"


def _plain(plan: TotalsPlan, found: Totals) -> dict[str, object]:
    from app.channel.wire import the_wire

    views: dict[str, object] = {"global": _lines(lines(plan, found, View.GLOBAL, Medium.HEAT))}
    for medium in plan.media():
        for view in (View.TOTAL, View.DETAILS):
            views[f"{view.value} {medium.value}"] = _lines(lines(plan, found, view, medium))
    for each in plan.entries:
        own = lines(plan, found, View.PART, each.medium, each.id)
        views[f"part {each.id}"] = _lines(own)
    return {
        "plan": the_wire().unstructure(plan),
        "starts": [each.isoformat() for each in found.starts],
        "views": views,
        "doubts": [_doubt(each) for each in found.doubts],
    }


def _lines(found: list[Line]) -> list[dict[str, object]]:
    return [
        {
            "name": each.name,
            "entry": each.entry,
            "unit": each.unit,
            "sign": each.sign,
            "sum": each.is_sum,
            "amount": _number(each.told.amount.value),
            "whole": each.told.amount.whole,
            "estimated": each.told.amount.estimated,
            "parts": [_number(part.value) for part in each.told.parts],
        }
        for each in found
    ]


def _number(value: Decimal | None) -> str | None:
    """Return a figure as text: a program's floats would lose its last digits."""
    return None if value is None else f"{value:f}"


def _doubt(found: Found) -> dict[str, str]:
    return {"doubt": found.doubt.value, "about": found.about, "other": found.other}


COMMAND = Command("totals", run, 76)
