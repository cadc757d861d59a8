"""``heatdesk history``: samples out into files, in from files, and what is kept."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.cli.command import Command
from app.cli.distribute import PART as DISTRIBUTE
from app.cli.options import AsJson, PasswordFile, Project, Since, Until, User, day_named
from app.cli.person import who
from app.cli.retention import retention
from app.cli.schedule import PART as SCHEDULE
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.model.reading import DeviceId
from app.sampleverbs import HandedOut
from app.words import _, ngettext

if TYPE_CHECKING:
    from app.compose.samplefiles import Brought

_FIRST = datetime(1970, 1, 2, tzinfo=UTC)  # nothing is older
_SEPARATORS = {",": ",", ";": ";", "tab": "\t"}
_DECIMALS = (".", ",")
_LONGEST_FILL_H = 31 * 24
Decimal = Annotated[
    str, typer.Option("--decimal", help=_("Decimal sign of the file: “.” or “,”."))
]


def run() -> None:
    """Take samples out of a project, bring some in, or count them."""


def export(
    project: Project,
    out: Annotated[Path, typer.Option("--out", help=_("A .csv or .parquet file."))],
    devices: Annotated[
        list[str] | None, typer.Option("--devices", help=_("Device ids; all by default."))
    ] = None,
    points: Annotated[
        list[str] | None, typer.Option("--points", help=_("Points by key; all by default."))
    ] = None,
    since: Since = "",
    until: Until = "",
    separator: Annotated[
        str, typer.Option("--separator", help=_("Between cells of CSV: “,”, “;” or “tab”."))
    ] = ",",
    decimal: Decimal = ".",
    fill_gaps: Annotated[
        int,
        typer.Option(
            "--fill-gaps",
            min=0,
            max=_LONGEST_FILL_H,
            help=_(
                "Hours: shorter gaps of an index are filled by interpolation and marked so."
            ),
        ),
    ] = 0,
    flags: Annotated[
        bool, typer.Option("--flags", help=_("A column tells what the rules found in indexes."))
    ] = False,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Write samples into a CSV or Parquet file."""
    from app.compose.samplefiles import Wish, chosen, take_out

    _require_form(out, separator, decimal)
    named = [DeviceId(each) for each in _split("--devices", devices)]
    keys = _split("--points", points)
    with join(project, *who(project, user, password_file), only=()) as joined:
        asked, viewer = joined.asked.samples, joined.viewer
        known = joined.ask(asked.points(viewer))
        wanted = chosen(known, named, keys)
        start = _day(joined, since) or _FIRST
        last = _day(joined, until)
        end = last + timedelta(days=1) if last is not None else _tomorrow()
        if end < start:
            raise BadInput(_("the last day lies before the first"))
        end = max(start, min(end, _tomorrow()))  # later there is nothing to ask for
        fill = timedelta(hours=fill_gaps)
        wish = Wish(wanted, start, end, _SEPARATORS[separator], decimal, fill, flags)
        made = take_out(joined, out, wish)
    _tell_made(out, made, len(wanted), as_json=as_json)


def _require_form(out: Path, separator: str, decimal: str) -> None:
    from app.compose.samplefiles import ENDINGS

    if out.suffix.lower() not in ENDINGS:
        raise BadInput(_("{file}: it must end with .csv or .parquet").format(file=out))
    _require_decimal(decimal)
    if separator not in _SEPARATORS or _SEPARATORS[separator] == decimal:
        raise BadInput(_("{sign!r} cannot part the cells of this file").format(sign=separator))


def _tell_made(out: Path, made: HandedOut, points: int, *, as_json: bool) -> None:
    if as_json:
        tell_json(
            {
                "file": str(out),
                "samples": made.samples,
                "interpolated": made.interpolated,
                "points": points,
                "devices": len(made.devices),
                "sha256": made.sha256,
            }
        )
        return
    said = ngettext(
        "{count} sample written into {file}", "{count} samples written into {file}",
        made.samples,
    )  # fmt: skip
    tell(said.format(count=made.samples, file=out))
    if made.interpolated:
        said = ngettext(
            "{count} of them is interpolated and marked so",
            "{count} of them are interpolated and marked so",
            made.interpolated,
        )
        tell(said.format(count=made.interpolated))


def bring(
    project: Project,
    file: Annotated[Path, typer.Argument(help=_("A .csv or .parquet file of samples."))],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Only say what would become of it."))
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help=_("Leave out rows that are wrong."))
    ] = False,
    encoding: Annotated[
        str, typer.Option("--encoding", help=_("Of a file without a mark; UTF-8 by default."))
    ] = "",
    decimal: Decimal = ".",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Bring the samples of a file in: all of them at once, or nothing."""
    from app.compose.samplefiles import Manner, bring_in

    _require_decimal(decimal)
    manner = Manner(dry_run, skip_bad, encoding, decimal)
    with join(project, *who(project, user, password_file), only=()) as joined:
        brought = bring_in(joined, file, manner)
    if as_json:
        tell_json(_plain(brought))
    else:
        _tell(file, brought)
    if brought.bad and not skip_bad:
        said = ngettext(
            "{file}: {count} row is wrong; nothing was taken in",
            "{file}: {count} rows are wrong; nothing was taken in",
            brought.bad,
        )
        raise BadInput(said.format(file=file, count=brought.bad))


def stats(
    project: Project, as_json: AsJson = False, user: User = None,
    password_file: PasswordFile = None,
) -> None:  # fmt: skip
    """Count the samples that are kept, and what room they take."""
    with join(project, *who(project, user, password_file), only=()) as joined:
        found = joined.ask(joined.asked.samples.stats(joined.viewer))
    if as_json:
        told: dict[str, Any] = asdict(found) | {
            "oldest": found.oldest and found.oldest.isoformat(),
            "newest": found.newest and found.newest.isoformat(),
        }
        tell_json(told)
        return
    lines = {
        _("Points"): found.points,
        _("Samples kept"): found.samples.get("quarter", 0),
        _("Samples of the last two days"): found.samples.get("fast", 0),
        _("Bytes"): found.size_bytes,
        _("Bytes per sample"): f"{found.bytes_per_sample:.2f}"
        if found.bytes_per_sample
        else "–",
        _("Oldest"): f"{found.oldest:%Y-%m-%d}" if found.oldest else "–",
        _("Newest"): f"{found.newest:%Y-%m-%d %H:%M} UTC" if found.newest else "–",
    }
    for name, value in lines.items():
        tell(f"{name}: {value}")


def _plain(brought: "Brought") -> dict[str, object]:
    return {
        "rows": brought.rows,
        "bad": brought.bad,
        "interpolated": brought.interpolated,
        **asdict(brought.verdict),
        "taken_in": brought.kept,
        "sha256": brought.sha256,
        "errors": [asdict(each) for each in brought.faults],
    }


def _tell(file: Path, brought: "Brought") -> None:
    for each in brought.faults:
        head = f" ({each.head})" if each.head else ""
        tell(
            _("{file}, line {line}, column {column}{head}: {says}").format(
                file=file.name, line=each.line, column=each.column, head=head, says=each.says
            )
        )
    if brought.bad > len(brought.faults):
        tell(_("… and {count} more").format(count=brought.bad - len(brought.faults)))
    told = asdict(brought.verdict) | {"rows": brought.rows}
    said = ngettext(
        "{rows} row: {fresh} new, {changed} in the place of others, {same} there "
        "already, {spared} left out because what is kept is better",
        "{rows} rows: {fresh} new, {changed} in the place of others, {same} there "
        "already, {spared} left out because what is kept is better",
        brought.rows,
    )
    tell(said.format(**told))
    if brought.interpolated:
        said = ngettext(
            "{count} row left out: it was interpolated, nobody read it",
            "{count} rows left out: they were interpolated, nobody read them",
            brought.interpolated,
        )
        tell(said.format(count=brought.interpolated))
    tell(_("taken in") if brought.kept else _("nothing was taken in"))


def _split(option: str, named: Sequence[str] | None) -> list[str]:
    """Return what an option names; one that names nothing does not mean everything."""
    names = [name for part in named or () for name in part.split(",") if name.strip()]
    if named is not None and not names:
        raise BadInput(_("{option} names nothing: leave it out for all").format(option=option))
    return names


def _require_decimal(sign: str) -> None:
    if sign not in _DECIMALS:
        raise BadInput(_("{sign!r} is no decimal sign: write . or ,").format(sign=sign))


def _day(joined: Joined, text: str) -> datetime | None:
    if not text:
        return None
    zone = ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))
    return day_named(text, zone)


def _tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=2)


COMMAND = Command(
    "history",
    run,
    75,
    parts=(
        Command("export", export, 1),
        Command("import", bring, 2),
        Command("stats", stats, 3),
        Command("retention", retention, 4),
        SCHEDULE,
        DISTRIBUTE,
    ),
)
