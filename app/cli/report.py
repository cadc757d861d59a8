"""``heatdesk report``: any report, filed with its device and copied where you say."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli.command import Command
from app.cli.options import PasswordFile, User, check_language, day_named
from app.cli.person import who
from app.compose.terminal import tell
from app.errors import BadInput
from app.model.device import DeviceConfig
from app.model.reading import DeviceId
from app.words import _

if TYPE_CHECKING:
    from app.asked import Document
    from app.compose.joining import Joined
    from app.reports.reporttype import ReportType

FORMATS = (".pdf", ".xlsx", ".csv")
_TWO = 2


def run(
    kind: Annotated[str | None, typer.Argument(help=_("Which report; see --list."))] = None,
    project: Annotated[Path | None, typer.Argument(help=_("The project's folder."))] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=_("A .pdf, .xlsx or .csv file."))
    ] = None,
    devices: Annotated[
        list[str] | None, typer.Option("--devices", help=_("Device ids; the first by default."))
    ] = None,
    group: Annotated[
        str | None, typer.Option("--group", help=_("All devices of this area instead."))
    ] = None,
    period: Annotated[
        str | None,
        typer.Option("--period", help=_("A month, 2026-02, or days: 2026-02-01..2026-02-28.")),
    ] = None,
    changed: Annotated[
        bool,
        typer.Option("--changed", help=_("Tell which filed ones the history tells otherwise.")),
    ] = False,
    language: Annotated[str, typer.Option("--language", help=_("Of the report."))] = "en",
    list_kinds: Annotated[bool, typer.Option("--list", help=_("Print the kinds."))] = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Make a report."""
    kinds = _kinds()
    if list_kinds:
        for name, told in kinds.items():
            tell(f"{name:<16} {_(told.summary)}")
        return
    if kind not in kinds or project is None or (out is None and not changed):
        raise BadInput(
            _("say which report, of which project, and --out; --list prints the kinds")
        )
    check_language(language)
    _require_fitting(kinds[kind], period, changed=changed)
    if devices and group is not None:
        raise BadInput(_("give either --devices or --group"))
    wished = [name for part in devices or [] for name in part.split(",")]
    if out is None or changed:
        _tell_changed(project, who(project, user, password_file), wished)
        return
    _require_place(out)
    person = who(project, user, password_file)
    reports = _make(kind, project, person, wished, group, (language, period))
    for device, made in reports:
        target = out if len(reports) == 1 else out.with_stem(f"{out.stem}-{device}")
        _write(kinds[kind], made, target, language)
        tell(str(target))


def _require_fitting(kind: "ReportType", period: str | None, *, changed: bool) -> None:
    if not kind.of_period and (period is not None or changed):
        raise BadInput(
            _("{kind}: this report tells of a moment, not a period").format(kind=kind.kind)
        )
    if kind.of_period and period is None and not changed:
        raise BadInput(_("{kind}: say which --period").format(kind=kind.kind))


def _tell_changed(project: Path, person: tuple[str, str], devices: Sequence[str]) -> None:
    """Print the number and device of each filed report whose figures changed since."""
    from app.compose.joining import join

    named = {DeviceId(device) for device in devices}
    with join(project, *person, only=named) as joined:
        for device in sorted(named) or _devices_filed(joined):
            for number in joined.ask(joined.asked.reports.revised(joined.viewer, device)):
                tell(f"{number} {device}")


def _devices_filed(joined: "Joined") -> list[DeviceId]:
    """Return the devices that any report of a period is filed with."""
    filed = joined.ask(joined.asked.project.documents(joined.viewer))
    return sorted({d.device for d in filed if d.device and d.kind == "consumption-data"})


def _bounds(period: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return a period's begin and end by the plant's clock; `BadInput` for what is none."""
    first, _dots, last = period.partition("..")
    if last:
        return day_named(first, zone), day_named(last, zone) + timedelta(days=1)
    try:
        begin = datetime.strptime(period, "%Y-%m").replace(tzinfo=zone)
    except ValueError:
        said = _("{period!r} is no period: write 2026-02 or 2026-02-01..2026-02-28")
        raise BadInput(said.format(period=period)) from None
    return begin, (begin + timedelta(days=32)).replace(day=1)


def _require_place(out: Path) -> None:
    if out.is_dir():
        raise BadInput(_("{file}: this is a folder").format(file=out))
    if out.suffix.lower() not in FORMATS:
        raise BadInput(_("{file}: it must end with .pdf, .xlsx or .csv").format(file=out))
    if not out.absolute().parent.is_dir():
        raise BadInput(_("{folder}: there is no such folder").format(folder=out.parent))


def _write(kind: "ReportType", made: Sequence["Document"], target: Path, language: str) -> None:
    """Copy the filed report; what is not filed in this form is made from its data."""
    ending = target.suffix.lower()
    if ending in kind.renders:
        _copy(next(d for d in made if d.path.suffix.lower() == ending).path, target)
        return
    from app.model.letterhead import Letterhead
    from app.reports.words import Words

    filed = next(document for document in made if document.kind == kind.data)
    data = kind.restore(filed.path.read_bytes(), filed.path.name)
    content = kind.exports[ending](data, Letterhead(), Words(language))
    with TemporaryDirectory() as folder:
        whole = Path(folder) / target.name
        whole.write_bytes(content)
        _copy(whole, target)


def _copy(source: Path, target: Path) -> None:
    """Copy whole or not at all: half a report is none."""
    half = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, half)
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise BadInput(f"{target}: {error.strerror}") from error


def _kinds() -> "dict[str, ReportType]":
    import app.reports
    from app.plugins import discover
    from app.reports.reporttype import ReportType

    found = discover(app.reports, "REPORT", ReportType).values()
    return {kind.kind: kind for kind in found}


def _make(
    kind: str,
    project: Path,
    person: tuple[str, str],
    devices: Sequence[str],
    group: str | None,
    manner: tuple[str, str | None],
) -> list[tuple[str, Sequence["Document"]]]:
    from app.compose.joining import join

    wanted, (language, period) = [DeviceId(device) for device in devices], manner
    with join(project, *person, only=set(wanted) or None) as joined:
        zone = ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))
        bounds = None if period is None else _bounds(period, zone)
        if bounds is None:  # else it is made of what is kept
            joined.wait_for_answers()
        views = joined.ask(joined.asked.plant.devices(joined.viewer))
        if not views:
            raise BadInput(_("the project has no devices"))
        if group is not None:
            wanted = _devices_of(group, [view.config for view in views])
        made: list[tuple[str, Sequence[Document]]] = []
        for device in wanted or [views[0].config.id]:
            if kind == "difference":
                made.append((device, _difference(joined, device, language)))
                continue
            reports, viewer = joined.asked.reports, joined.viewer
            if bounds is not None:
                work = reports.consumption(viewer, device, *bounds, language)
            else:
                work = reports.commissioning(viewer, device, language)
            made.append((device, joined.ask(work)))
        return made


def _devices_of(group: str, devices: Sequence[DeviceConfig]) -> list[DeviceId]:
    areas = sorted({device.area for device in devices})
    if group not in areas:
        raise BadInput(
            _("there is no area {group!r}; there are {areas}").format(
                group=group, areas=", ".join(areas)
            )
        )
    return [device.id for device in devices if device.area == group]


def _difference(joined: "Joined", device: DeviceId, language: str) -> Sequence["Document"]:
    """Compare the last two commissioning reports of a device."""
    filed = joined.ask(joined.asked.project.documents(joined.viewer, device))
    reports = [d for d in filed if d.kind == "commissioning-report" and d.path.suffix == ".pdf"]
    if len(reports) < _TWO:
        raise BadInput(
            _("{device} has no two commissioning reports to compare").format(device=device)
        )
    newer, older = reports[:_TWO]
    work = joined.asked.reports.difference(joined.viewer, older.id, newer.id, language)
    return joined.ask(work)


COMMAND = Command("report", run, 80)
