"""Building the points of a profile: what each is, and where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from app.model.counter import INDEX_ROLES
from app.model.functions import BREAKER_ROLE, BREAKER_WORDS
from app.model.point import Category, PointSpec, ValueKind, WriteRules
from app.model.profile import UNIT_NOT_SET, Area, DataType, RegisterPlace, WordOrder
from app.profiles import fields
from app.profiles.fault import Faults
from app.profiles.rawrange import FLOATS, TEXTS
from app.profiles.tree import Table

_FLOAT_DECIMALS = 2  # of a float without a scale, unless the file says more
_MOST_DECIMALS = 6
LAST_ADDRESS = 0xFFFF


class Counting(NamedTuple):
    """How the maker counts registers."""

    base: int = 0
    term: str = ""


@dataclass(frozen=True, slots=True)
class BuiltPoint:
    """A point as built, with the part of the tree it came from, for line-exact sentences."""

    table: Table
    spec: PointSpec
    place: RegisterPlace
    bindings: Mapping[str, str] = field(default_factory=dict)

    @property
    def awake(self) -> bool:
        """Whether it is known where and as what the point lies."""
        return not {"address", "type"} & set(self.bindings)

    @property
    def last_address(self) -> int:
        """The last register it takes, as on the wire."""
        return self.place.address + self.place.words - 1


def build_point(table: Table, counting: Counting, faults: Faults) -> BuiltPoint | None:
    """Return the point of one entry, or None when something it cannot do without is missing."""
    key = fields.text(table, "id")
    missing = [word for word in ("name", "at", "type") if word not in table.entries]
    for word in missing:
        faults.add(table.file, table.line, f"point {key}: '{word}' is missing")
    if missing:
        return None
    place = _place(table, key, counting, faults)
    if place is None:
        return None
    bindings = _bindings(table)
    spec = _spec(table, key, counting, place, bindings)
    if spec.role == BREAKER_ROLE and not set(spec.choices.values()) <= BREAKER_WORDS:
        words = ", ".join(sorted(BREAKER_WORDS))
        faults.add(*fields.place(table, "enum"), f"point {key}: a breaker is {words} only")
    _require_index(table, spec, bindings, faults)
    return BuiltPoint(table, spec, place, bindings)


def _require_index(
    table: Table, spec: PointSpec, bindings: Mapping[str, str], faults: Faults
) -> None:
    """Note what is said of how an index counts where nothing counts, or in no unit."""
    said = [
        (word, f"{word} is of an index: give it its role")
        for word in ("digits", "most_per_hour")
        if word in table.entries and spec.role not in INDEX_ROLES
    ]
    if spec.digits is not None and spec.digits <= spec.decimals:
        said.append(("digits", "digits leave none before the decimals"))
    if spec.most_per_hour is not None and "unit" in bindings:
        said.append(("most_per_hour", "most_per_hour needs a unit that is no option"))
    for word, sentence in said:
        faults.add(*fields.place(table, word), f"point {spec.key}: {sentence}")


def decimals_of(scale: float) -> int:
    """Return how many decimals a value has that is a whole number times ``scale``."""
    exponent = Decimal(str(scale)).normalize().as_tuple().exponent
    return min(max(0, -exponent), _MOST_DECIMALS) if isinstance(exponent, int) else 0


def _bindings(table: Table) -> dict[str, str]:
    bound = {}
    for part, word in (
        ("address", "at"),
        ("type", "type"),
        ("scale", "scale"),
        ("unit", "unit"),
    ):
        by = fields.group(table, word)
        if by is not None:
            bound[part] = fields.text(by, "option")
    return bound


def _place(table: Table, key: str, counting: Counting, faults: Faults) -> RegisterPlace | None:
    from_option = fields.group(table, "at")
    if from_option is None:
        address = fields.whole(table, "at", 0) - counting.base
    else:
        address = fields.whole(from_option, "base", counting.base) - counting.base
    kind = DataType(fields.text(table, "type", DataType.UINT16.value))
    scale = fields.number(table, "scale")
    place = RegisterPlace(
        area=Area(fields.text(table, "area", _usual_area(kind).value)),
        address=address,
        type=kind,
        words=fields.whole(table, "words", kind.words),
        scale=1.0 if scale is None else scale,
        offset=fields.number(table, "offset") or 0.0,
        word_order=WordOrder(fields.text(table, "word_order", WordOrder.HIGH_FIRST.value)),
        byte_swap=fields.text(table, "byte_order") == "little",
        sentinels=fields.words(table, "sentinel"),
        **_valid(table),
    )
    return place if _place_stands(table, key, place, faults) else None


def _usual_area(kind: DataType) -> Area:
    return Area.COIL if kind is DataType.BIT else Area.HOLDING


def _valid(table: Table) -> dict[str, float]:
    limits = fields.numbers(table, "valid")
    return {"minimum": limits[0], "maximum": limits[1]} if limits else {}


def _place_stands(table: Table, key: str, place: RegisterPlace, faults: Faults) -> bool:
    """Whether the place is one on the wire; notes what is not."""
    said = []
    if place.address < 0:
        said.append(("at", "at is below the first register"))
    if place.address + place.words - 1 > LAST_ADDRESS:
        said.append(("at", "at lies behind the last register"))
    if place.scale == 0:
        said.append(("scale", "scale is 0"))
    if place.type in TEXTS and "words" not in table.entries:
        said.append(("type", f"type {place.type.value} needs 'words'"))
    if place.type not in TEXTS and place.words != place.type.words:
        kind = place.type
        said.append(("words", f"words {place.words} does not fit {kind.value} ({kind.words})"))
    for word, sentence in said:
        faults.add(*fields.place(table, word), f"point {key}: {sentence}")
    return not said


def _spec(
    table: Table,
    key: str,
    counting: Counting,
    place: RegisterPlace,
    bindings: Mapping[str, str],
) -> PointSpec:
    kind = _kind(table, place)
    choices = fields.words(table, "bits" if kind is ValueKind.FLAGS else "enum")
    write = _write(table, kind, choices, place)
    at = fields.number(table, "at")
    number = fields.number(table, "number")
    circuit = fields.number(table, "circuit")
    if number is None and counting.term:
        number = at
    return PointSpec(
        key=key,
        name=fields.text(table, "name"),
        unit=UNIT_NOT_SET if "unit" in bindings else fields.text(table, "unit"),
        decimals=fields.whole(table, "decimals", _decimals(place, kind)),
        kind=kind,
        choices=choices,
        category=Category(fields.text(table, "category", Category.ALL.value)),
        poll_group=fields.text(table, "poll", "slow"),
        number=None if number is None else int(number),
        group=fields.text(table, "group"),
        circuit=None if circuit is None else int(circuit),
        default=_default(table, write),
        write=write,
        role=fields.text(table, "role"),
        live=fields.flag(table, "live", default=True),
        listed=fields.flag(table, "listed", default=write is not None),
        note=fields.text(table, "note"),
        digits=fields.whole(table, "digits", 0) or None,
        most_per_hour=fields.number(table, "most_per_hour"),
    )


def _kind(table: Table, place: RegisterPlace) -> ValueKind:
    if "kind" in table.entries:
        return ValueKind(fields.text(table, "kind"))
    if "enum" in table.entries:
        return ValueKind.CHOICE
    if "bits" in table.entries:
        return ValueKind.FLAGS
    return ValueKind.TEXT if place.type in TEXTS else ValueKind.NUMBER


def _decimals(place: RegisterPlace, kind: ValueKind) -> int:
    if kind is not ValueKind.NUMBER:
        return 0
    if place.type in FLOATS and place.scale == 1:
        return _FLOAT_DECIMALS
    return decimals_of(place.scale)


def _default(table: Table, write: WriteRules | None) -> float | None:
    if fields.text(table, "default") == "off":
        return write.off_value if write else None
    return fields.number(table, "default")


def _write(
    table: Table, kind: ValueKind, choices: Mapping[int, str], place: RegisterPlace
) -> WriteRules | None:
    rules = fields.group(table, "write")
    if rules is None:
        return None
    low, high = fields.number(rules, "min"), fields.number(rules, "max")
    allow = fields.numbers(rules, "allow")
    if kind is ValueKind.CHOICE and not allow:
        allow = tuple(float(code) for code in sorted(choices))
    if kind is ValueKind.FLAGS and high is None:
        low, high = 0.0, float(sum(1 << bit for bit in choices))
    step = fields.number(rules, "step")
    rate = fields.number(rules, "rate_per_hour")
    return WriteRules(
        minimum=low,
        maximum=high,
        step=abs(place.scale) if step is None and kind is ValueKind.NUMBER else step,
        off_value=fields.number(rules, "off"),
        allow=allow,
        confirm=fields.flag(rules, "confirm", default=False),
        dual=fields.flag(rules, "dual", default=False),
        verify_after_ms=fields.whole(rules, "verify_after_ms", WriteRules().verify_after_ms),
        rate_per_hour=None if rate is None else int(rate),
        danger=fields.text(rules, "danger"),
        automatic=fields.numbers(rules, "automatic"),
    )
