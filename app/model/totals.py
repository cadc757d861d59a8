"""Which meter counts in which total: main meters, what stands under them, and what is virtual.

The meters of one medium make a tree. What stands at its top is added to the total; what stands
under a meter is a part of what that meter counted already, and is never added a second time.
What a meter counted and nobody under it did is its **rest**. Virtual meters have no index: a
**sum** is all that stands under it, a **share** a fixed part of the meter above, a
**remainder** what that meter counted beyond all the others under it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum

from app.errors import BadInput
from app.words import _

MOST_ENTRIES = 500
LONGEST_NAME = 120  # characters
_ALL = Decimal(100)  # %
_ENTRY, _GAS = "total/", "gas/"  # of the options of the plant that hold a plan


class Medium(Enum):
    """What is counted; each has a total of its own."""

    ELECTRICITY = "electricity"
    HEAT = "heat"
    COOLING = "cooling"
    GAS = "gas"
    WATER = "water"

    @property
    def unit(self) -> str:
        """In which its total is told: kWh or m³."""
        return "m³" if self in {Medium.GAS, Medium.WATER} else "kWh"


class Kind(Enum):
    """Where an entry's figure comes from."""

    METER = "meter"  # from the index of a meter
    SUM = "sum"
    SHARE = "share"
    REMAINDER = "remainder"


@dataclass(frozen=True, slots=True)
class Entry:
    """One meter, real or virtual, and its place among the others."""

    id: str  # a to z, 0 to 9 and -
    name: str
    medium: Medium
    kind: Kind = Kind.METER
    point: str = ""  # the index of a meter: "device.key"; "" for what is virtual
    above: str = ""  # the entry it is a part of; "": at the top
    outward: bool = False  # delivered, not drawn: taken off instead of added
    counts: bool = True  # False: left out of every sum
    percent: Decimal = _ALL  # of the meter above, for a share

    @property
    def sign(self) -> int:
        """How it goes into what it counts in: added, taken off, or not at all."""
        if not self.counts:
            return 0
        return -1 if self.outward else 1


@dataclass(frozen=True, slots=True)
class GasValue:
    """What a cubic metre of gas holds from a day on, until the next of these."""

    since: date  # by the plant's calendar
    calorific_kwh_m3: Decimal  # gross, at standard conditions
    correction: Decimal = Decimal(1)  # standard volume of a cubic metre at the meter


@dataclass(frozen=True, slots=True)
class TotalsPlan:
    """All entries of a plant; a change is a new value."""

    entries: tuple[Entry, ...] = ()
    gas: tuple[GasValue, ...] = ()  # by day, the oldest first

    def of(self, own: str) -> Entry | None:
        """Return an entry by its id."""
        return next((each for each in self.entries if each.id == own), None)

    def under(self, own: str) -> list[Entry]:
        """Return what stands directly under an entry."""
        return [each for each in self.entries if own and each.above == own]

    def tops(self, medium: Medium) -> list[Entry]:
        """Return the entries of a medium that stand at the top."""
        return [each for each in self.entries if each.medium is medium and not each.above]

    def media(self) -> list[Medium]:
        """Return the media that there is anything of."""
        found = {each.medium for each in self.entries}
        return [each for each in Medium if each in found]

    def adds(self, entry: Entry) -> bool:
        """Whether an entry goes into the total of its medium by itself.

        Not what is left out, and not what a meter above it has counted already.
        """
        if not entry.counts:
            return False
        above = self.of(entry.above)
        return above is None or (above.kind is Kind.SUM and self.adds(above))

    def signs(self) -> dict[str, int]:
        """Return of each point in the plan how it goes into a sum of meters: 1, −1 or 0.

        A point that the plan does not name is not in it, and is added as ever.
        """
        found: dict[str, int] = {}
        for each in self.entries:
            if not each.point:
                continue
            sign, at = (1 if self.adds(each) else 0), self.of(each.id)
            while sign and at is not None:
                sign, at = sign * at.sign, self.of(at.above)
            if sign or each.point not in found:
                found[each.point] = sign
        return found

    def gas_on(self, day: date) -> GasValue | None:
        """Return what gas is worth on a day; None before the first value."""
        return next((each for each in reversed(self.gas) if each.since <= day), None)

    def require_sound(self) -> None:
        """Raise `BadInput`, a sentence a line, for a plan that contradicts itself."""
        if troubles := [*_entry_troubles(self), *_gas_troubles(self)]:
            raise BadInput("\n".join(troubles))

    def options(self) -> dict[str, str | bool]:
        """Return the plan as options of the plant, one for each field that says something."""
        told: dict[str, str | bool] = {}
        for at, each in enumerate(self.entries):
            place = f"{_ENTRY}{each.id}/"
            told[f"{place}at"] = f"{at:03d}"
            told[f"{place}name"] = each.name
            told[f"{place}medium"] = each.medium.value
            told[f"{place}kind"] = each.kind.value
            told[f"{place}counts"] = each.counts
            for name, value in (("point", each.point), ("above", each.above)):
                if value:
                    told[f"{place}{name}"] = value
            if each.outward:
                told[f"{place}outward"] = True
            if each.kind is Kind.SHARE:
                told[f"{place}percent"] = str(each.percent)
        for gas in self.gas:
            place = f"{_GAS}{gas.since.isoformat()}/"
            told[f"{place}calorific_kwh_m3"] = str(gas.calorific_kwh_m3)
            told[f"{place}correction"] = str(gas.correction)
        return told


def is_of_plan(option: str) -> bool:
    """Whether an option of the plant belongs to its totals."""
    return option.startswith((_ENTRY, _GAS))


def totals_plan(options: Mapping[str, object]) -> TotalsPlan:
    """Return the plan in a plant's options.

    Raises:
        BadInput: The options tell none; the sentence names which.
    """
    entries: dict[str, dict[str, object]] = {}
    values: dict[str, dict[str, object]] = {}
    for name, value in options.items():
        if is_of_plan(name):
            kind, own, field = [*name.split("/", 2), "", ""][:3]
            (entries if f"{kind}/" == _ENTRY else values).setdefault(own, {})[field] = value
    found = sorted(entries.items(), key=lambda each: (str(each[1].get("at", "")), each[0]))
    plan = TotalsPlan(
        tuple(_entry(own, fields) for own, fields in found),
        tuple(_gas_value(day, values[day]) for day in sorted(values)),
    )
    plan.require_sound()
    return plan


def _entry(own: str, fields: Mapping[str, object]) -> Entry:
    try:
        return Entry(
            own,
            str(fields.get("name", own)),
            Medium(fields.get("medium")),
            Kind(fields.get("kind", Kind.METER.value)),
            str(fields.get("point", "")),
            str(fields.get("above", "")),
            fields.get("outward") is True,
            fields.get("counts") is not False,
            Decimal(str(fields.get("percent", _ALL))),
        )
    except (ValueError, InvalidOperation) as error:
        said = _("totals: the entry {entry} cannot be understood")
        raise BadInput(said.format(entry=own)) from error


def _gas_value(day: str, fields: Mapping[str, object]) -> GasValue:
    try:
        return GasValue(
            date.fromisoformat(day),
            Decimal(str(fields.get("calorific_kwh_m3"))),
            Decimal(str(fields.get("correction", 1))),
        )
    except (ValueError, InvalidOperation) as error:
        said = _("totals: the calorific value of {day} cannot be understood")
        raise BadInput(said.format(day=day)) from error


def _entry_troubles(plan: TotalsPlan) -> Iterator[str]:
    if len(plan.entries) > MOST_ENTRIES:
        yield _("totals take at most {count} meters").format(count=MOST_ENTRIES)
    ids = [each.id for each in plan.entries]
    counted: dict[str, str] = {}  # which entry counts a point
    for each in plan.entries:
        plain = each.id.isascii() and each.id.replace("-", "").isalnum()
        if not plain or each.id != each.id.lower() or ids.count(each.id) > 1:
            yield _(
                "{name}: the id {id} is taken, or holds more than a to z, 0 to 9 and -"
            ).format(name=each.name, id=each.id)
        if (
            not each.name.strip()
            or len(each.name) > LONGEST_NAME
            or not each.name.isprintable()
        ):
            yield _("{name}: a name stands on one line and has 1 to {most} characters").format(
                name=each.name or each.id, most=LONGEST_NAME
            )
        if (each.kind is Kind.METER) != bool(each.point):
            yield _("{name}: a meter needs its index, what is virtual has none").format(
                name=each.name
            )
        if each.point and each.counts and each.point in counted:
            yield _(
                "{name}: its index counts already as {other}; let only one of them count"
            ).format(name=each.name, other=counted[each.point])
        if each.counts and each.point:
            counted.setdefault(each.point, each.name)
        yield from _place_troubles(plan, each)
        yield from _virtual_troubles(plan, each)


def _place_troubles(plan: TotalsPlan, entry: Entry) -> Iterator[str]:
    above = plan.of(entry.above)
    if entry.above and above is None:
        yield _("{name}: there is no {above} that it could be a part of").format(
            name=entry.name, above=entry.above
        )
    if above is not None and above.medium is not entry.medium:
        yield _("{name}: {above} counts another medium").format(
            name=entry.name, above=above.name
        )
    seen, at = {entry.id}, above
    while at is not None:
        if at.id in seen:
            yield _("{name}: it stands under itself").format(name=entry.name)
            return
        seen.add(at.id)
        at = plan.of(at.above)


def _virtual_troubles(plan: TotalsPlan, entry: Entry) -> Iterator[str]:
    under = plan.under(entry.id)
    if entry.kind in {Kind.SHARE, Kind.REMAINDER}:
        above = plan.of(entry.above)
        if above is None or above.kind is not Kind.METER:
            yield _("{name}: a share or remainder stands under a meter").format(name=entry.name)
        if entry.outward:
            yield _("{name}: a share or remainder goes the way of its meter").format(
                name=entry.name
            )
        if under:
            yield _("{name}: nothing can stand under a share or remainder").format(
                name=entry.name
            )
    if entry.kind is Kind.SHARE and not 0 < entry.percent <= _ALL:
        yield _("{name}: a share is more than 0 and at most 100 %").format(name=entry.name)
    shares = [each.percent for each in under if each.kind is Kind.SHARE and each.counts]
    if sum(shares, Decimal(0)) > _ALL:
        yield _("{name}: the shares of it are more than 100 %").format(name=entry.name)
    if sum(each.kind is Kind.REMAINDER for each in under) > 1:
        yield _("{name}: it can have one remainder only").format(name=entry.name)


def _gas_troubles(plan: TotalsPlan) -> Iterator[str]:
    days = [each.since for each in plan.gas]
    if days != sorted(set(days)):
        yield _("calorific values stand by day, each day once")
    for each in plan.gas:
        figures = (each.calorific_kwh_m3, each.correction)
        if not all(figure.is_finite() and figure > 0 for figure in figures):
            yield _("calorific value and correction of {day} are more than 0").format(
                day=each.since.isoformat()
            )
