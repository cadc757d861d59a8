"""``heatdesk paths``: by which devices a meter is read, and which of them told each value."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.model.paths import is_coarse, paths_of, source_of
from app.model.reading import DeviceId, Reading, point_id, split_point
from app.words import _

if TYPE_CHECKING:  # every command is found by loading it, and most ask nothing
    from app.asked import DeviceView

_Views = dict[DeviceId, "DeviceView"]


def run(
    project: Project,
    meter: Annotated[str, typer.Argument(help=_("A meter: its id; none: all of them."))] = "",
    add: Annotated[
        list[str] | None,
        typer.Option("--add", help=_("Read it by this device as well, after its others.")),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", help=_("Read it by this path no more."))
    ] = None,
    first: Annotated[
        str, typer.Option("--first", help=_("This path is the best from now on."))
    ] = "",
    note: Annotated[str, typer.Option("--note", help=_("Why the paths change."))] = "",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Tell by which paths meters are read; add a path, remove one, choose the best."""
    changes = bool(add or remove or first)
    if changes and not meter:
        raise BadInput(_("say which meter: its id stands in the list of devices"))
    with join(project, *who(project, user, password_file)) as joined:
        views = _views(joined)
        if meter and meter not in views:
            raise BadInput(
                _("there is no device {device} in this project").format(device=meter)
            )
        if changes:
            own = DeviceId(meter)
            wished = _wished(own, paths_of(views[own].config), add or (), remove or (), first)
            joined.ask(joined.asked.project.put_paths(joined.viewer, own, wished, note))
            views = _views(joined)
        if joined.core is not None:  # a core of its own has to be answered first
            joined.wait_for_answers()
        views = _views(joined)
        shown = [DeviceId(meter)] if meter else [e for e in views if paths_of(views[e].config)]
        told = [_told(joined, views, each) for each in shown]
    if as_json:
        tell_json(told)
        return
    if not told:
        tell(_("No meter has several paths yet."))
    for each in told:
        _tell(each)


def _views(joined: Joined) -> _Views:
    views = joined.ask(joined.asked.plant.devices(joined.viewer))
    return {view.config.id: view for view in views}


def _wished(
    own: DeviceId,
    before: tuple[DeviceId, ...],
    add: list[str] | tuple[()],
    remove: list[str] | tuple[()],
    first: str,
) -> list[DeviceId]:
    """Return the paths as they are to be; a meter without any is read by its own line."""
    paths = list(before or (own,))
    for each in remove:
        if each not in paths:
            raise BadInput(_("{path} is no path of {meter}").format(path=each, meter=own))
        paths.remove(DeviceId(each))
    paths += [DeviceId(each) for each in add if each not in paths]
    if first:
        if first not in paths:
            raise BadInput(_("{path} is no path of {meter}").format(path=first, meter=own))
        paths.sort(key=lambda each: each != first)
    return paths


def _told(joined: Joined, views: _Views, meter: DeviceId) -> dict[str, object]:
    """Return the paths of a meter and, of each of its points, the value and its source."""
    detail = joined.ask(joined.asked.plant.device(joined.viewer, meter))
    points = [point_id(meter, spec.key) for spec in detail.points]
    latest = joined.ask(joined.asked.plant.latest(joined.viewer, points)) if points else []
    paths = [
        {
            "path": path,
            "name": views[path].config.name if path in views else "",
            "link": views[path].link.name if path in views else "",
            "state": views[path].standing.presence.value if path in views else "",
        }
        for path in paths_of(views[meter].config)
    ]
    values = [_value(each) for each in latest if each.value is not None]
    return {"meter": meter, "name": views[meter].config.name, "paths": paths, "values": values}


def _value(reading: Reading) -> dict[str, object]:
    return {
        "point": split_point(reading.point)[1],
        "value": reading.value
        if isinstance(reading.value, float | str)
        else str(reading.value),
        "quality": reading.quality.value,
        "measured_at": reading.measured_at.isoformat(),
        "source": source_of(reading.reason),
        "coarse": is_coarse(reading.reason),
    }


def _tell(told: dict[str, object]) -> None:
    tell(f"{told['meter']}  {told['name']}")
    paths, values = told["paths"], told["values"]
    if not isinstance(paths, list) or not isinstance(values, list):
        return
    if not paths:
        tell("  " + _("read by its own line alone"))
    for nth, path in enumerate(paths, 1):
        tell(f"  {nth}. {path['path']:<24} {path['state']:<9} {path['link']}")
    for each in values:
        tell(
            f"     {each['point']:<24} {each['value']!s:<14} {each['quality']:<10} "
            f"{each['source'] or '–'}"
        )


COMMAND = Command("paths", run, 52)
