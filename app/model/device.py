"""Links and devices as configured, and how they are doing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NewType

from app.model.reading import DeviceId

LinkId = NewType("LinkId", str)
Option = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class LinkConfig:
    """A line, gateway or session that serves one or many devices."""

    id: LinkId
    kind: str  # the driver's: "modbus-tcp"
    name: str
    options: Mapping[str, Option] = field(default_factory=dict)  # host, port …
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """A profile at an address on a link."""

    id: DeviceId
    name: str
    area: str
    link: LinkId
    unit: int
    profile: str  # profile id; empty: identify on connect, generic view until known
    enabled: bool = True
    serial: str = ""  # as the operator or the device gave it
    options: Mapping[str, Option] = field(
        default_factory=dict
    )  # e.g. maps the sources leave open


class Presence(Enum):
    """How a device is doing on its link."""

    ON = "on"
    LATE = "late"  # its values are stale
    OFFLINE = "offline"
    DISABLED = "disabled"
    FAULT = "fault"  # it answers, but refuses or garbles a part


@dataclass(frozen=True, slots=True)
class DeviceStanding:
    """A device's presence and the figures of its conversation."""

    device: DeviceId
    presence: Presence
    since: datetime
    last_answer_at: datetime | None = None
    latency_ms: float | None = None
    requests: int = 0
    failures: int = 0  # since the core started
    last_error: str = ""  # a sentence
    profile: str = ""  # the profile in force (found or configured)
    faults: tuple[str, ...] = ()  # refused registers and the like, one sentence each
