"""What a plant is made of, as one value: its links, devices, alarm rules and title."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.errors import BadInput
from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.reading import DeviceId

ADDRESS = "address"  # among the plant's options


@dataclass(frozen=True, slots=True)
class PlantConfig:
    """The whole configuration at one moment; a change is a new value.

    The mappings are keyed by the id of what they hold. They are not to be written
    to: use the ``with_…`` and ``without_…`` methods.
    """

    title: str
    zone: str  # IANA name: "Europe/Copenhagen"
    utility: str = ""  # who runs the plant, as printed on reports
    logo: str = ""  # id of a document, empty for none
    links: Mapping[LinkId, LinkConfig] = field(default_factory=dict)
    devices: Mapping[DeviceId, DeviceConfig] = field(default_factory=dict)
    rules: Mapping[str, AlarmRule] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)

    @property
    def timezone(self) -> ZoneInfo:
        """The plant's local time, for everything shown or printed."""
        return ZoneInfo(self.zone)

    @property
    def address(self) -> str:
        """The utility's address, as printed on reports; "" where nobody gave one."""
        return str(self.options.get(ADDRESS) or "")

    def with_letterhead(self, logo: str, address: str) -> "PlantConfig":
        """Return the plant with this logo (a document's id) and address on its reports."""
        options = {**self.options, ADDRESS: address} if address else self.options
        return replace(self, logo=logo, options=options)

    def with_link(self, link: LinkConfig) -> "PlantConfig":
        """Return the plant with ``link`` added, or in place of the one with its id."""
        return replace(self, links={**self.links, link.id: link})

    def without_link(self, link: LinkId) -> "PlantConfig":
        """Return the plant without a link; `BadInput` for an unknown one or one in use."""
        _known(self.links, link, "link")
        users = sorted(d.id for d in self.devices.values() if d.link == link)
        if users:
            raise BadInput(f"link {link} serves {', '.join(users)}: remove or move them first")
        return replace(self, links=_without(self.links, link))

    def with_device(self, device: DeviceConfig) -> "PlantConfig":
        """Return the plant with ``device`` added, or in place of the one with its id."""
        return replace(self, devices={**self.devices, device.id: device})

    def without_device(self, device: DeviceId) -> "PlantConfig":
        """Return the plant without a device and the alarm rules about it."""
        _known(self.devices, device, "device")
        rules = {id_: rule for id_, rule in self.rules.items() if rule.device != device}
        return replace(self, devices=_without(self.devices, device), rules=rules)

    def with_rule(self, rule: AlarmRule) -> "PlantConfig":
        """Return the plant with ``rule`` added, or in place of the one with its id."""
        return replace(self, rules={**self.rules, rule.id: rule})

    def without_rule(self, rule: str) -> "PlantConfig":
        """Return the plant without an alarm rule."""
        _known(self.rules, rule, "alarm rule")
        return replace(self, rules=_without(self.rules, rule))


_K = TypeVar("_K")
_V = TypeVar("_V")
Mutate = Callable[[PlantConfig], PlantConfig]  # a change: may raise `PlantError` to refuse


def _known(things: Mapping[_K, _V], key: _K, kind: str) -> None:
    if key not in things:
        raise BadInput(f"there is no {kind} {key}")


def _without(things: Mapping[_K, _V], key: _K) -> dict[_K, _V]:
    return {k: v for k, v in things.items() if k != key}
