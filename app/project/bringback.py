"""Brings one thing back as an earlier version has it: a saving like any other."""

from collections.abc import Sequence

from app.asked import Asked
from app.errors import BadInput, Conflict, missing
from app.model.device import LinkId
from app.model.reading import DeviceId
from app.model.rights import Role
from app.model.version import Thing, ThingKind, ThingVersion
from app.project.thingcontent import (
    device_from,
    link_from,
    person_from,
    preset_from,
    read_fields,
    role_from,
    rule_from,
    rules_from,
)
from app.verbs import Viewer
from app.words import _


async def versions_of(asked: Asked, viewer: Viewer, thing: Thing) -> Sequence[ThingVersion]:
    """Return the versions of a thing, newest first; raises what its verb raises."""
    kept = asked.versions
    if thing.kind is ThingKind.PLANT:
        return await kept.of_plant(viewer)
    if thing.kind is ThingKind.SECOND:
        return await kept.of_second_rules(viewer)
    if thing.kind is ThingKind.DEVICE:
        return await kept.of_device(viewer, DeviceId(thing.id))
    if thing.kind is ThingKind.LINK:
        return await kept.of_link(viewer, LinkId(thing.id))
    others = {
        ThingKind.RULE: kept.of_rule,
        ThingKind.PERSON: kept.of_person,
        ThingKind.ROLE: kept.of_role,
        ThingKind.PRESET: kept.of_preset,
        ThingKind.PROFILE: kept.of_profile,
        ThingKind.DIAGRAM: kept.of_diagram,
    }
    return await others[thing.kind](viewer, thing.id)


def why_not_back(thing: Thing, wanted: ThingVersion, newest: ThingVersion) -> str:
    """Return why a version cannot be brought back, as a sentence; "" when it can."""
    if wanted.number == newest.number:
        return _("This version is the one in force.")
    if wanted.is_gone:
        return _("In this version it was removed: there is nothing to bring back.")
    if newest.is_gone and thing.kind is ThingKind.PERSON:
        return _("An account that was removed has lost its password: make it anew.")
    return ""


async def bring_back(
    asked: Asked,
    viewer: Viewer,
    thing: Thing,
    wanted: ThingVersion,
    newest: ThingVersion,
    reason: str,
) -> None:
    """Save a thing as ``wanted`` has it, over ``newest`` and nothing else.

    The verb that saves such a thing checks, audits and keeps a version of it, as for
    any change; the reason goes with it.

    Raises:
        BadInput: It cannot be brought back.
        Conflict: Somebody saved it after ``newest``.
        NotPermitted: The viewer may not save it.
    """
    if why := why_not_back(thing, wanted, newest):
        raise BadInput(why)
    note = _("version {number} brought back: {reason}").format(
        number=wanted.number, reason=reason.strip() or "–"
    )
    if thing.kind is ThingKind.SECOND:
        rules = await asked.people.second_rules(viewer)
        await _require_newest(asked, viewer, thing, newest)
        wished = rules_from(wanted.content, rules)
        await asked.people.put_second_rules(viewer, wished, note)
    elif thing.kind in (ThingKind.PERSON, ThingKind.ROLE):
        await _somebody(asked, viewer, thing, wanted, newest, note)
    elif thing.kind in (ThingKind.PROFILE, ThingKind.DIAGRAM):
        kept = asked.versions
        put = kept.put_profile if thing.kind is ThingKind.PROFILE else kept.put_diagram
        await put(viewer, thing.id, wanted.content, newest.number, note)
    elif thing.kind is ThingKind.PRESET:
        base = None if newest.is_gone else preset_from(newest.content, thing.id)
        await asked.desk.keep_preset(viewer, preset_from(wanted.content, thing.id), base, note)
    else:
        await _of_plant(asked, viewer, thing, wanted, newest, note)


async def _of_plant(
    asked: Asked,
    viewer: Viewer,
    thing: Thing,
    wanted: ThingVersion,
    newest: ThingVersion,
    note: str,
) -> None:
    project, gone = asked.project, newest.is_gone
    if thing.kind is ThingKind.DEVICE:
        old = None if gone else device_from(newest.content)
        await project.put_device(viewer, device_from(wanted.content), note, old)
    elif thing.kind is ThingKind.LINK:
        line = None if gone else link_from(newest.content)
        await project.put_link(viewer, link_from(wanted.content), note, line)
    elif thing.kind is ThingKind.RULE:
        rule = None if gone else rule_from(newest.content)
        await project.put_rule(viewer, rule_from(wanted.content), note, rule)
    else:
        known = read_fields(wanted.content)
        await project.describe(
            viewer,
            title=str(known["title"]),
            zone=str(known["zone"]),
            utility=str(known["utility"]),
            logo=str(known["logo"]),
            options=known["options"],
            note=note,
            seen=newest.number,
        )


async def _somebody(
    asked: Asked,
    viewer: Viewer,
    thing: Thing,
    wanted: ThingVersion,
    newest: ThingVersion,
    note: str,
) -> None:
    people = asked.people
    if thing.kind is ThingKind.PERSON:
        found = [each for each in await people.people(viewer) if each.login == thing.id]
        if not found:
            raise missing(thing.kind.value, thing.id)
        await _require_newest(asked, viewer, thing, newest)
        await people.change_person(viewer, person_from(wanted.content, found[0]), note)
        return
    roles = {each.id: each for each in await people.roles(viewer)}
    role = roles.get(thing.id, Role(thing.id, "", 0, {}))
    await _require_newest(asked, viewer, thing, newest)
    await people.put_role(viewer, role_from(wanted.content, role), note)


async def _require_newest(
    asked: Asked, viewer: Viewer, thing: Thing, newest: ThingVersion
) -> None:
    """Raise `Conflict` when there is a newer version; asked after what is to be saved over."""
    now = (await versions_of(asked, viewer, thing))[0]
    if now.number != newest.number:
        raise Conflict(
            _("{author} saved version {number} meanwhile; yours was not saved").format(
                author=now.author or "–", number=now.number
            )
        )
