"""People, roles and presets as their versions hold them, and read from there again."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from app.asked import Preset
from app.errors import BadInput
from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig
from app.model.person import Person
from app.model.rights import Capability, Role, Scope
from app.model.second import Danger, SecondRules
from app.words import _

Held = LinkConfig | DeviceConfig | AlarmRule


def content_of_held(thing: Held) -> str:
    """Return what is kept of a line, a device or an alarm rule."""
    return _json({field.name: getattr(thing, field.name) for field in fields(thing)})


def content_of_person(person: Person) -> str:
    """Return what is kept of a person; never anything of their password."""
    return _json(
        {
            "name": person.name,
            "role": person.role,
            "devices": sorted(person.devices),
            "areas": sorted(person.areas),
            "groups": sorted(person.groups),
            "is_guest": person.is_guest,
            "ended": person.ended,
        }
    )


def content_of_role(role: Role) -> str:
    """Return what is kept of a role; what it does not hold is left out."""
    cells = {
        capability.value: role.scope(capability).value
        for capability in Capability
        if role.scope(capability) is not Scope.NONE
    }
    return _json(
        {
            "name": role.name,
            "rank": role.rank,
            "cells": cells,
            "start_page": role.start_page,
            "pages": list(role.pages),
        }
    )


def content_of_rules(rules: SecondRules) -> str:
    """Return what is kept of the rules for second persons."""
    dangers = {each.value: each in rules.dangers for each in Danger}
    return _json({"dangers": dangers, "wait_min": rules.wait_min})


def content_of_preset(preset: Preset) -> str:
    """Return what is kept of a preset."""
    try:
        inside: Any = json.loads(preset.content)
    except ValueError:
        inside = preset.content
    return _json(
        {
            "kind": preset.kind,
            "name": preset.name,
            "owner": preset.owner,
            "shared": preset.shared,
            "content": inside,
        }
    )


def device_from(content: str) -> DeviceConfig:
    """Return a device as a version holds it; `BadInput` when that cannot be read."""
    return _made(DeviceConfig, content)  # type: ignore[no-any-return]


def link_from(content: str) -> LinkConfig:
    """Return a line as a version holds it; `BadInput` when that cannot be read."""
    return _made(LinkConfig, content)  # type: ignore[no-any-return]


def rule_from(content: str) -> AlarmRule:
    """Return an alarm rule as a version holds it; `BadInput` when that cannot be read."""
    return _made(AlarmRule, content)  # type: ignore[no-any-return]


def person_from(content: str, now: Person) -> Person:
    """Return somebody as a version holds them, to be saved in place of ``now``."""
    known = read_fields(content)
    given = {
        name: tuple(map(str, known.get(name, ()))) for name in ("devices", "areas", "groups")
    }
    return replace(
        now,
        name=str(known.get("name", now.name)),
        role=str(known.get("role", now.role)),
        is_guest=bool(known.get("is_guest")),
        ended=str(known.get("ended", "")),
        **given,  # type: ignore[arg-type]  # tuples of names
    )


def role_from(content: str, now: Role) -> Role:
    """Return a role as a version holds it, to be saved in place of ``now``."""
    known = read_fields(content)
    raw = known.get("cells", {})
    scopes = {each.value: each for each in Scope}
    cells = {
        each: scopes[raw[each.value]] for each in Capability if raw.get(each.value) in scopes
    }
    return replace(
        now,
        name=str(known.get("name", now.name)),
        rank=int(known.get("rank", now.rank)),
        cells=cells,
        start_page=str(known.get("start_page", "")),
        pages=tuple(map(str, known.get("pages", ()))),
    )


def rules_from(content: str, now: SecondRules) -> SecondRules:
    """Return the rules for second persons as a version holds them, in place of ``now``."""
    known = read_fields(content)
    wanted = known.get("dangers", {})
    return replace(
        now,
        dangers=frozenset(each for each in Danger if wanted.get(each.value)),
        wait_min=int(known.get("wait_min", now.wait_min)),
    )


def preset_from(content: str, preset: str) -> Preset:
    """Return a preset as a version holds it."""
    known = read_fields(content)
    return Preset(
        preset,
        str(known.get("kind", "")),
        str(known.get("name", "")),
        str(known.get("owner", "")),
        bool(known.get("shared")),
        json.dumps(known.get("content"), ensure_ascii=False),
    )


def read_fields(content: str) -> Mapping[str, Any]:
    """Return the fields of a version; `BadInput` when it holds none."""
    try:
        known = json.loads(content)
    except ValueError:
        known = None
    if not isinstance(known, dict):
        raise BadInput(_("this version cannot be read"))
    return known


def _made(kind: Any, content: str) -> Any:
    try:
        return kind(**read_fields(content))
    except TypeError as error:
        raise BadInput(_("this version cannot be read")) from error


def _json(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)
