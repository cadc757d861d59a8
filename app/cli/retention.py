"""``heatdesk history retention``: how long samples are kept, what room they take, what goes."""

from dataclasses import replace
from typing import Annotated

import typer

from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.model.retention import DataKind, KeepRules, Room, Then, Thinning
from app.retentiontext import kind_name, room_name, rule_text
from app.words import _, ngettext

_MB = 1_000_000


def retention(
    project: Project,
    kind: Annotated[
        str,
        typer.Option(
            "--kind", help=_("Whose rule changes: counter, measured or state; all by default.")
        ),
    ] = "",
    all_months: Annotated[
        int | None,
        typer.Option("--all-months", help=_("Keep every sample so long; 0: for ever.")),
    ] = None,
    daily_years: Annotated[
        int | None,
        typer.Option("--daily-years", help=_("Keep one a day so long; 0: for ever.")),
    ] = None,
    then: Annotated[
        str, typer.Option("--then", help=_("What stays after that: monthly or nothing."))
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Only say what would be thrown away."))
    ] = False,
    now: Annotated[
        bool, typer.Option("--now", help=_("Throw away now what the rules say."))
    ] = False,
    note: Annotated[str, typer.Option("--note", help=_("Why the rules change."))] = "",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Say or change how long samples are kept, and when the disk will be full."""
    if dry_run and now:
        raise BadInput(_("either --dry-run or --now"))
    with join(project, *who(project, user, password_file), only=()) as joined:
        asked, viewer = joined.asked.retention, joined.viewer
        before = joined.ask(asked.rules(viewer))
        rules = _changed(before, kind, all_months, daily_years, then)
        if rules != before and not dry_run:
            rules = joined.ask(asked.put_rules(viewer, rules, note, before))
        done = None
        if dry_run:
            done = joined.ask(asked.preview(viewer, rules))
        elif now:
            done = joined.ask(asked.run_now(viewer))
        _tell(joined, rules, done, dry_run=dry_run, as_json=as_json)


def _changed(
    rules: KeepRules, kind: str, months: int | None, years: int | None, then: str
) -> KeepRules:
    known = {each.value: each for each in DataKind}
    if kind and kind not in known:
        raise BadInput(_("{kind!r} is no kind: counter, measured or state").format(kind=kind))
    if then and then not in {each.value for each in Then}:
        raise BadInput(_("{then!r} cannot stay: monthly or nothing").format(then=then))
    changed = dict(rules.of)
    for each in [known[kind]] if kind else list(DataKind):
        rule = changed[each]
        rule = rule if months is None else replace(rule, all_months=months)
        rule = rule if years is None else replace(rule, daily_years=years)
        changed[each] = replace(rule, then=Then(then)) if then else rule
    return KeepRules(changed)


def _tell(
    joined: Joined, rules: KeepRules, done: Thinning | None, *, dry_run: bool, as_json: bool
) -> None:
    room = joined.ask(joined.asked.retention.room(joined.viewer))
    if as_json:
        tell_json(_plain(rules, room, done))
        return
    for kind in DataKind:
        tell(f"{kind_name(kind)}: {rule_text(rules.of[kind])}")
    for each in room.kinds:
        tell(f"  {room_name(each.name)}: {each.size_bytes / _MB:,.1f} MB")
    tell(_full_text(room))
    if done is not None:
        tell(_done_text(done, dry_run=dry_run))


def _full_text(room: Room) -> str:
    if room.free_bytes is None:
        return _("how much room the disk of the server has is not known here")
    free = f"{room.free_bytes / _MB:,.0f}"
    if not room.known:
        return _("{free} MB are free; when the disk will be full shows after a month").format(
            free=free
        )
    if room.full_at is None:
        return _("{free} MB are free: enough for fifty years").format(free=free)
    return _("{free} MB are free: the disk will be full in {month}").format(
        free=free, month=f"{room.full_at:%Y-%m}"
    )


def _done_text(done: Thinning, *, dry_run: bool) -> str:
    if not done.gone:
        return _("nothing is due")
    said = (
        ngettext("{count} sample would go", "{count} samples would go", done.gone)
        if dry_run
        else ngettext("{count} sample went", "{count} samples went", done.gone)
    )
    return said.format(count=f"{done.gone:,}")


def _plain(rules: KeepRules, room: Room, done: Thinning | None) -> dict[str, object]:
    return {
        "rules": {
            kind.value: {
                "all_months": rule.all_months,
                "daily_years": rule.daily_years,
                "then": rule.then.value,
            }
            for kind, rule in rules.of.items()
        },
        "room": {each.name: each.size_bytes for each in room.kinds},
        "free_bytes": room.free_bytes,
        "monthly_bytes": room.monthly_bytes,
        "full_at": None if room.full_at is None else room.full_at.isoformat(),
        "thinned": None
        if done is None
        else {
            "complete": done.complete,
            "gone": done.gone,
            "kinds": {
                each.kind.value: {
                    "samples": each.samples,
                    "gone": each.gone,
                    "kept_for_sums": each.kept_for_sums,
                }
                for each in done.kinds
            },
        },
    }
