"""Loading meter profiles: what makes of M-Bus meters mean, every fault named by its line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from app.model.meterprofile import (
    Gap,
    GoldenRecords,
    MeterModel,
    MeterProfile,
    MeterProfiles,
    RecordRule,
)
from app.model.profile import UnknownMap
from app.profiles import fields
from app.profiles.fault import Faults, ProfileError
from app.profiles.loader import SUFFIX, listed, read_file
from app.profiles.shape import METER_SCHEMA_FILE, check_shape
from app.profiles.tree import Items, Leaf, Table

FOLDER = "meters"  # of a project, beside its profiles
_FLAG_BITS = 64
_MAKERS_BITS = (5, 6, 7)  # of the status byte


@dataclass(frozen=True, slots=True)
class MeterFiles:
    """Every meter profile that can be used, and every fault of those that cannot."""

    meters: MeterProfiles
    errors: tuple[ProfileError, ...] = ()


def builtin_meters() -> Traversable:
    """Return the folder of the meter profiles Heatdesk brings along."""
    return files("resources.meters")


def load_meters(project_folders: Sequence[Path] = ()) -> MeterFiles:
    """Return the meter profiles that come along and those of the project's own folders.

    A file in a later folder takes the place of an earlier one of the same name; a broken
    one is missing, and its faults are told. Reads files; never raises for what they contain.
    """
    return meters_in([builtin_meters(), *project_folders])


@cache
def brought_along() -> MeterProfiles:
    """Return the meter profiles that come along, read once."""
    return load_meters().meters


def meters_in(folders: Iterable[Traversable]) -> MeterFiles:
    """Return the meter profiles of these folders alone; later folders win."""
    found: dict[str, tuple[MeterProfile | None, Faults]] = {}
    for folder in folders:
        for file in listed(folder):
            if file.name.endswith(SUFFIX):
                found[file.name] = _read(file)
    sound = [profile for profile, faults in found.values() if profile and not faults]
    errors = [error for _profile, faults in found.values() for error in faults.sorted()]
    by_name = tuple(sorted(sound, key=lambda profile: profile.id))
    return MeterFiles(MeterProfiles(by_name), tuple(sorted(errors)))


def gaps_of(meters: MeterProfiles, profile: str) -> tuple[UnknownMap, ...]:
    """Return what no source tells of the meters of a profile; of an unknown one nothing."""
    return tuple(
        UnknownMap(f"gap{nth}", gap.title, gap.why)
        for each in meters.profiles
        if each.id == profile
        for nth, gap in enumerate(each.unknown)
    )


def _read(file: Traversable) -> tuple[MeterProfile | None, Faults]:
    faults = Faults()
    node = read_file(file, faults)
    if node is None:
        return None, faults
    tree, _cut = check_shape(node, faults, METER_SCHEMA_FILE)
    head = fields.group(tree, "meter")
    if head is None:
        return None, faults
    profile = _built(tree, head)
    _check(profile, tree, head, faults)
    if file.name != f"{profile.id}{SUFFIX}":
        said = f"meter.id '{profile.id}' belongs in a file named {profile.id}{SUFFIX}"
        faults.add(*fields.place(head, "id"), said)
    return profile, faults


def _built(tree: Table, head: Table) -> MeterProfile:
    return MeterProfile(
        id=fields.text(head, "id"),
        version=fields.whole(head, "version", 1),
        vendor=fields.text(head, "vendor"),
        label=fields.text(head, "label"),
        status=fields.text(head, "status"),
        models=tuple(_model(each) for each in fields.tables(tree, "models")),
        status_bits=fields.words(tree, "status"),
        storages=fields.words(tree, "storages"),
        rules=tuple(_rule(each) for each in fields.tables(tree, "points")),
        unknown=tuple(
            Gap(fields.text(each, "title"), fields.text(each, "why"))
            for each in fields.tables(tree, "unknown")
        ),
        tests=tuple(_golden(each) for each in fields.tables(tree, "tests")),
        sources=fields.texts(tree, "sources"),
    )


def _model(table: Table) -> MeterModel:
    return MeterModel(
        fields.text(table, "manufacturer"),
        frozenset(int(each) for each in fields.numbers(table, "versions")),
        frozenset(int(each) for each in fields.numbers(table, "media")),
        fields.text(table, "model"),
    )


def _rule(table: Table) -> RecordRule:
    given = table.entries
    scale = fields.number(table, "scale")
    return RecordRule(
        dif_vif=_bytes(table, "record"),
        vif=_bytes(table, "vif"),
        quantity=fields.text(table, "quantity"),
        function=fields.text(table, "function"),
        storage=_whole(table, "storage"),
        tariff=_whole(table, "tariff"),
        subunit=_whole(table, "subunit"),
        qualifiers=fields.texts(table, "qualifiers") if "qualifiers" in given else None,
        key=fields.text(table, "id"),
        name=fields.text(table, "name"),
        unit=fields.text(table, "unit") if "unit" in given else None,
        scale=1.0 if scale is None else scale,
        decimals=_whole(table, "decimals"),
        mask=_whole(table, "mask"),
        bits=fields.words(table, "bits"),
        choices=fields.words(table, "enum"),
        role=fields.text(table, "role"),
        counts=fields.flag(table, "counts", default=False) if "counts" in given else None,
        note=fields.text(table, "note"),
    )


def _golden(table: Table) -> GoldenRecords:
    wanted = fields.group(table, "expect")
    expect: dict[str, float | str | None] = {}
    for key, entry in wanted.entries.items() if wanted else ():
        value = entry.node.value if isinstance(entry.node, Leaf) else None
        expect[key] = float(value) if isinstance(value, int) else value
    written = fields.text(table, "records").replace(" ", "")
    return GoldenRecords(
        records=bytes.fromhex(written) if len(written) % 2 == 0 else b"",
        expect=expect,
        status=fields.whole(table, "status", 0),
        note=fields.text(table, "note"),
        line=table.line,
    )


def _bytes(table: Table, key: str) -> bytes | None:
    written = fields.text(table, key)
    return bytes.fromhex(written) if written else None


def _whole(table: Table, key: str) -> int | None:
    number = fields.number(table, key)
    return None if number is None else int(number)


def _check(profile: MeterProfile, tree: Table, head: Table, faults: Faults) -> None:
    """Note everything in which the parts of a profile contradict one another."""
    for bit in profile.status_bits:
        if bit not in _MAKERS_BITS:
            said = f"status: bit {bit} is the standard's; the maker's are 5, 6 and 7"
            faults.add(*fields.place(tree, "status", str(bit)), said)
    for table, rule in zip(fields.tables(tree, "points"), profile.rules, strict=True):
        for word, sentence in _contradictions(rule):
            faults.add(*fields.place(table, word), f"point {rule.key or rule.name}: {sentence}")
    _check_doubles(tree, faults)
    for table in fields.tables(tree, "tests"):
        if len(fields.text(table, "records").replace(" ", "")) % 2:
            said = "a test: records ends with half a byte"
            faults.add(*fields.place(table, "records"), said)
    if not profile.models and not faults:
        faults.add(head.file, head.line, "no model is named, so no meter can be of this make")


def _contradictions(rule: RecordRule) -> Iterable[tuple[str, str]]:
    asked = (rule.dif_vif, rule.vif, rule.function or None, rule.storage, rule.tariff)
    if not rule.quantity and all(each is None for each in (*asked, rule.subunit)):
        yield "id", "say which records it is: by record, vif, quantity, storage …"
    if rule.bits and rule.choices:
        yield "enum", "it has bits or an enum, not both"
    if rule.key and not rule.name:
        yield "id", "'name' is missing"
    for bit in rule.bits:
        if bit >= _FLAG_BITS:
            yield "bits", f"there is no bit {bit}"


def _check_doubles(tree: Table, faults: Faults) -> None:
    """Note keys of points given twice: the same name for two things."""
    seen: dict[str, int] = {}
    node = tree.get("points")
    for table in node.nodes if isinstance(node, Items) else ():
        if not isinstance(table, Table) or "id" not in table.entries:
            continue
        key, (file, line) = fields.text(table, "id"), fields.place(table, "id")
        if key in seen:
            faults.add(file, line, f"point {key} is given twice, first in line {seen[key]}")
        seen.setdefault(key, line)
