"""Roles: those of the matrix file, what a project changed of them, and its own."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.database import place_of, reading, told
from app.errors import BadInput, Conflict, missing
from app.model.rights import NEEDS, WHOLE, Capability, Cells, Role, Scope
from app.users.tables import AccountRow, RoleRow
from app.words import _

ADMINISTRATOR = "administrator"  # may do everything, whatever else is changed
FILE = "roles.toml"
LONGEST_NAME = 80  # characters
_KEYS = {"name", "origin", "rank", "start", "pages", "all", "assigned"}
_ORDER = (Scope.NONE, Scope.ASSIGNED, Scope.ALL)


@cache
def preset_roles() -> Mapping[str, Role]:
    """Return the roles that come with Heatdesk, by their ids, in the file's order."""
    text = files("resources.rights").joinpath(FILE).read_text(encoding="utf-8")
    return read_roles(text)


def read_roles(text: str) -> Mapping[str, Role]:
    """Return the roles of a matrix file; `BadInput` naming the role that is wrong."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{FILE}: {error}") from error
    roles = {name: _preset(name, table) for name, table in tables.items()}
    for role in roles.values():
        require_role(role)
    return roles


def require_role(role: Role) -> None:
    """Raise `BadInput` for a role that makes no sense: names what is missing."""
    if not role.name.strip() or len(role.name) > LONGEST_NAME:
        raise BadInput(
            _("a role needs a name of 1 to {count} characters").format(count=LONGEST_NAME)
        )
    for capability, scope in role.cells.items():
        if capability in WHOLE and scope is Scope.ASSIGNED:
            raise BadInput(
                _("{role}: “{right}” is held for everything or not at all").format(
                    role=role.name, right=capability.value
                )
            )
        for needed in NEEDS.get(capability, ()):
            if _ORDER.index(role.scope(needed)) < _ORDER.index(scope):
                raise BadInput(
                    _("{role}: “{right}” needs “{needed}”, as far at least").format(
                        role=role.name, right=capability.value, needed=needed.value
                    )
                )


def within(cells: Cells, limits: Cells) -> bool:
    """Whether nothing of ``cells`` reaches further than ``limits`` do."""
    nothing = Scope.NONE
    return all(
        _ORDER.index(scope) <= _ORDER.index(limits.get(capability, nothing))
        for capability, scope in cells.items()
    )


class Roles:
    """The roles of a project; every method blocks and may run in any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._reading = engine, reading(engine)
        self._place = place_of(engine)

    def all(self) -> list[Role]:
        """Return every role, the highest rank first."""
        known = dict(preset_roles())
        with told(self._place), Session(self._reading) as session:
            for row in session.scalars(select(RoleRow)):
                known[row.id] = _kept(row, preset_roles().get(row.id))
        return sorted(known.values(), key=lambda role: (-role.rank, role.id))

    def get(self, role: str) -> Role:
        """Return a role; `BadInput` for an unknown one."""
        with told(self._place), Session(self._reading) as session:
            row = session.get(RoleRow, role)
            if row is not None:
                return _kept(row, preset_roles().get(role))
        if role not in preset_roles():
            raise missing("role", role)
        return preset_roles()[role]

    def manages(self, login: str) -> bool:
        """Whether somebody may manage people."""
        with told(self._place), Session(self._reading) as session:
            row = session.get(AccountRow, login)
            role = "" if row is None or row.ended else row.role
        try:
            return self.get(role).scope(Capability.MANAGE_USERS) is Scope.ALL
        except BadInput:
            return False

    def put(self, role: Role) -> Role:
        """Keep a role as changed; `Conflict` when somebody else changed it meanwhile."""
        require_role(role)
        with told(self._place), Session(self._engine) as session, session.begin():
            row = session.get(RoleRow, role.id)
            if role.version != (0 if row is None else row.version):
                raise Conflict(
                    _("somebody else changed the role {role}").format(role=role.name)
                )
            if row is None:
                row = RoleRow(id=role.id, version=0)
                session.add(row)
            row.name, row.rank = role.name.strip(), role.rank
            row.cells = {cap.value: scope.value for cap, scope in role.cells.items()}
            row.start_page, row.pages = role.start_page, list(role.pages)
            row.version += 1
            session.flush()
            return _kept(row, preset_roles().get(role.id))

    def remove(self, role: str) -> None:
        """Forget a project's own role, or what it changed of a preset."""
        with told(self._place), Session(self._engine) as session, session.begin():
            row = session.get(RoleRow, role)
            if row is None:
                raise missing("role", role)
            session.delete(row)


def _preset(name: str, table: Any) -> Role:
    if not isinstance(table, dict) or (odd := set(table) - _KEYS):
        raise BadInput(f"{FILE}, [{name}]: cannot be understood: {sorted(odd)}")
    cells: dict[Capability, Scope] = {}
    for scope in (Scope.ALL, Scope.ASSIGNED):
        for word in table.get(scope.value, ()):
            capability = _capability(name, word)
            if capability in cells:
                raise BadInput(f"{FILE}, [{name}]: {word} is named twice")
            cells[capability] = scope
    try:
        return Role(
            name,
            str(table["name"]),
            int(table["rank"]),
            cells,
            str(table.get("start", "")),
            tuple(table.get("pages", ())),
            origin=str(table["origin"]),
            preset=True,
        )
    except KeyError as error:
        raise BadInput(f"{FILE}, [{name}]: {error.args[0]} is missing") from error


def _capability(role: str, word: str) -> Capability:
    try:
        return Capability(word)
    except ValueError as error:
        raise BadInput(f"{FILE}, [{role}]: there is no capability {word!r}") from error


def _kept(row: RoleRow, preset: Role | None) -> Role:
    """Return a role as the project keeps it; what it no longer understands is not held."""
    scopes = {each.value: each for each in Scope}
    cells = {
        each: scopes[row.cells[each.value]]
        for each in Capability
        if row.cells.get(each.value) in scopes
    }
    made = Role(row.id, row.name, row.rank, cells, row.start_page, tuple(row.pages))
    if preset is not None:
        # Whatever is changed of a preset, the first administrator keeps every right.
        whole = preset.cells if row.id == ADMINISTRATOR else cells
        made = replace(made, cells=whole, origin=preset.origin, preset=True)
    return replace(made, version=row.version)
