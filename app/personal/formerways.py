"""By which devices a meter was read before: what they told is its resident's as well."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.model.paths import paths_in
from app.model.reading import DeviceId
from app.model.version import ThingVersion


@dataclass(frozen=True, slots=True)
class FormerWay:
    """A device that a meter was read by for a while."""

    device: DeviceId
    since: datetime | None  # UTC; None where nobody kept it
    until: datetime | None  # None: it is so now

    def within(self, since: datetime, until: datetime) -> tuple[datetime, datetime] | None:
        """Return the part of a time in which it was so; None for none."""
        first = since if self.since is None else max(self.since, since)
        last = until if self.until is None else min(self.until, until)
        return (first, last) if first < last else None


def ways_of(versions: Sequence[ThingVersion]) -> list[FormerWay]:
    """Return the ways of a meter by its versions, which come newest first."""
    found: list[FormerWay] = []
    ended: datetime | None = None
    for version in versions:
        options = json.loads(version.content).get("options", {}) if version.content else {}
        found += [FormerWay(each, version.at, ended) for each in paths_in(options)]
        ended = version.at
    return found
