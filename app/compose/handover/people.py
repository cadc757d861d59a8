"""Roles and shared presets of a laptop's project: compared, and brought where chosen.

Accounts stay where they are: see decision 0016. What would give people other rights is
never taken without a word: a role or a group that both have and that differs waits for
somebody's choice.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.asked import Preset
from app.compose.handover.pairing import Pairing
from app.errors import BadInput, NotPermitted
from app.model.handover import Choice, Difference, State
from app.model.reading import DeviceId
from app.model.rights import Role
from app.model.thingdiff import field_changes, told
from app.model.version import Thing, ThingKind, ThingVersion
from app.project.archive import Archive
from app.project.desks import Desks
from app.project.opening import Project
from app.project.people import PeopleArchive
from app.project.thingcontent import content_of_preset, content_of_role, role_from
from app.users.roles import ADMINISTRATOR, Roles, within
from app.users.tables import AccountRow
from app.verbs import Viewer
from app.words import _

ACCOUNT, ROLE, PRESET = "account", "role", "preset"


def people_differences(
    ours: Project, theirs: Project, pairing: Pairing
) -> Iterator[Difference]:
    """Yield the roles and shared presets that differ, and who has an account there alone."""
    for project in (ours, theirs):
        PeopleArchive(project).look()
    yield from _roles(ours, theirs)
    yield from _presets(ours, theirs, pairing)
    here = ours.accounts.logins()
    for person in theirs.accounts.people():
        if person.login not in here and not person.ended:
            yield Difference(ACCOUNT, person.login, person.name, State.STAYS, (person.role,))


def require_no_accounts(choices: Mapping[str, Choice]) -> None:
    """Raise `BadInput` when somebody chose a laptop's account."""
    for key, choice in choices.items():
        if key.startswith(f"{ACCOUNT}:") and choice is Choice.LAPTOP:
            raise BadInput(
                _("{key}: accounts are not brought along; add the person here").format(key=key)
            )


def bring_people(
    theirs: Project,
    ours: tuple[Engine, Path],
    archive: Archive,
    taken: Sequence[Difference],
    pairing: Pairing,
    viewer: Viewer,
) -> None:
    """Put the roles and presets that were taken into our staged configuration.

    Raises `NotPermitted` for a role that may do more than who brings it.
    """
    engine, file = ours
    wanted = {(each.kind, each.id) for each in taken}
    note = _("brought from a laptop")
    roles, desks = Roles(engine), Desks(engine, file)
    for role in theirs.roles.all():
        if (ROLE, role.id) in wanted:
            made = _put_role(roles, role, viewer)
            archive.saved(
                Thing(ThingKind.ROLE, role.id), content_of_role(made), viewer.name, note
            )
    for preset in _shared(theirs, pairing):
        if (PRESET, preset.id) in wanted:
            kept = desks.keep_preset(_owner(engine, desks, preset, viewer), preset)
            archive.saved(
                Thing(ThingKind.PRESET, preset.id), content_of_preset(kept), viewer.name, note
            )


def _roles(ours: Project, theirs: Project) -> Iterator[Difference]:
    here = {role.id: role for role in ours.roles.all()}
    for role in sorted(theirs.roles.all(), key=lambda each: each.id):
        if role.id == ADMINISTRATOR or (role.preset and not role.version):
            continue  # everywhere as it came
        known = here.get(role.id)
        content = "" if known is None else content_of_role(known)
        thing = Thing(ThingKind.ROLE, role.id)
        held = ours.archive.versions(thing)
        found = _difference(thing, role.name, content, content_of_role(role), held)
        if found is not None:
            yield found


def _presets(ours: Project, theirs: Project, pairing: Pairing) -> Iterator[Difference]:
    for preset in _shared(theirs, pairing):
        known = ours.desks.get(preset.id)
        content = "" if known is None else content_of_preset(known)
        wished = replace(preset, owner=known.owner) if known else preset
        thing = Thing(ThingKind.PRESET, preset.id)
        held = ours.archive.versions(thing)
        found = _difference(thing, preset.name, content, content_of_preset(wished), held)
        if found is not None:
            yield found


def _difference(
    thing: Thing, name: str, here: str, there: str, held: Sequence[ThingVersion]
) -> Difference | None:
    if here == there:
        return None
    if there in {each.content for each in held}:
        state = State.OURS  # the laptop has what stood here once
    else:
        state = State.CONFLICT if here else State.NEW
    lines = (told(field_changes(here, there)),) if here else ()
    return Difference(thing.kind.value, thing.id, name, state, lines)


def _shared(theirs: Project, pairing: Pairing) -> list[Preset]:
    """Return what everybody on the laptop saw, with our ids of devices in it."""
    found = []
    for preset in sorted(theirs.desks.seen_by(""), key=lambda each: each.id):
        if not preset.shared:
            continue
        inside = _mapped(json.loads(preset.content), pairing.devices)
        found.append(replace(preset, content=json.dumps(inside, ensure_ascii=False)))
    return found


def _mapped(value: Any, devices: Mapping[DeviceId, DeviceId]) -> Any:
    """Return a value of JSON with our ids where the laptop's devices and points stand."""
    if isinstance(value, str):
        device, dot, rest = value.partition(".")
        return f"{devices.get(DeviceId(device), device)}{dot}{rest}"
    if isinstance(value, list):
        return [_mapped(each, devices) for each in value]
    if isinstance(value, dict):
        return {_mapped(name, devices): _mapped(each, devices) for name, each in value.items()}
    return value


def _put_role(roles: Roles, role: Role, viewer: Viewer) -> Role:
    try:
        now = roles.get(role.id)
    except BadInput:
        now = Role(role.id, "", 0, {})
    mine = viewer.rights
    ranks = (role.rank, now.rank)
    if max(ranks) >= mine.rank or not within(role.cells, mine.cells):
        raise NotPermitted(
            _("the role {role} may do more than you: you cannot bring it").format(
                role=role.name
            )
        )
    return roles.put(role_from(content_of_role(role), now))


def _owner(engine: Engine, desks: Desks, preset: Preset, viewer: Viewer) -> str:
    """Return whose a preset is with us: who had it, if they are known, else who brings it."""
    known = desks.get(preset.id)
    if known is not None:
        return known.owner
    with Session(engine) as session:
        there = session.scalar(select(AccountRow.login).where(AccountRow.login == preset.owner))
    return viewer.login if there is None else preset.owner
