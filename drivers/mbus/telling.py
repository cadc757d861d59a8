"""A telegram in the words of our public interface: the keys of ``heatdesk decode --json``."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.model.verified import RADIO, WIRED
from app.profiles.verified import is_proven
from drivers.mbus import vifs
from drivers.mbus.dates import unbelieved
from drivers.mbus.names import MEDIA, medium_name
from drivers.mbus.series import Step, steps_of
from drivers.mbus.telegram import (
    Address,
    Authentic,
    BrokenTelegram,
    FrameKind,
    Function,
    Record,
    Sealed,
    State,
    Telegram,
    Why,
)

_TIMES = ("date", "date and time", "time of day")


def told(telegram: Telegram) -> dict[str, Any]:
    """Return a decoded telegram as a JSON object."""
    body = telegram.body
    return {
        "ok": True,
        **_head(telegram),
        "verified": _is_proven(telegram),
        "records": [_record(record, steps_of(record, body.records)) for record in body.records],
        "manufacturer_data": _hex(body.manufacturer_data),
        "more_follows": body.more_follows,
        "error": None if body.fault is None else _error(body.fault),
    }


def told_fault(fault: BrokenTelegram, head: Telegram | None) -> dict[str, Any]:
    """Return a telegram that cannot be decoded, with what its head told."""
    return {
        "ok": False,
        **(_head(head) if head is not None else {}),
        "records": [],
        "manufacturer_data": None,
        "more_follows": False,
        "error": _error(fault),
    }


def vocabulary() -> Mapping[str, list[str]]:
    """Return the closed lists of words that occur in these objects."""
    meanings = [meaning for table in vifs.TABLES for meaning in table.values()]
    fixed = {"temperature", "dimensionless", "time of day", "manufacturer specific", "unknown"}
    return {
        "frame": [kind.value for kind in FrameKind],
        "function": [function.value for function in Function],
        "security": [state.value for state in Sealed],
        "mac": [each.value for each in Authentic],
        "state": [state.value for state in State],
        "error": [why.value for why in Why],
        "medium": sorted(set(MEDIA.values())),
        "quantity": sorted({meaning.quantity for meaning in meanings} | fixed),
        "unit": sorted({meaning.unit for meaning in meanings} | {"l", "l/h"}),
    }


def _head(telegram: Telegram) -> dict[str, Any]:
    security = telegram.security
    named = telegram.address != Address()
    return {
        "frame": telegram.frame.value,
        "manufacturer": telegram.address.manufacturer or None,
        "id": telegram.address.id.upper() or None,
        "version": telegram.address.version if named else None,
        "medium": medium_name(telegram.address.medium) if named else None,
        "access_no": telegram.access_no,
        "status": telegram.status,
        "security": {
            "mode": security.mode,
            "state": security.state.value,
            "layer": "ell" if security.ell else "tpl",
            "mac": security.mac.value,
        },
        "trailing": _hex(telegram.behind) if telegram.behind else None,
    }


def _is_proven(telegram: Telegram) -> bool:
    """Whether recorded telegrams prove how this make of meter is read."""
    way, who = WIRED if telegram.frame is FrameKind.WIRED else RADIO, telegram.address
    return is_proven(way, who.manufacturer, who.version, who.medium)


def _record(record: Record, steps: Sequence[Step] = ()) -> dict[str, Any]:
    heading = record.heading
    series = {"series": [_step(each) for each in steps]} if steps else {}
    return {
        "function": heading.function.value,
        "storage": heading.storage,
        "tariff": heading.tariff,
        "subunit": heading.subunit,
        "quantity": heading.quantity,
        "unit": heading.unit,
        "value": record.value,
        "text": record.text,
        "time": _time(record),
        "state": record.state.value,
        "qualifiers": list(heading.qualifiers),
        "dif_vif": _hex(heading.dif_vif),
        "raw": _hex(record.raw),
        **series,
    }


def _time(record: Record) -> str | None:
    """Return a record's time; of state "invalid" where its meter says not to believe it."""
    time = record.time
    if time is None and record.state is State.INVALID and record.heading.quantity in _TIMES:
        time = unbelieved(record.raw)
    return None if time is None else time.isoformat()


def _step(step: Step) -> dict[str, Any]:
    record = step.record
    return {
        "storage": record.heading.storage,
        "value": record.value,
        "time": None if step.time is None else step.time.isoformat(),
        "state": record.state.value,
        "raw": _hex(record.raw),
    }


def _error(fault: BrokenTelegram) -> dict[str, Any]:
    return {"code": fault.why.value, "offset": fault.offset, "message": str(fault)}


def _hex(data: bytes | None) -> str | None:
    return None if data is None else data.hex().upper()
