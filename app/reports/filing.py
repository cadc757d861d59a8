"""The data of a report as it is filed: canonical JSON, its checksum, the report's number."""

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import cattrs
from cattrs.preconf.json import make_converter

from app.errors import BadInput
from app.model.reading import Value

LOGO = "logo"  # kind of a document that stands at the head of reports
_T = TypeVar("_T")
_NUMBER = re.compile(r"\b([A-Z]{2}-\d{4}-\d{4,})\b")
_NO_JSON = (ValueError, TypeError, KeyError, RecursionError, cattrs.BaseValidationError)


def canonical(data: object) -> bytes:
    """Return a report's data as JSON in its one exact form: sorted, dense, UTF-8."""
    plain = _converter().unstructure(data)
    return json.dumps(
        plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def checksum(data: bytes) -> str:
    """Return the SHA-256 of canonical data, in capitals."""
    return hashlib.sha256(data).hexdigest().upper()


def grouped(digest: str) -> str:
    """Return a checksum in groups of four, as printed."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def restore(kind: type[_T], raw: bytes, name: str, known_format: int) -> _T:
    """Return data that was filed; ``name`` is the file's, for the sentence.

    Raises:
        BadInput: The file is no such data, of a later version of Heatdesk, or of a time
            zone this machine does not know.
    """
    try:
        plain = json.loads(raw)
        found = plain["format"]
        if found != known_format:
            raise BadInput(
                f"{name}: its data has format {found}; this program reads {known_format}"
            )
        data = _converter().structure(plain, kind)
        canonical(data)  # numbers without end and broken letters show here
    except _NO_JSON as error:
        raise BadInput(f"{name}: this is not the data of a report") from error
    _know_zone(str(plain["zone"]), name)
    return data


def _know_zone(zone: str, name: str) -> None:
    """Refuse a time zone that no paper of this data could be printed with."""
    try:
        ZoneInfo(zone)
    except (ValueError, KeyError, OSError) as error:
        raise BadInput(f"{name}: its time zone {zone!r} is not known here") from error


def number_in(title: str) -> str:
    """Return the report number a document's title begins with, else an empty text."""
    match = _NUMBER.match(title)
    return match[1] if match else ""


def next_number(letters: str, titles: Iterable[str], at: datetime, zone: tzinfo) -> str:
    """Return the first number of the plant's year that no filed title carries yet.

    Numbers run through the whole project: CR-2026-0001, CR-2026-0002 …; the year is
    the plant's own at ``at``.
    """
    start = f"{letters}-{at.astimezone(zone).year}-"
    used = [number_in(title) for title in titles]
    last = max(
        (int(one.rpartition("-")[2]) for one in used if one.startswith(start)), default=0
    )
    return f"{start}{last + 1:04}"


@cache
def _converter() -> cattrs.Converter:
    converter = make_converter(forbid_extra_keys=True)
    converter.register_structure_hook(datetime, lambda raw, _kind: _moment_in(raw))
    converter.register_unstructure_hook_func(lambda kind: kind == Value | None, _value_out)
    converter.register_structure_hook_func(
        lambda kind: kind == Value | None, lambda raw, _kind: _value_in(raw)
    )
    return converter


def _value_out(value: Value | None) -> object:
    return {"time": value.isoformat()} if isinstance(value, datetime) else value


def _value_in(raw: Any) -> Value | None:
    if isinstance(raw, dict):
        return _moment_in(raw["time"])
    if raw is None or isinstance(raw, str | int | float):
        return raw
    raise ValueError(f"{raw!r} is no value")


def _moment_in(raw: Any) -> datetime:
    moment = datetime.fromisoformat(raw)
    if moment.utcoffset() is None:
        raise ValueError(f"{raw} does not say of which zone it is")
    return moment
