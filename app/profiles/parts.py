"""Building the parts of a profile besides its points: manners, questions, bindings, gaps."""

import re

from app.model.identity import FactFormat, IdentityFact
from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.profile import (
    Area,
    ClockPlaces,
    DataType,
    DetectRule,
    DeviceAlarmBit,
    GoldenVector,
    LinkRules,
    ProfileOption,
    ReadRules,
    RegisterPlace,
    UnknownMap,
    WeekProgram,
)
from app.profiles import fields
from app.profiles.points import BuiltPoint, Counting
from app.profiles.tree import Leaf, Table

_MIDNIGHT = 2400.0  # as a controller writes the end of a day
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_PERIOD = re.compile(r"([0-9.]+)(ms|s|min|h)")
_USUAL_PRIORITY = 3


def counting_of(tree: Table) -> Counting:
    """Return how the maker counts registers."""
    addressing = fields.group(fields.group(tree, "link") or tree, "addressing")
    if addressing is None:
        return Counting()
    return Counting(fields.whole(addressing, "base", 0), fields.text(addressing, "term"))


def link_rules(tree: Table) -> LinkRules:
    """Return the device's manners on its link."""
    link = fields.group(tree, "link")
    if link is None:
        return LinkRules()
    usual = LinkRules()
    return LinkRules(
        default_unit=fields.whole(link, "unit_id", usual.default_unit),
        timeout_ms=fields.whole(link, "timeout_ms", usual.timeout_ms),
        retries=fields.whole(link, "retries", usual.retries),
        turnaround_ms=fields.whole(link, "turnaround_ms", usual.turnaround_ms),
        idle_close_s=fields.number(link, "idle_close_s"),
        offline_after_cycles=fields.whole(
            link, "offline_after_cycles", usual.offline_after_cycles
        ),
        single_client=fields.flag(link, "single_client", default=usual.single_client),
        number_term=fields.text(fields.group(link, "addressing") or link, "term"),
    )


def read_rules(tree: Table, counting: Counting) -> ReadRules:
    """Return how registers may be asked for; addresses as on the wire."""
    read = fields.group(tree, "read")
    if read is None:
        return ReadRules()
    served = []
    for node in fields.items(read, "served"):
        ends = [int(leaf.value) for leaf in getattr(node, "nodes", ()) if _is_number(leaf)]
        served.append((ends[0] - counting.base, ends[1] - counting.base))
    alone = fields.numbers(read, "single_word")
    return ReadRules(
        max_registers=fields.whole(read, "max_registers", ReadRules().max_registers),
        gap_tolerance=fields.whole(read, "gap_tolerance", 0),
        served=tuple(served),
        single_word=frozenset(int(at) - counting.base for at in alone),
    )


def poll_groups(tree: Table) -> dict[str, float]:
    """Return the period of each poll group in s; 0 means once, on connect."""
    groups = fields.group(tree, "poll_groups")
    found = {}
    for name in groups.entries if groups else ():
        match = _PERIOD.fullmatch(fields.text(groups or tree, name))
        found[name] = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    return found


def detect_rules(tree: Table, counting: Counting) -> tuple[DetectRule, ...]:
    """Return the questions that tell this model from others; addresses as on the wire."""
    rules = []
    for table in fields.tables(tree, "detect"):
        read = fields.group(table, "read")
        if read is not None:
            rules.append(
                DetectRule(
                    area=Area(fields.text(read, "area", Area.HOLDING.value)),
                    address=fields.whole(read, "at", 0) - counting.base,
                    count=fields.whole(read, "count", 1),
                    match=fields.wholes(table, "match"),
                    score=fields.whole(table, "score", 1),
                    label=fields.text(table, "label"),
                )
            )
    return tuple(rules)


def profile_options(tree: Table) -> dict[str, ProfileOption]:
    """Return what an engineer sets per device."""
    return {
        key: ProfileOption(
            key=key,
            label=fields.text(table, "label"),
            kind=fields.text(table, "kind"),
            choices=fields.texts(table, "choices"),
            minimum=fields.number(table, "min"),
            maximum=fields.number(table, "max"),
            default=fields.text(table, "default") or fields.number(table, "default"),
            note=fields.text(table, "note"),
        )
        for key, table in fields.named(tree, "options")
    }


def identity_facts(tree: Table) -> dict[str, IdentityFact]:
    """Return how the device's words for itself are put together."""
    return {
        name: IdentityFact(
            FactFormat(fields.text(table, "format")),
            fields.texts(table, "points"),
            fields.text(table, "prefix"),
        )
        for name, table in fields.named(tree, "identity")
    }


def clock_places(tree: Table) -> ClockPlaces | None:
    """Return the points that hold the device's own clock."""
    clock = fields.group(tree, "clock")
    if clock is None:
        return None
    return ClockPlaces(
        hour=fields.text(clock, "hour"),
        minute=fields.text(clock, "minute"),
        day=fields.text(clock, "day"),
        month=fields.text(clock, "month"),
        year=fields.text(clock, "year"),
        automatic_summer_time=fields.text(clock, "automatic_summer_time"),
    )


def week_programs(tree: Table, counting: Counting) -> tuple[WeekProgram, ...]:
    """Return the week plans; addresses as on the wire."""
    return tuple(
        WeekProgram(
            circuit=fields.whole(table, "circuit", 1),
            base_address=fields.whole(table, "at", 0) - counting.base,
            day_stride=fields.whole(table, "day_stride", WeekProgram(1, 0).day_stride),
            periods=fields.whole(table, "periods", WeekProgram(1, 0).periods),
            writable=fields.flag(table, "writable", default=False),
        )
        for table in fields.tables(tree, "week_programs")
    )


def week_points(
    table: Table, program: WeekProgram, counting: Counting, group: str
) -> list[BuiltPoint]:
    """Return the points of a week plan's times, read on demand."""
    points = []
    for day, name in enumerate(_DAY_NAMES):
        for period in range(1, program.periods + 1):
            for edge, word in enumerate(("start", "stop")):
                address = program.base_address + program.day_stride * day + 2 * (period - 1)
                place = RegisterPlace(Area.HOLDING, address + edge, DataType.UINT16, 1)
                spec = PointSpec(
                    key=program.key(day, period, stop=bool(edge)),
                    name=f"{name}, period {period}, {word}",
                    kind=ValueKind.TIME_OF_DAY,
                    poll_group=group,
                    number=address + edge + counting.base if counting.term else None,
                    group="Week program",
                    circuit=program.circuit,
                    live=False,
                    write=WriteRules(0, _MIDNIGHT) if program.writable else None,
                )
                points.append(BuiltPoint(table, spec, place))
    return points


def alarm_bits(tree: Table) -> tuple[DeviceAlarmBit, ...]:
    """Return the device's own alarms."""
    return tuple(
        DeviceAlarmBit(
            point=fields.text(table, "point"),
            bit=fields.whole(table, "bit", 0),
            number=fields.whole(table, "number", 0),
            text=fields.text(table, "text"),
            priority=fields.whole(table, "priority", _USUAL_PRIORITY),
        )
        for table in fields.tables(tree, "alarms")
    )


def unknown_maps(tree: Table) -> tuple[UnknownMap, ...]:
    """Return what the sources do not know."""
    return tuple(
        UnknownMap(
            key=fields.text(table, "key"),
            title=fields.text(table, "title"),
            why=fields.text(table, "why"),
            fields=fields.texts(table, "fields"),
            points=fields.texts(table, "points"),
        )
        for table in fields.tables(tree, "unknown")
    )


def slots(diagram: Table) -> dict[str, str]:
    """Return the diagram's bindings: slot → point key."""
    bound = fields.group(diagram, "slots")
    return {slot: fields.text(bound, slot) for slot in bound.entries} if bound else {}


def golden_vectors(tree: Table, counting: Counting) -> tuple[GoldenVector, ...]:
    """Return the recorded registers and what they decode to; addresses as on the wire."""
    return tuple(_vector(table, counting) for table in fields.tables(tree, "tests"))


def _vector(table: Table, counting: Counting) -> GoldenVector:
    expect: dict[str, float | str | None] = {}
    reasons = {}
    wanted = fields.group(table, "expect")
    for key, entry in wanted.entries.items() if wanted else ():
        if isinstance(entry.node, Leaf):
            value = entry.node.value
            expect[key] = float(value) if isinstance(value, int) else value
        elif isinstance(entry.node, Table):
            expect[key] = None
            reason = fields.text(entry.node, "reason")
            if reason:
                reasons[key] = reason
    raws = fields.wholes(table, "registers")
    return GoldenVector(
        registers={at - counting.base: raw for at, raw in raws.items()},
        expect=expect,
        reasons=reasons,
        note=fields.text(table, "note"),
    )


def _is_number(node: object) -> bool:
    return isinstance(node, Leaf) and isinstance(node.value, int | float)
