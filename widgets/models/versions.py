"""Versions in words: what the things are called, their fields, and the columns of the lists."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from app.model.reading import DeviceId
from app.model.rights import Capability, Scope
from app.model.second import Danger
from app.model.thingdiff import Change, FieldChange, LineChange
from app.model.version import Thing, ThingKind, ThingStory, ThingVersion
from app.sentences import told_sentence
from app.users.roles import preset_roles
from app.verbs import Viewer
from app.words import _, told
from widgets.controls.moments import moment_text
from widgets.models.optionwords import kind_name, option_value, option_word
from widgets.models.rights import right_word, role_name, scope_word
from widgets.models.rows import Cell, Column, Tone
from widgets.secondperson.telling import danger_word

_PLACE = " › "
_OPTIONS = "options"
_SIGNS = {Change.SAME: "", Change.CHANGED: "≠", Change.ADDED: "+", Change.REMOVED: "−"}


def kind_word(kind: ThingKind) -> str:
    """Return what such a thing is called."""
    return {
        ThingKind.PLANT: _("Letterhead"),
        ThingKind.LINK: _("Line"),
        ThingKind.DEVICE: _("Device"),
        ThingKind.RULE: _("Alarm rule"),
        ThingKind.PERSON: _("Person"),
        ThingKind.ROLE: _("Role"),
        ThingKind.SECOND: _("Second persons"),
        ThingKind.PRESET: _("Preset"),
        ThingKind.PROFILE: _("Device profile"),
        ThingKind.DIAGRAM: _("Diagram"),
    }[kind]


def sort_word(story: ThingStory) -> str:
    """Return what a thing is, a preset by what it is for."""
    words = {
        "device-group": _("Group of devices"),
        "dashboard": _("Dashboard"),
    }
    return words.get(story.sort) or kind_word(story.thing.kind)


def thing_name(story: ThingStory, name_of: Callable[[DeviceId], str] = str) -> str:
    """Return a thing's name; roles and rules that came with Heatdesk follow the language.

    A rule is named with its device: every device has one that it does not answer.
    """
    preset = preset_roles().get(story.thing.id)
    if story.thing.kind is ThingKind.SECOND:
        return kind_word(ThingKind.SECOND)
    if story.thing.kind is ThingKind.ROLE and preset is not None and story.name == preset.name:
        return role_name(preset)
    if story.watches:
        rule, device = told(story.name), name_of(DeviceId(story.watches))
        return _("{rule}: {device}").format(rule=rule, device=device)
    return story.name


def story_columns(
    zone: tzinfo | None, name_of: Callable[[DeviceId], str] = str
) -> Sequence[Column[ThingStory]]:
    """Return the columns of everything that is kept in versions."""
    return (
        Column(
            "name",
            lambda: _("Name"),
            lambda each: _name(each, name_of),
            170,
            stretch=True,
            by_end=True,  # the rules of all devices begin alike
        ),
        Column("what", lambda: _("What"), lambda each: _quiet(sort_word(each)), 116),
        Column(
            "at",
            lambda: _("Changed"),
            lambda each: _quiet(_when(each.at, zone)),
            150,
            lambda each: each.at.timestamp() if each.at else 0.0,
        ),
    )


def version_columns(zone: tzinfo | None) -> Sequence[Column[ThingVersion]]:
    """Return the columns of the versions of one thing."""
    return (
        Column(
            "number",
            lambda: _("Version"),
            lambda each: Cell(str(each.number)),
            80,
            lambda each: each.number,
            right=True,
        ),
        Column(
            "at",
            lambda: _("When"),
            lambda each: _quiet(_when(each.at, zone)),
            150,
            lambda each: each.at.timestamp() if each.at else 0.0,
        ),
        Column("by", lambda: _("By"), lambda each: Cell(each.author or "–"), 150),
        Column("note", lambda: _("Note"), _note, 200, stretch=True),
    )


def field_columns(
    older: Callable[[], str], newer: Callable[[], str]
) -> Sequence[Column[FieldChange]]:
    """Return the columns of a difference field by field; the heads name the versions."""
    return (
        Column("sign", lambda: "", _sign, 28, lambda each: _SIGNS[each.change]),
        Column(
            "field",
            lambda: _("Field"),
            lambda each: Cell(field_word(each.name), strong=each.change is not Change.SAME),
            180,
        ),
        Column("old", older, lambda each: _side(each, each.old, Change.ADDED), 220),
        Column(
            "new",
            newer,
            lambda each: _side(each, each.new, Change.REMOVED),
            220,
            stretch=True,
        ),
    )


def line_columns() -> Sequence[Column[LineChange]]:
    """Return the columns of a difference line by line: both numbers, a sign, the line."""
    return (
        Column("old", lambda: _("Old"), lambda each: _number(each.old_number), 56, right=True),
        Column("new", lambda: _("New"), lambda each: _number(each.new_number), 56, right=True),
        Column("sign", lambda: "", lambda each: Cell(_SIGNS[each.change], strong=True), 28),
        Column("text", lambda: _("Line of the file"), _line, 400, stretch=True),
    )


def field_word(name: str) -> str:
    """Return a field's name in words; a right is called as in the matrix of rights."""
    first, _blank, rest = name.partition(_PLACE)
    if first == "cells" and rest:
        return _PLACE.join((_("Rights"), _right(rest)))
    if first == "dangers" and rest in {each.value for each in Danger}:
        return _PLACE.join((_("Second person for"), danger_word(Danger(rest))))
    if first == _OPTIONS and rest:
        rest = option_word(rest)
    words = field_words()
    known = words.get(first, first.replace("_", " "))
    return _PLACE.join(part for part in (known, rest) if part)


def why_not_saved(viewer: Viewer, thing: Thing) -> str:
    """Return why this person cannot save such a thing, as a sentence; "" when they can."""
    needs = {
        ThingKind.PLANT: Capability.EDIT_GENERAL,
        ThingKind.LINK: Capability.EDIT_DEVICES,
        ThingKind.DEVICE: Capability.EDIT_DEVICES,
        ThingKind.RULE: Capability.EDIT_RULES,
        ThingKind.PERSON: Capability.MANAGE_USERS,
        ThingKind.ROLE: Capability.MANAGE_USERS,
        ThingKind.SECOND: Capability.MANAGE_USERS,
        ThingKind.PRESET: Capability.KEEP_OWN,
        ThingKind.PROFILE: Capability.EDIT_PROJECT,
        ThingKind.DIAGRAM: Capability.EDIT_PROJECT,
    }
    need = needs[thing.kind]
    device = DeviceId(thing.id) if thing.kind is ThingKind.DEVICE else None
    if viewer.may(need, device):
        return ""
    return _("For this you need the right “{right}”.").format(right=right_word(need))


def field_words() -> dict[str, str]:
    """Return what the fields of things are called, by their names."""
    return {
        "id": _("Id"),
        "name": _("Name"),
        "area": _("Area"),
        "link": _("Line"),
        "unit": _("Unit"),
        "profile": _("Profile"),
        "enabled": _("In service"),
        "serial": _("Serial number"),
        "options": _("Options"),
        "kind": _("Kind"),
        "device": _("Device"),
        "point": _("Point"),
        "priority": _("Priority"),
        "limit": _("Limit"),
        "deadband": _("Deadband"),
        "on_delay_s": _("Delay before it is raised (s)"),
        "off_delay_s": _("Delay before it ends (s)"),
        "title": _("Plant"),
        "zone": _("Time zone"),
        "utility": _("Utility"),
        "logo": _("Logo"),
        "role": _("Role"),
        "devices": _("Devices"),
        "areas": _("Areas"),
        "groups": _("Groups"),
        "is_guest": _("Guest"),
        "ended": _("Ended"),
        "rank": _("Rank"),
        "cells": _("Rights"),
        "start_page": _("First page"),
        "pages": _("Pages"),
        "owner": _("Owner"),
        "shared": _("Shared"),
        "content": _("Content"),
        "dangers": _("Second person for"),
        "wait_min": _("A request waits (min)"),
    }


def _right(name: str) -> str:
    try:
        return right_word(Capability(name))
    except ValueError:
        return name


def _value(each: FieldChange, text: str) -> str:
    if each.name.startswith("cells") and text:
        try:
            return scope_word(Scope(text))
        except ValueError:
            return text
    if each.name.startswith(_OPTIONS + _PLACE):
        text = option_value(each.name.removeprefix(_OPTIONS + _PLACE), text)
    elif each.name == "kind" and text:
        return kind_name(text)
    preset = preset_roles().get(text) if each.name == "role" else None
    if preset is not None:
        return role_name(preset)
    return {"true": _("yes"), "false": _("no"), "": "–"}.get(text, text)


def _side(each: FieldChange, text: str, absent: Change) -> Cell:
    shown = "" if each.change is absent else _value(each, text)
    changed = each.change is not Change.SAME
    return Cell(shown, strong=changed, tone=Tone.NORMAL if changed else Tone.QUIET, tip=shown)


def _sign(each: FieldChange) -> Cell:
    return Cell(_SIGNS[each.change], strong=True, tip=_sign_word(each.change))


def _sign_word(change: Change) -> str:
    return {
        Change.SAME: "",
        Change.CHANGED: _("changed"),
        Change.ADDED: _("added"),
        Change.REMOVED: _("removed"),
    }[change]


def _line(each: LineChange) -> Cell:
    changed = each.change is not Change.SAME
    tone = Tone.NORMAL if changed else Tone.QUIET
    return Cell(each.text, strong=changed, tone=tone, tip=each.text)


def _number(number: int | None) -> Cell:
    return _quiet("" if number is None else str(number))


def _name(story: ThingStory, name_of: Callable[[DeviceId], str]) -> Cell:
    name = thing_name(story, name_of)
    if story.is_gone:
        return Cell(
            _("{name} (removed)").format(name=name), tone=Tone.QUIET, tip=story.thing.id
        )
    return Cell(name, tip=story.thing.id)


def _note(version: ThingVersion) -> Cell:
    note = told_sentence(version.note)  # of ours where nobody wrote one
    if version.is_gone:
        note = " · ".join(part for part in (_("removed"), note) if part)
    return _quiet(note)


def _when(at: datetime | None, zone: tzinfo | None) -> str:
    return moment_text(at, zone) if at is not None else "–"


def _quiet(text: str) -> Cell:
    return Cell(text, tone=Tone.QUIET, tip=text)
