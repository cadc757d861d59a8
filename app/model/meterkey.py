"""Keys of meters, told without the keys: nothing here can give one away."""

from dataclasses import dataclass
from datetime import datetime

from app.words import _, ngettext


@dataclass(frozen=True, slots=True)
class MeterKey:
    """That there is a key for a meter."""

    meter: str  # its number, eight digits
    since: datetime  # UTC, when the newest one was taken in
    source: str  # name of the file that brought it
    earlier: int = 0  # older keys that are still tried: telegrams under way when it changed


@dataclass(frozen=True, slots=True)
class KeysTaken:
    """What a file of keys brought."""

    added: int
    changed: int
    same: int
    faults: tuple[str, ...] = ()  # a sentence for each line that brought nothing


@dataclass(frozen=True, slots=True)
class TelegramTried:
    """One of a meter's last telegrams, and what its keys made of it."""

    telegram: str  # hexadecimal digits, as it was received
    opens: bool
    says: str  # a sentence


@dataclass(frozen=True, slots=True)
class KeyTested:
    """What became of a meter's last telegrams with the keys that are kept for it."""

    meter: str  # its number, eight digits
    keys: int  # so many are kept: the newest, and the one before
    telegrams: tuple[TelegramTried, ...]  # the newest first; none: not heard yet


@dataclass(frozen=True, slots=True)
class KeyTried:
    """What became of a telegram with the keys at hand."""

    meter: str
    maker: str  # three letters
    opens: bool  # a key was needed, and one fits
    says: str  # a sentence


def key_test_text(tested: KeyTested) -> str:
    """Return what a test came to, in one sentence without a full stop."""
    if not tested.keys:
        return _("no key is kept for this meter")
    count = len(tested.telegrams)
    if not count:
        return _("nothing was heard of this meter since Heatdesk started")
    opened = sum(each.opens for each in tested.telegrams)
    return ngettext(
        "its key opens {opened} of {count} telegram heard last",
        "its key opens {opened} of the {count} telegrams heard last",
        count,
    ).format(opened=opened, count=count)
