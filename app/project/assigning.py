"""What a person may do by now: their role, with the devices that were given to them."""

import json
from collections.abc import Callable, Mapping
from itertools import chain

from app.errors import BadInput
from app.model.area import lies_in, path_of
from app.model.device import DeviceConfig
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Rights, Scope
from app.model.second import Danger
from app.project.desks import Desks
from app.users.roles import Roles
from app.words import _

GROUP = "device-group"  # the kind of preset that holds devices as a group


class Assigning:
    """Works out people's rights from roles, areas and groups as they are; any thread."""

    def __init__(
        self,
        roles: Roles,
        desks: Desks,
        devices: Callable[[], Mapping[DeviceId, DeviceConfig]],
        paired: Callable[[], frozenset[Danger]] = frozenset,
    ) -> None:
        """``paired`` tells what nobody does alone."""
        self._roles, self._desks, self._devices = roles, desks, devices
        self._paired = paired

    def __call__(self, person: Person) -> Rights:
        """Return what somebody may do; nothing, with the reason, when their role is gone."""
        if person.ended:
            return Rights({}, ended=person.ended)
        try:
            role = self._roles.get(person.role)
        except BadInput:
            return Rights({}, ended=_("your role is no longer there: ask who manages people"))
        part = Scope.ASSIGNED in role.cells.values()
        given = self._given(person) if part else frozenset()
        return Rights(
            role.cells,
            given,
            role.id,
            role.rank,
            role.start_page,
            role.pages,
            paired=self._paired(),
            guest=person.is_guest,
        )

    def _given(self, person: Person) -> frozenset[DeviceId]:
        devices = self._devices()
        areas = [path_of(area) for area in person.areas]
        found = {
            device.id
            for device in (devices.values() if areas else ())
            if any(lies_in(path_of(device.area), area) for area in areas)
        }
        grouped = chain.from_iterable(self._members(group) for group in person.groups)
        return frozenset(
            found | {each for each in (*person.devices, *grouped) if each in devices}
        )

    def _members(self, group: str) -> list[DeviceId]:
        """Return a group's devices; who gives rights by it must be allowed to give any."""
        kept = self._desks.shared(GROUP).get(group)
        if kept is None or not self._roles.manages(kept.owner):
            return []
        content = json.loads(kept.content)
        devices = content.get("devices") if isinstance(content, dict) else None
        return [DeviceId(each) for each in devices or () if isinstance(each, str)]
