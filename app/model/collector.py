"""Collectors of meters: how many a kind carries and how often, and what one says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.words import _, ngettext

BATTERY_UNITS: Mapping[str, float] = {"%": 100.0, "V": 60.0}  # and the most there can be
# A battery that was low is well again only so far above the limit: it warns once, though its
# voltage follows the weather. A battery that was exchanged lies above it.
_WELL_AGAIN = 1.1


@dataclass(frozen=True, slots=True)
class CollectorKind:
    """What is public of a kind of collector; None is: its maker does not say."""

    id: str
    title: str  # maker and model
    most_meters: int | None = None
    shortest_min: float | None = None  # minutes from one reading of a meter to the next
    battery: bool | None = None  # it runs on one
    network: str = ""  # by which it may send: "Ethernet, Wi-Fi, GSM"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """What a collector said of its battery."""

    value: float
    unit: str  # one of `BATTERY_UNITS`
    at: datetime  # UTC
    low_from: float | None = None  # below it is low; None: nobody said so
    low: bool = False

    def after(self, before: "Charge | None") -> "Charge":
        """Return what stands once this was told: the newer one, low until it is well again."""
        if before is not None and before.at > self.at:
            return before
        limit = self.low_from
        if limit is None:
            return self
        was_low = before is not None and before.low and before.unit == self.unit
        low = self.value < limit * (_WELL_AGAIN if was_low else 1.0)
        return Charge(self.value, self.unit, self.at, limit, low)


@dataclass(frozen=True, slots=True)
class CollectorFigures:
    """How a collector stands by what its kind can."""

    kind: CollectorKind | None  # None: only its battery is known
    meters: int  # it brought since the core listens, ours and others'
    interval_min: float | None = None  # in the middle of its meters; None: not known yet
    charge: Charge | None = None

    @property
    def crowded(self) -> bool:
        """Whether it brings more meters than its kind is made for."""
        most = None if self.kind is None else self.kind.most_meters
        return most is not None and self.meters > most

    @property
    def hurried(self) -> bool:
        """Whether its meters come more often than its kind can have them.

        A tenth is left to clocks: of a kind that is said wrongly it is half or less.
        """
        shortest = None if self.kind is None else self.kind.shortest_min
        known = self.interval_min is not None and shortest is not None
        return known and (self.interval_min or 0.0) < 0.9 * (shortest or 0.0)

    @property
    def low(self) -> bool:
        """Whether its battery is low."""
        return self.charge is not None and self.charge.low


def warnings_of(figures: CollectorFigures) -> list[str]:
    """Return what is beyond a collector's limits, in sentences of the language in force."""
    kind, found = figures.kind, list[str]()
    if kind is not None and figures.crowded:
        said = ngettext(
            "brings {count} meter; {kind} is made for {most}",
            "brings {count} meters; {kind} is made for {most}",
            figures.meters,
        )
        found.append(said.format(count=figures.meters, kind=kind.title, most=kind.most_meters))
    if kind is not None and figures.hurried:
        said = _(
            "brings a meter every {every} min; {kind} can every {shortest} min: is it one?"
        )
        found.append(
            said.format(
                every=f"{figures.interval_min:.1f}",
                kind=kind.title,
                shortest=f"{kind.shortest_min:g}",
            )
        )
    if figures.low:
        found.append(_("its battery is low: {value}").format(value=charge_text(figures)))
    return found


def charge_text(figures: CollectorFigures) -> str:
    """Return what is known of a collector's battery; "" where none is known to be in it."""
    charge, kind = figures.charge, figures.kind
    if charge is not None:
        return f"{charge.value:g} {charge.unit}"
    return _("unknown") if kind is not None and kind.battery else ""


def limits_text(kind: CollectorKind) -> str:
    """Return what a kind can in one sentence, and what nobody says of it."""
    many = _("not public")
    if kind.most_meters is not None:
        many = ngettext("{count} meter", "{count} meters", kind.most_meters).format(
            count=f"{kind.most_meters}"
        )
    often = _("not public")
    if kind.shortest_min is not None:
        often = _("every {minutes} min").format(minutes=f"{kind.shortest_min:g}")
    power = {
        True: _("on a battery"),
        False: _("from the mains"),
        None: _("its supply is not public"),
    }[kind.battery]
    return _("At most: {many}. At the shortest: {often}. By {network}; {power}.").format(
        many=many, often=often, network=kind.network or _("not public"), power=power
    )


def collectors_in(text: str) -> dict[str, str]:
    """Return which receivers are collectors, and of which kind: ``NAME=KIND NAME=KIND``.

    A part without a kind has "" as its kind.
    """
    parts = (each.rpartition("=") for each in text.replace(",", " ").split())
    return {name or kind: kind if name else "" for name, _equals, kind in parts}


def collectors_text(named: Mapping[str, str]) -> str:
    """Return it as a line's option has it; the inverse of `collectors_in`."""
    return " ".join(f"{name}={kind}" for name, kind in named.items())
