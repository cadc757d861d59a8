"""How well a project is guarded: findings, each with what it is about and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Grade(Enum):
    """What a finding means for who looks after the plant."""

    WEAK = "weak"  # to be mended
    ADVICE = "advice"  # could be better
    UNKNOWN = "unknown"  # cannot be told from here
    NOTE = "note"  # so it is: who may do what, what is open
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class HardeningFinding:
    """One thing found: English templates and their values, to be told in any language.

    ``said("{name} may …")`` marks a template for the catalogues; ``values`` fill its
    places, those of the advice too.
    """

    topic: str  # id of a topic: "people"
    title: str  # of the topic, English
    grade: Grade
    place: str  # what it is about: a login, a line, a file; never translated
    sentence: str
    advice: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def said(template: str) -> str:
    """Return an English template as it is; the catalogues find it by this call."""
    return template
