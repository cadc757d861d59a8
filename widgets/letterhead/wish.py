"""The plant's name and letterhead as kept, and as somebody wishes them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import StoreBroken
from app.model.device import Option
from app.model.letterhead import Letterhead
from app.model.version import ThingVersion
from app.project.config import ADDRESS
from app.words import _


@dataclass(frozen=True, slots=True)
class Wish:
    """What stands in the form."""

    title: str
    utility: str
    address: str
    logo: Path | None  # a file of this computer: the one kept, or one chosen

    @property
    def head(self) -> Letterhead:
        """The head of a paper printed so."""
        return Letterhead(self.utility, self.address, self.logo)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the core keeps, and from which version it was told."""

    wish: Wish
    logo: str  # id of its document, "" for none
    options: Mapping[str, Option]
    version: int

    def options_with(self, address: str) -> Mapping[str, Option] | None:
        """Return the plant's options with another address; None where it is the same."""
        if address == self.wish.address:
            return None
        return {**self.options, ADDRESS: address}


def kept_of(versions: Sequence[ThingVersion], head: Letterhead) -> Kept:
    """Return what the newest version of the plant says; ``head`` knows the logo's file.

    Raises `StoreBroken` when it cannot be read.
    """
    try:
        newest = versions[0]
        known = json.loads(newest.content)
        options: dict[str, Option] = dict(known["options"])
        title, utility = str(known["title"]), str(known["utility"])
        logo = str(known["logo"])
    except (LookupError, TypeError, ValueError) as error:
        raise StoreBroken(_("the plant’s letterhead cannot be read")) from error
    wish = Wish(title, utility, str(options.get(ADDRESS) or ""), head.logo)
    return Kept(wish, logo, options, newest.number)
