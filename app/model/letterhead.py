"""Whose paper it is: the utility's name, address and logo at the head of every report."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What an administrator set for all reports of a plant."""

    utility: str = ""
    address: str = ""
    logo: Path | None = None  # PNG, JPEG or SVG; printed in greys, 44 × 14 mm
