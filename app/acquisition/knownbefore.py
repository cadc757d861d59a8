"""What devices told of their own points, known again after a restart before they answer."""

import json
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from app.model.device import DeviceConfig, LinkConfig
from app.model.pointtext import points_in, points_text
from app.model.reading import DeviceId
from app.ports import DeviceMemory, Identity

_TOLD = "told:"  # a line keeps other things as well, such as how long its readouts take


class KnownBefore:
    """Keeps who the devices of one line are and what they measure; on the core's loop.

    Only of those whose points no profile knows: what a profile says needs no memory.
    """

    def __init__(
        self, memory: DeviceMemory | None, link: LinkConfig, devices: Collection[DeviceId]
    ) -> None:
        """Look up what ``memory`` has of these devices; what it has of others is forgotten."""
        self._memory, self._link = memory, link
        kept = {} if memory is None else memory.learned(link.id)
        self._texts = {name: said for name, said in kept.items() if name.startswith(_TOLD)}
        gone = self._texts.keys() - {_TOLD + device for device in devices}
        if memory is not None:
            memory.learn(link.id, dict.fromkeys(gone, ""))

    def of(self, device: DeviceConfig) -> Identity | None:
        """Return what a device told last, under this very configuration of it and its line.

        None: nothing is known, or what was kept makes no sense; it is learned anew then.
        """
        text = self._texts.get(_TOLD + device.id)
        if text is None or self._memory is None:
            return None
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            identity = _identity_in(text)
            if identity.facts["serial"] == self._memory.serial_of(device, self._link):
                return identity
        return None

    def keep(self, device: DeviceId, identity: Identity) -> None:
        """Keep what a device told of itself, if that is new."""
        if self._memory is None or not identity.points:
            return
        name, text = _TOLD + device, _text_of(identity)
        if self._texts.get(name) != text:
            self._texts[name] = text
            self._memory.learn(self._link.id, {name: text})


def _text_of(identity: Identity) -> str:
    return json.dumps(
        {
            "profile": identity.profile,
            "label": identity.label,
            "facts": dict(identity.facts),
            "points": points_text(identity.points),
            "interval_s": identity.interval_s,
        },
        ensure_ascii=False,
    )


def _identity_in(text: str) -> Identity:
    """Return the identity of a text; raises what malformed ones raise."""
    kept: dict[str, Any] = json.loads(text)
    every_s = kept["interval_s"]
    return Identity(
        str(kept["profile"]),
        str(kept["label"]),
        {str(key): str(value) for key, value in kept["facts"].items()},
        points_in(kept["points"]),
        None if every_s is None else float(every_s),
    )
