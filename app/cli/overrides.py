"""``heatdesk overrides``: what was taken out of automatic, and giving it back."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.compose.terminal import tell, tell_json
from app.errors import BadInput, WriteRefused
from app.model.control import WriteState
from app.model.override import Override
from app.model.reading import DeviceId, PointId, split_point
from app.words import _

if TYPE_CHECKING:
    from app.compose.joining import Joined


def run(
    project: Project,
    take_back: Annotated[
        str, typer.Option(help=_("End one now: DEVICE.SETTING, as the list names it."))
    ] = "",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """List what was taken out of automatic and stands so, or take one back."""
    from app.compose.joining import join

    device, key = _place(take_back) if take_back else (None, "")
    person = who(project, user, password_file)
    with join(project, *person, only=None if device is None else {device}) as joined:
        if device is None:
            for each in joined.ask(joined.asked.control.overrides(joined.viewer)):
                _tell(each, as_json=as_json)
            return
        _end(joined, device, key, as_json=as_json)


def _place(text: str) -> tuple[DeviceId, str]:
    if "." not in text:
        said = _("{text!r}: say DEVICE.SETTING, as the list names it")
        raise BadInput(said.format(text=text))
    return split_point(PointId(text))


def _end(joined: "Joined", device: DeviceId, key: str, *, as_json: bool) -> None:
    joined.wait_for_answers()
    result = joined.ask(joined.asked.control.take_back(joined.viewer, device, key))
    if as_json:
        tell_json(
            {
                "device": result.device,
                "point": result.key,
                "new": result.new,
                "read_back": result.read_back,
                "state": result.state.value,
                "reason": result.reason,
            }
        )
    else:
        tell(f"{device}.{key} → {result.new:g}: {result.state.value}")
    if result.state is not WriteState.CONFIRMED:
        raise WriteRefused(result.reason)


def _tell(override: Override, *, as_json: bool) -> None:
    if as_json:
        tell_json(
            {
                "device": override.device,
                "point": override.key,
                "former": override.former,
                "value": override.value,
                "login": override.login,
                "name": override.name,
                "since": override.since.isoformat(),
                "until": override.until.isoformat() if override.until else None,
                "reason": override.reason,
            }
        )
        return
    ends = f"{override.until:%Y-%m-%d %H:%M} UTC" if override.until else "–"
    tell(
        f"{override.device}.{override.key}  {override.former:g} → {override.value:g}  "
        f"{override.name}  {ends}  {override.reason or '–'}"
    )


COMMAND = Command("overrides", run, 73)
