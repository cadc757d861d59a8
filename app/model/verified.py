"""How far the reading of a make of meter is proved by telegrams that were recorded."""

from enum import StrEnum
from typing import NamedTuple

from app.words import _

WIRED, RADIO = "wired", "radio"


class Proof(StrEnum):
    """What stands behind the values of a meter; told as it stands in a device's facts."""

    VERIFIED = "verified with recorded telegrams"
    PROFILE = "not verified: its profile is proved by no recorded telegram"
    GENERIC = "not verified: generic reading"


class ProvenMeter(NamedTuple):
    """A make of meter, as the head of its telegrams names it, and one telegram that proves it.

    ``way`` is `WIRED` or `RADIO`: a make may say other things by the other. ``profile`` is
    the id of the meter profile that speaks, "" where the standard alone does; ``sha256`` is of
    the telegram's bytes, which are not the project's to pass on.
    """

    way: str
    manufacturer: str  # three letters
    version: int  # 0 … 255
    medium: int  # device type of EN 13757-3, 0 … 255
    kind: str  # the medium in words: "heat"
    profile: str
    model: str
    sha256: str


def proof_text(proof: Proof) -> str:
    """Return what stands behind a meter's values, in the language in force."""
    return {
        Proof.VERIFIED: _("verified with recorded telegrams"),
        Proof.PROFILE: _("not verified: its profile is proved by no recorded telegram"),
        Proof.GENERIC: _("not verified: generic reading"),
    }[proof]
