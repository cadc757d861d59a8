"""Whose a named thing is: which devices a document, note, link or alarm rule is about."""

from collections.abc import Callable, Collection, Mapping

from app.asked import Note
from app.errors import BadInput
from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig
from app.model.reading import DeviceId
from app.model.version import Thing, ThingKind
from app.project.changes import ChangeDesk
from app.project.opening import Project

Devices = Collection[DeviceId] | None  # None: there is no such thing, or it is of no device
_NONE: Devices = ()


class Whose:
    """Answers `app.verbs` for the services of a project; on the core's loop, its work aside."""

    def __init__(self, project: Project, desk: ChangeDesk) -> None:
        self._project, self._desk = project, desk
        self._finders: Mapping[str, Callable[[object], Devices]] = {
            "device": self._of_device,
            "link": self._of_link,
            "alarm rule": self._of_rule,
        }
        self._aside: Mapping[str, Callable[[object], Devices]] = {
            "document": self._of_document,
            "note": self._of_note,
        }

    async def devices_of(self, kind: str, named: object) -> Devices:
        """Return the devices a thing is about: one named by its id, or one to take its place.

        What is to be made is about the devices it will have to do with.
        """
        if kind in self._finders:
            return self._finders[kind](named)
        return await self._desk.work(lambda: self._aside[kind](named))

    def of_line_or_rule(self, thing: Thing) -> Devices:
        """Return the devices of a line or an alarm rule as it stands; None when it is gone."""
        if thing.kind is ThingKind.LINK:
            return self._of_link(thing.id)
        return self._of_rule(thing.id)

    def _of_device(self, named: object) -> Devices:
        """A device that is put on a line has to do with all that answer there already."""
        if not isinstance(named, DeviceConfig):
            return None
        old = self._desk.present.config.devices.get(named.id)
        if old is not None and old.link == named.link:
            return (named.id,)
        neighbours = self._of_link(named.link) or ()
        return neighbours if old is None else (named.id, *neighbours)

    def _of_link(self, named: object) -> Devices:
        config = self._desk.present.config
        known = named.id if isinstance(named, LinkConfig) else named
        if known not in config.links:
            return _NONE if isinstance(named, LinkConfig) else None
        return [each.id for each in config.devices.values() if each.link == known]

    def _of_rule(self, named: object) -> Devices:
        new = (named.device,) if isinstance(named, AlarmRule) else ()
        known = named.id if isinstance(named, AlarmRule) else str(named)
        old = self._desk.present.config.rules.get(known)
        if old is None:
            return new or None
        return (old.device, *new)

    def _of_document(self, named: object) -> Devices:
        if not named:  # replaces none
            return _NONE
        try:
            device = self._project.documents.get(str(named)).device
        except BadInput:
            return None
        return None if device is None else (device,)

    def _of_note(self, named: object) -> Devices:
        new = (named.device,) if isinstance(named, Note) else ()
        known = named.id if isinstance(named, Note) else str(named)
        if not known:
            return new
        try:
            versions = self._project.notes.versions(known)
        except BadInput:
            return None
        return (*{each.device for each in versions}, *new)
