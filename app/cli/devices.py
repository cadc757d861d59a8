"""``heatdesk devices``: what devices a project has and how they are doing."""

from typing import TYPE_CHECKING

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.compose.terminal import tell, tell_json
from app.model.device import Presence

if TYPE_CHECKING:  # every command is found by loading it, and most ask nothing
    from app.asked import DeviceView


def run(
    project: Project,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """List the devices and how they are doing."""
    from app.compose.joining import join

    with join(project, *who(project, user, password_file)) as joined:
        joined.wait_for_answers()
        views = joined.ask(joined.asked.plant.devices(joined.viewer))
    if as_json:
        tell_json([described(view) for view in views])
        return
    for view in views:
        state = view.standing.presence.value
        tell(f"{view.config.id:<24} {state:<9} {view.label:<32} {view.config.name}")


def described(view: "DeviceView") -> dict[str, object]:
    """Return a device as the public JSON shows it."""
    standing = view.standing
    last = standing.last_answer_at
    return {
        "device": view.config.id,
        "name": view.config.name,
        "area": view.config.area,
        "link": view.link.id,
        "address": dict(view.link.options) | {"unit": view.config.unit},
        "driver": view.link.kind,
        "profile": standing.profile or view.config.profile,
        "application": view.label,
        "state": standing.presence.value,
        "online": standing.presence in (Presence.ON, Presence.FAULT),
        "since": standing.since.isoformat(),
        "last_answer_at": last.isoformat() if last else None,
        "latency_ms": None if standing.latency_ms is None else round(standing.latency_ms, 1),
        "requests": standing.requests,
        "failures": standing.failures,
        "last_error": standing.last_error,
        "faults": list(standing.faults),
    }


COMMAND = Command("devices", run, 50)
