"""``heatdesk read``: what a device says right now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.cli.points import find_point
from app.compose.terminal import tell, tell_json
from app.model.point import PointSpec
from app.model.reading import DeviceId, Reading, split_point
from app.reports.form import form_of, written
from app.reports.words import Words
from app.words import _, language


def run(
    project: Project,
    device: Annotated[str, typer.Argument(help=_("The device's id."))],
    points: Annotated[
        list[str] | None, typer.Argument(help=_("Points; all of them when none is named."))
    ] = None,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Read a device's points now."""
    from app.compose.joining import join

    person = who(project, user, password_file)
    with join(project, *person, only={DeviceId(device)}) as joined:
        plant, viewer = joined.asked.plant, joined.viewer
        keys = points or []
        joined.wait_for_answers()
        detail = joined.ask(plant.device(viewer, DeviceId(device)))
        if detail.points:
            name = detail.view.config.name
            keys = [find_point(detail.points, key, name).key for key in keys]
        readings = joined.ask(plant.read_now(viewer, DeviceId(device), keys))
        detail = joined.ask(plant.device(viewer, DeviceId(device)))
        specs = {spec.key: spec for spec in detail.points}
    for reading in _in_order(readings, keys):
        shown = described(reading, specs.get(split_point(reading.point)[1]))
        if as_json:
            tell_json(shown)
        else:
            tell(_line(reading, specs.get(split_point(reading.point)[1])))


def _line(reading: Reading, spec: PointSpec | None) -> str:
    """Return a reading for people: its word or figures, an en dash where there is none."""
    told = written(form_of(spec or PointSpec("", "")), reading.value, Words(language()))
    unit = spec.unit if spec is not None and reading.value is not None else ""
    quality = f"{reading.quality.value}: {reading.reason}" if reading.reason else ""
    key = split_point(reading.point)[1]
    return f"{key:<24} {told:>12} {unit:<6} {quality or reading.quality.value}"


def _in_order(readings: Sequence[Reading], keys: Sequence[str]) -> Sequence[Reading]:
    """Return the readings in the order asked for, not in that of the wire."""
    if not keys:
        return readings
    return sorted(readings, key=lambda reading: keys.index(split_point(reading.point)[1]))


def described(reading: Reading, spec: PointSpec | None) -> dict[str, object]:
    """Return a reading as the public JSON shows it."""
    device, key = split_point(reading.point)
    value = reading.value
    shown: dict[str, object] = {
        "device": device,
        "point": key,
        "value": value.isoformat() if isinstance(value, datetime) else value,
        "unit": spec.unit if spec else "",
        "quality": reading.quality.value,
        "measured_at": reading.measured_at.isoformat(),
    }
    if reading.reason:
        shown["reason"] = reading.reason
    if spec and spec.choices and isinstance(value, float) and value in spec.choices:
        shown["word"] = spec.choices[int(value)]
    return shown


COMMAND = Command("read", run, 60)
