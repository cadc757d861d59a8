"""``heatdesk write``: change one setting through the one door."""

import re
import sys
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.cli.points import find_point
from app.compose.terminal import tell, tell_json
from app.errors import BadInput, DeviceUnreachable, PlantError, WriteRefused
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.device import Presence
from app.model.override import DEFAULT_MIN
from app.model.point import PointSpec
from app.model.reading import DeviceId, point_id
from app.model.typed import number_typed
from app.reports.form import form_of, written
from app.reports.words import Words
from app.words import _, language

if TYPE_CHECKING:
    from app.compose.joining import Joined

_ANY_DECIMALS = 99  # a point is the decimal point here, in every language: scripts write so
NOT_REACHED = "; nothing was sent"  # so ends what a silent device's refusal says
# No thousands: 1.234,5 is asked for again, and so is 1,234, which can mean two numbers.
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


def run(
    project: Project,
    device: Annotated[str, typer.Argument(help=_("The device's id."))],
    point: Annotated[str, typer.Argument(help=_("The setting's key or number."))],
    value: Annotated[str, typer.Argument(help=_("A number in the setting's unit, or OFF."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask back."))] = False,
    note: Annotated[str, typer.Option("--note", help=_("Why; kept in the audit."))] = "",
    lasts: Annotated[
        int,
        typer.Option(
            "--lasts",
            help=_("Minutes until an override is taken back; 0: until somebody does."),
        ),
    ] = DEFAULT_MIN,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Write a setting: limits, audit, write, read back."""
    from app.compose.joining import join

    person = who(project, user, password_file)
    with join(project, *person, only={DeviceId(device)}) as joined:
        viewer = joined.viewer
        joined.wait_for_answers()
        detail = joined.ask(joined.asked.plant.device(viewer, DeviceId(device)))
        name = detail.view.config.name
        reached = detail.view.standing.last_error
        if reached and all(spec.key != point for spec in detail.points):
            raise DeviceUnreachable(f"{name}: {reached}")
        spec = find_point(detail.points, point, name)
        wished = _number(value, spec, name)
        old = _present(joined, DeviceId(device), spec)
        if not yes and not _agreed(f"{name}, {spec.name}: {old} → {value} {spec.unit}?"):
            raise BadInput(_("not confirmed, nothing was sent; --yes does not ask"))
        request = WriteRequest(
            DeviceId(device), spec.key, wished, uuid4().hex, note=note, lasts_min=lasts or None
        )
        result = joined.ask(joined.asked.control.write(viewer, request))
        standing = joined.ask(joined.asked.plant.device(viewer, request.device)).view.standing
    _tell(result, spec, as_json=as_json)
    if result.state is not WriteState.CONFIRMED:
        answers = standing.presence in (Presence.ON, Presence.FAULT)
        raise _error(result, answers=answers and not result.reason.endswith(NOT_REACHED))


def _present(joined: "Joined", device: DeviceId, spec: PointSpec) -> str:
    """Return what the setting is now, as far as it is known."""
    point = point_id(device, spec.key)
    held = joined.ask(joined.asked.plant.latest(joined.viewer, [point]))
    value = held[0].value if held else None
    return written(form_of(spec), value, Words(language()))


def _agreed(question: str) -> bool:
    """Ask on stderr: stdout belongs to the result alone."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not sys.stdin.isatty():
        sys.stderr.write("\n")
    return answer.strip().casefold() in ("y", "yes", _("yes"))


def _number(value: str, spec: PointSpec, name: str) -> float:
    """Understand a number with point or comma, OFF, or one of the setting's words."""
    rules = spec.write
    if value.upper() == "OFF" and rules is not None and rules.off_value is not None:
        return rules.off_value
    for code, word in spec.choices.items():
        if value.casefold() == word.casefold():
            return float(code)
    digits = _NUMBER.fullmatch(value.strip().replace("−", "-"))
    if digits is None:
        raise BadInput(f"{name}, {spec.name}: {value!r} is no number")
    try:
        number = number_typed(digits[0], ".", _ANY_DECIMALS)
    except BadInput as error:
        raise BadInput(f"{name}, {spec.name}: {error}") from error
    if number is None:
        raise BadInput(f"{name}, {spec.name}: {value!r} is no number")
    return number


def _tell(result: WriteResult, spec: PointSpec, *, as_json: bool) -> None:
    if as_json:
        tell_json(
            {
                "device": result.device,
                "point": result.key,
                "old": result.old,
                "new": result.new,
                "read_back": result.read_back,
                "unit": spec.unit,
                "state": result.state.value,
                "reason": result.reason,
            }
        )
    else:
        form, words = form_of(spec), Words(language())
        old, new = (written(form, value, words) for value in (result.old, result.new))
        tell(f"{old} → {new} {spec.unit}: {result.state.value}")


def _error(result: WriteResult, *, answers: bool) -> PlantError:
    if result.state is WriteState.REFUSED and answers:
        return WriteRefused(result.reason)
    return DeviceUnreachable(result.reason)


COMMAND = Command("write", run, 70, takes_negatives=True)
