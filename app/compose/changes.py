"""Each setting's last change, as the audit remembers it."""

import asyncio
from collections.abc import Mapping

from app.auditverbs import AuditEntry
from app.model.control import WriteResult, WriteState
from app.model.reading import DeviceId, PointId, split_point
from app.users.audit import SqlAuditTrail

_ENDED = {"confirmed": WriteState.CONFIRMED, "unconfirmed": WriteState.UNCONFIRMED}


async def past_changes(audit: SqlAuditTrail, device: DeviceId) -> Mapping[str, WriteResult]:
    """Return the newest write of each of a device's settings that reached the device."""
    entries = await asyncio.to_thread(audit.of_entities, "write", f"{device}.")
    changes: dict[str, WriteResult] = {}
    for entry in entries:  # oldest first: the newest stays
        if entry.result in _ENDED:
            changes[split_point(PointId(entry.entity))[1]] = _change(device, entry)
    return changes


def _change(device: DeviceId, entry: AuditEntry) -> WriteResult:
    new = float(entry.new)
    state = _ENDED[entry.result]
    return WriteResult(
        device,
        split_point(PointId(entry.entity))[1],
        float(entry.old) if entry.old else None,
        new,
        new if state is WriteState.CONFIRMED else None,
        state,
        entry.reason,
        entry.at,
        by=entry.name,
    )
