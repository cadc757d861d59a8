"""Which makes of meters recorded telegrams prove, and the list of them that comes along.

``python -m tests.drivers.mbus.verified`` works the list out anew from the public telegrams
and writes it; a telegram proves its meter when it gives every value that is expected of it.
"""

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.model.verified import RADIO, WIRED, ProvenMeter
from app.profiles.meters import brought_along
from app.profiles.verified import FILE, as_csv
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.names import medium_name
from drivers.mbus.telegram import Telegram
from drivers.mbus.written import telegram_of
from tests.drivers.mbus.test_public_telegrams import (
    FOLDER,
    FUNCTIONS,
    NOT_TOLD,
    Listener,
    excused,
    holds,
    is_moment,
    read,
    same,
)

_BYTE = 0xFF
LIST = Path(__file__).parents[3] / "resources" / "meters" / FILE


def proven() -> list[ProvenMeter]:
    """Return each meter that a telegram proves, once per telegram, in order of the list."""
    profiles = brought_along()
    found = set()
    for way, telegram, digest in (*_wired(), *_radio()):
        address = telegram.address
        if not address.manufacturer:
            continue  # the fixed data structure names no maker
        who = (address.manufacturer, address.version, address.medium)
        spoken = profiles.of(*who)
        profile, model = (spoken[0].id, spoken[1].model) if spoken else ("", "")
        kind = medium_name(address.medium)
        found.add(ProvenMeter(way, *who, kind, profile, model, digest))
    return sorted(found)


def faults(listed: Sequence[ProvenMeter]) -> list[str]:
    """Return what is wrong with a list, as far as it shows without the telegrams."""
    said = [f"{each.manufacturer.upper()} {part}" for each in listed for part in _wrong(each)]
    if list(listed) != sorted(set(listed)) or len({e.sha256 for e in listed}) != len(listed):
        said.append("the order, or a telegram listed twice")
    return said


def _wrong(each: ProvenMeter) -> Iterator[str]:
    """Name the parts of an entry that cannot be right."""
    if each.way not in (WIRED, RADIO):
        yield "way"
    if not re.fullmatch("[A-Z]{3}", each.manufacturer):
        yield "manufacturer"
        return  # whose profile nobody can look up
    for name, number in (("version", each.version), ("medium", each.medium)):
        if not 0 <= number <= _BYTE:
            yield name
            return
    if each.kind != medium_name(each.medium):
        yield "kind"
    spoken = brought_along().of(each.manufacturer, each.version, each.medium)
    if each.profile != (spoken[0].id if spoken else ""):
        yield "profile"
    if each.model != (spoken[1].model if spoken else ""):
        yield "model"
    if not re.fullmatch("[0-9a-f]{64}", each.sha256):
        yield "sha256"


def _wired() -> Iterator[tuple[str, Telegram, str]]:
    for given in read("wired_mbus"):
        data = bytes.fromhex(given["hex"])
        try:
            telegram = Decoder().decode(data)
        except Refused:
            continue
        if all_wired(given, telegram):
            yield WIRED, telegram, hashlib.sha256(data).hexdigest()


def all_wired(given: dict[str, Any], telegram: Telegram) -> bool:
    """Tell whether each record says what is expected of it, and one at least is measured."""
    told = [each for each in given["expected"]["records"] if each["function"] in FUNCTIONS]
    records = telegram.body.records
    if telegram.body.fault is not None or len(told) != len(records):
        return False
    try:
        for each, record in zip(told, records, strict=True):
            if not excused(each, given["caveats"]):
                same(each, record)
    except AssertionError:
        return False
    return any(each["value_num"] is not None for each in told)


def _radio() -> Iterator[tuple[str, Telegram, str]]:
    listener = Listener()
    for given in read("wireless_mbus"):
        answer = listener.hear(given)
        if given["class"] != "standard" or not isinstance(answer, Telegram):
            continue
        wanted = _wanted(given)
        if wanted and all(holds(answer, key, value) for key, value in wanted.items()):
            data = telegram_of(given["telegrams"][-1])
            yield RADIO, answer, hashlib.sha256(data).hexdigest()


def _wanted(given: dict[str, Any]) -> dict[str, object]:
    """Return the expected numbers and moments that the standard's records can tell."""
    lacking = {*given["standard_fields"]["missing"], "timestamp", "id", "rssi_dbm"}
    return {
        key: value
        for key, value in given["expected_json"].items()
        if key not in lacking
        and (given["driver"], key) not in NOT_TOLD
        and not isinstance(value, bool)
        and (isinstance(value, int | float) or is_moment(value))
    }


if __name__ == "__main__":
    if not FOLDER.is_dir():
        sys.exit("the public telegrams do not lie beside the project: nothing was written")
    LIST.write_text(as_csv(proven()), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(proven())} telegrams\n")
