"""The keys of meters, kept in the project's store of secrets as one of them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.model.meterkey import KeysTaken, MeterKey
from app.ports import Clock
from app.project.keylines import FoundKey
from app.users.secrets import SecretsStore

METER_KEYS = "meter-keys"  # name of the secret
MOST_A_METER = 2  # the newest, and the one before: telegrams of it may still come


@dataclass(slots=True)
class _Kept:
    keys: list[bytes] = field(repr=False)  # newest first
    since: datetime
    source: str


class MeterKeys:
    """Opened at the first question; methods block shortly. Prints no key.

    All raise `StoreBroken` or `SecretsLocked` where the store cannot be used.
    """

    def __init__(self, store: SecretsStore, now: Clock) -> None:
        self._store, self._now = store, now
        self._kept: dict[str, _Kept] | None = None

    def of(self, meter: str) -> Sequence[bytes]:
        """Return the keys to try for a meter of this number, the newest first."""
        kept = self._all().get(meter.lower())
        return () if kept is None else kept.keys

    def listed(self) -> list[MeterKey]:
        """Return for which meters there is a key, by number."""
        return [
            MeterKey(meter, kept.since, kept.source, len(kept.keys) - 1)
            for meter, kept in sorted(self._all().items())
        ]

    def take(self, found: Iterable[FoundKey], source: str) -> KeysTaken:
        """Keep keys; one that changed is tried first from now on, the one before second."""
        kept, at = dict(self._all()), self._now()
        added = changed = same = 0
        for each in found:
            before = kept.get(each.meter)
            if before is not None and before.keys[0] == each.key:
                same += 1
                continue
            older = [] if before is None else [k for k in before.keys if k != each.key]
            kept[each.meter] = _Kept([each.key, *older][:MOST_A_METER], at, source)
            added, changed = added + (before is None), changed + (before is not None)
        if added or changed:
            self._write(kept)
        return KeysTaken(added, changed, same)

    def remove(self, meters: Iterable[str]) -> int:
        """Forget the keys of meters; return of how many there was one."""
        gone = set(meters)
        kept = {meter: each for meter, each in self._all().items() if meter not in gone}
        count = len(self._all()) - len(kept)
        if count:
            self._write(kept)
        return count

    def _all(self) -> dict[str, _Kept]:
        if self._kept is None:
            self._kept = self._read()
        return self._kept

    def _read(self) -> dict[str, _Kept]:
        if METER_KEYS not in self._store.names():
            return {}
        content = json.loads(self._store.get(METER_KEYS))
        return {
            meter: _Kept(
                [bytes.fromhex(key) for key in each["keys"]],
                datetime.fromisoformat(each["since"]).astimezone(UTC),
                each["source"],
            )
            for meter, each in content.items()
        }

    def _write(self, kept: dict[str, _Kept]) -> None:
        content = {
            meter: {
                "keys": [key.hex() for key in each.keys],
                "since": each.since.isoformat(),
                "source": each.source,
            }
            for meter, each in kept.items()
        }
        self._store.put(METER_KEYS, json.dumps(content))
        self._kept = kept  # not before it is kept
