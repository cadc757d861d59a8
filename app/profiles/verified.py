"""The list of meters that recorded telegrams prove, as it comes along."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from io import StringIO

from app.model.meterprofile import MeterProfile
from app.model.verified import Proof, ProvenMeter
from app.profiles.meters import brought_along

FILE = "verified.csv"  # beside the meter profiles; made from the telegrams, never by hand
METER_PROFILE = "meter_profile"  # the fact that names the meter profile of a device
_HEX = ("version", "medium")


def as_csv(meters: Iterable[ProvenMeter]) -> str:
    """Return the list as it is kept: one line a telegram, version and medium in hex."""
    text = StringIO()
    table = csv.DictWriter(text, ProvenMeter._fields, lineterminator="\n")
    table.writeheader()
    for each in meters:
        line = each._asdict()
        table.writerow(line | {key: f"{line[key]:02X}" for key in _HEX})
    return text.getvalue()


def from_csv(text: str) -> tuple[ProvenMeter, ...]:
    """Return the meters of a list as `as_csv` writes it."""
    return tuple(
        ProvenMeter(
            line["way"],
            line["manufacturer"],
            int(line["version"], 16),
            int(line["medium"], 16),
            line["kind"],
            line["profile"],
            line["model"],
            line["sha256"],
        )
        for line in csv.DictReader(StringIO(text))
    )


@cache
def proven_meters() -> tuple[ProvenMeter, ...]:
    """Return the list that comes along, read once."""
    return from_csv((files("resources.meters") / FILE).read_text(encoding="utf-8"))


def is_proven(way: str, manufacturer: str, version: int, medium: int) -> bool:
    """Whether a make of meter stands on the list, by this way: `WIRED` or `RADIO`."""
    return (way, manufacturer, version, medium) in _proven()


def proof_of(
    way: str, manufacturer: str, version: int, medium: int, profile: MeterProfile | None
) -> Proof:
    """Return what stands behind a meter's values, read with ``profile``.

    A plant's own profile was not there when the telegrams were tried: it proves nothing.
    """
    found = brought_along().of(manufacturer, version, medium)
    if is_proven(way, manufacturer, version, medium) and profile == (
        found[0] if found is not None else None
    ):
        return Proof.VERIFIED
    return Proof.GENERIC if profile is None else Proof.PROFILE


def reading_facts(
    way: str, manufacturer: str, version: int, medium: int, profile: MeterProfile | None
) -> Mapping[str, str]:
    """Return by what a meter is read, and what proves it, as facts of the device."""
    proof = {"decoding": proof_of(way, manufacturer, version, medium, profile).value}
    return proof if profile is None else {METER_PROFILE: profile.id, **proof}


@cache
def _proven() -> frozenset[tuple[str, str, int, int]]:
    return frozenset(
        (each.way, each.manufacturer, each.version, each.medium) for each in proven_meters()
    )
