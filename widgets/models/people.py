"""People in a table, what may be given to them, and two people's changes brought together."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import Enum

from app.asked import DeviceView
from app.model.area import SEPARATOR, path_of
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Role, Scope
from app.words import _, ngettext
from widgets.controls.marks import Mark
from widgets.controls.moments import day_text
from widgets.controls.quality import figures
from widgets.models.rights import role_name
from widgets.models.rows import Cell, Column, Tone

_INDENT = "\u2003"  # an em space for each area around it
Roles = Callable[[], Mapping[str, Role]]
Groups = Mapping[str, tuple[str, frozenset[str]]]  # id → name and devices


class Kind(Enum):
    """By what devices are given to somebody."""

    DEVICE = "device"
    AREA = "area"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Givable:
    """One thing that can be given: a device, an area with all in it, or a group."""

    id: str
    words: str
    beside: str = ""
    depth: int = 0


def people_columns(roles: Roles, zone: tzinfo | None) -> Sequence[Column[Person]]:
    """Return the columns of who may come in."""
    return (
        Column("name", lambda: _("Name"), lambda each: Cell(each.name, strong=True), 140),
        Column("login", lambda: _("Login"), lambda each: Cell(each.login), 108),
        Column("role", lambda: _("Role"), lambda each: _role(each, roles()), 106),
        Column(
            "given",
            lambda: _("What was given"),
            lambda each: Cell(given_text(each, roles().get(each.role))),
            150,
            stretch=True,
        ),
        Column("guest", lambda: _("Guest"), _guest, 56),
        Column("state", lambda: _("State"), _state, 116, stretch=True),
        Column(
            "password",
            lambda: _("Password since"),
            lambda each: _since(each, zone),
            134,
            lambda each: each.password_at.timestamp() if each.password_at else 0.0,
        ),
    )


def given_text(person: Person, role: Role | None) -> str:
    """Return what a person was given, in words."""
    if role is not None and Scope.ASSIGNED not in role.cells.values():
        return _("everything, by the role")
    parts = [
        words.format(count=figures(count, 0))
        for count, words in (
            (
                len(person.devices),
                ngettext("{count} device", "{count} devices", len(person.devices)),
            ),
            (len(person.areas), ngettext("{count} area", "{count} areas", len(person.areas))),
            (
                len(person.groups),
                ngettext("{count} group", "{count} groups", len(person.groups)),
            ),
        )
        if count
    ]
    return ", ".join(parts) or _("nothing yet")


def person_state(person: Person) -> str:
    """Return whether somebody may come in, in words."""
    return _("sent away: {why}").format(why=person.ended) if person.ended else _("may come in")


def all_devices(views: Sequence[DeviceView]) -> list[Givable]:
    """Return every device by name."""
    areas = {area: path_of(area) for area in {view.config.area for view in views}}
    rows = [
        Givable(view.config.id, view.config.name, areas[view.config.area]) for view in views
    ]
    rows.sort(key=lambda each: each.words.casefold())
    return rows


def all_areas(views: Sequence[DeviceView]) -> list[Givable]:
    """Return the areas as a tree from top to bottom, each with all that lies in it."""
    counts: dict[str, int] = {}
    for area, devices in Counter(view.config.area for view in views).items():
        parts = path_of(area).split(SEPARATOR)
        for depth in range(1, len(parts) + 1):
            path = SEPARATOR.join(parts[:depth])
            counts[path] = counts.get(path, 0) + devices
    counts.pop("", None)
    return [
        Givable(
            path,
            path.rpartition(SEPARATOR)[2],
            _devices(counts[path]),
            path.count(SEPARATOR),
        )
        for path in sorted(counts, key=lambda each: each.casefold().split(SEPARATOR))
    ]


def with_gone(rows: Sequence[Givable], given: Sequence[str]) -> list[Givable]:
    """Return what can be given, and what was given and is no longer there."""
    return [*rows, *(_gone(given, {each.id for each in rows}) if given else ())]


def groups_to_give(groups: Groups, given: Sequence[str]) -> list[Givable]:
    """Return the shared groups of devices."""
    rows = [
        Givable(key, name, _devices(len(devices))) for key, (name, devices) in groups.items()
    ]
    rows.sort(key=lambda each: each.words.casefold())
    return [*rows, *_gone(given, set(groups))]


def givable_columns(
    given: Callable[[Givable], bool], title: str, beside: str
) -> Sequence[Column[Givable]]:
    """Return the columns of what can be given: whether it is, its name, what it is of."""

    def shown(row: Givable) -> Cell:
        if given(row):
            return Cell(_("given"), mark=Mark("check"))
        return Cell("–", tone=Tone.QUIET, tip=_("not given"))

    return (
        Column("given", lambda: _("Given"), shown, 88, lambda row: not given(row)),
        Column("name", lambda: title, _words, 160, lambda row: row.id, stretch=True),
        Column("beside", lambda: beside, lambda row: Cell(row.beside, tone=Tone.QUIET), 110),
    )


def with_given(person: Person, kind: Kind, given: Sequence[str]) -> Person:
    """Return a person who was given this instead."""
    if kind is Kind.DEVICE:
        return replace(person, devices=tuple(DeviceId(each) for each in given))
    if kind is Kind.AREA:
        return replace(person, areas=tuple(given))
    return replace(person, groups=tuple(given))


def given_to(person: Person, kind: Kind) -> tuple[str, ...]:
    """Return what of a kind a person was given."""
    return {
        Kind.DEVICE: tuple(map(str, person.devices)),
        Kind.AREA: tuple(path_of(area) for area in person.areas),
        Kind.GROUP: person.groups,
    }[kind]


def brought_together(before: Person, edited: Person, newest: Person) -> Person:
    """Return the newest of a person with what was edited since ``before`` on top."""
    made = newest
    if edited.name != before.name:
        made = replace(made, name=edited.name)
    if edited.role != before.role:
        made = replace(made, role=edited.role)
    if edited.is_guest != before.is_guest:
        made = replace(made, is_guest=edited.is_guest)
    for kind in Kind:
        was, wished = set(given_to(before, kind)), set(given_to(edited, kind))
        now = [each for each in given_to(newest, kind) if each not in was - wished]
        added = [each for each in given_to(edited, kind) if each not in was | set(now)]
        made = with_given(made, kind, [*now, *added])
    return made


def _role(person: Person, roles: Mapping[str, Role]) -> Cell:
    role = roles.get(person.role)
    return Cell(role_name(role) if role is not None else _("no longer there"))


def _guest(person: Person) -> Cell:
    return Cell(_("guest") if person.is_guest else "")


def _state(person: Person) -> Cell:
    mark = Mark("presence-disabled" if person.ended else "presence-on")
    return Cell(person_state(person), mark=mark)


def _since(person: Person, zone: tzinfo | None) -> Cell:
    if person.password_at is None:
        return Cell("–", tone=Tone.QUIET, tip=_("not known"))
    return Cell(day_text(person.password_at, zone), tone=Tone.QUIET)


def _words(row: Givable) -> Cell:
    return Cell(f"{_INDENT * row.depth}{row.words}", tip=row.id if row.depth else row.words)


def _devices(count: int) -> str:
    return ngettext("{count} device", "{count} devices", count).format(count=figures(count, 0))


def _gone(given: Sequence[str], known: set[str]) -> list[Givable]:
    """Return rows of what was given and is not there: it is kept until somebody unticks it."""
    return [Givable(each, each, _("not there any more")) for each in given if each not in known]
