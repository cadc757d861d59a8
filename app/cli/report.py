"""``heatdesk report``: any report, filed with its device and copied where you say."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.asked import Document
from app.cli.command import Command
from app.cli.options import PasswordFile, User, check_language
from app.cli.person import who
from app.compose.terminal import tell
from app.errors import BadInput
from app.model.reading import DeviceId
from app.words import _

if TYPE_CHECKING:
    from app.compose.joining import Joined

FORMATS = (".pdf", ".xlsx")
_TWO = 2


def run(
    kind: Annotated[str | None, typer.Argument(help=_("Which report; see --list."))] = None,
    project: Annotated[Path | None, typer.Argument(help=_("The project's folder."))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=_("A .pdf or .xlsx file."))] = None,
    devices: Annotated[
        list[str] | None, typer.Option("--devices", help=_("Device ids; the first by default."))
    ] = None,
    language: Annotated[str, typer.Option("--language", help=_("Of the report."))] = "en",
    list_kinds: Annotated[bool, typer.Option("--list", help=_("Print the kinds."))] = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Make a report."""
    kinds = _kinds()
    if list_kinds:
        for name, summary in kinds.items():
            tell(f"{name:<16} {_(summary)}")
        return
    if kind not in kinds or project is None or out is None:
        raise BadInput(
            _("say which report, of which project, and --out; --list prints the kinds")
        )
    check_language(language)
    if out.is_dir():
        raise BadInput(_("{file}: this is a folder").format(file=out))
    if out.suffix.lower() not in FORMATS:
        raise BadInput(_("{file}: it must end with .pdf or .xlsx").format(file=out))
    if not out.absolute().parent.is_dir():
        raise BadInput(_("{folder}: there is no such folder").format(folder=out.parent))
    wished = [name for part in devices or [] for name in part.split(",")]
    reports = _make(kind, project, who(project, user, password_file), wished, language)
    for device, made in reports:
        target = out if len(reports) == 1 else out.with_stem(f"{out.stem}-{device}")
        chosen = next(d for d in made if d.path.suffix.lower() == out.suffix.lower())
        _copy(chosen.path, target)
        tell(str(target))


def _copy(source: Path, target: Path) -> None:
    """Copy whole or not at all: half a report is none."""
    half = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, half)
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise BadInput(f"{target}: {error.strerror}") from error


def _kinds() -> dict[str, str]:
    import app.reports
    from app.plugins import discover
    from app.reports.reporttype import ReportType

    found = discover(app.reports, "REPORT", ReportType).values()
    return {kind.kind: kind.summary for kind in found}


def _make(
    kind: str, project: Path, person: tuple[str, str], devices: Sequence[str], language: str
) -> list[tuple[str, Sequence[Document]]]:
    from app.compose.joining import join

    wanted = [DeviceId(device) for device in devices]
    with join(project, *person, only=set(wanted) or None) as joined:
        joined.wait_for_answers()
        views = joined.ask(joined.asked.plant.devices(joined.viewer))
        if not views:
            raise BadInput(_("the project has no devices"))
        made: list[tuple[str, Sequence[Document]]] = []
        for device in wanted or [views[0].config.id]:
            if kind == "difference":
                made.append((device, _difference(joined, device, language)))
                continue
            work = joined.asked.reports.commissioning(joined.viewer, device, language)
            made.append((device, joined.ask(work)))
        return made


def _difference(joined: "Joined", device: DeviceId, language: str) -> Sequence[Document]:
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
