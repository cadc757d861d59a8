"""What of the laptop's project is new, changed or in conflict, thing by thing."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from app.compose.handover.pairing import Pairing
from app.model.handover import Difference, State
from app.model.reading import DeviceId
from app.model.version import FILES
from app.project.config import PlantConfig
from app.project.customers import CUSTOMER_KEY
from app.project.difference import KINDS, differences, things_of
from app.project.opening import AUDIT_KEY, Project
from app.users.secrets import SecretsStore
from app.words import _


def common_base(ours: Project, theirs: Project) -> tuple[int, PlantConfig | None]:
    """Return the version both share and its plant: where the laptop took its copy of ours.

    0 and None for projects that never were one.
    """
    if ours.id != theirs.id:
        return 0, None
    known = {(v.number, v.at, v.author) for v in ours.configuration.versions()}
    both = [
        version.number
        for version in theirs.configuration.versions()
        if (version.number, version.at, version.author) in known
    ]
    number = max(both, default=0)
    return number, theirs.configuration.at(number) if number else None


def config_differences(
    ours: PlantConfig, theirs: PlantConfig, base: PlantConfig | None, pairing: Pairing
) -> Iterator[Difference]:
    """Yield what differs of the plant; ``theirs`` and ``base`` come with the laptop's ids."""
    mapped = pairing.config(theirs)
    before = None if base is None else pairing.config(base)
    header = _header(ours), _header(mapped)
    if header[0] != header[1]:
        told = tuple(differences(*header))
        state = State.OURS if before is None else _three_way(*header, _header(before))
        yield Difference("plant", "plant", ours.title, state, told)
    strangers = {pairing.devices[t]: o for t, o in pairing.strangers.items()}
    for kind in KINDS:
        here, there = things_of(ours, kind), things_of(mapped, kind)
        then = {} if before is None else things_of(before, kind)
        for key in sorted({*here, *there}):
            one, other = here.get(key), there.get(key)
            found = _state(one, other, then.get(key))
            name = getattr(other or one, "name", key)
            if found is State.NEW and kind == "device" and DeviceId(key) in strangers:
                place = _("here {device} has that address").format(
                    device=strangers[DeviceId(key)]
                )
                yield Difference(kind, key, name, State.STRANGER, (place,))
            elif found is not None:
                yield Difference(kind, key, name, found, _lines(kind, one, other))


def file_differences(ours: Project, theirs: Project) -> Iterator[Difference]:
    """Yield the project's own profiles and diagrams that differ, told by their versions."""
    for kind in FILES:
        ours.own_files.look()
        theirs.own_files.look()
        known = ours.archive.stories(kind)
        for name, story in sorted(theirs.archive.stories(kind).items()):
            text, held = story[0].content, known.get(name, [])
            if not text or (held and held[0].content == text):
                continue
            state = State.CONFLICT
            if not held or not held[0].content:
                state = State.NEW
            elif held[0].content in {each.content for each in story}:
                state = State.CHANGED
            elif text in {each.content for each in held}:
                state = State.OURS
            yield Difference(kind.value, name, name, state)


def secret_differences(ours: SecretsStore, theirs: SecretsStore) -> Iterator[Difference]:
    """Yield the secrets that differ, by their names alone."""
    here = set(ours.names())
    for name in theirs.names():
        if name.partition("/")[0] in (AUDIT_KEY, CUSTOMER_KEY):
            continue  # each project signs and seals with its own
        if name not in here:
            yield Difference("secret", name, name, State.NEW)
        elif ours.get(name) != theirs.get(name):
            yield Difference("secret", name, name, State.CONFLICT)


def log_differences(theirs: Project) -> Iterator[Difference]:
    """Yield the laptop's activity log when it is not as it was written.

    Nothing of it becomes ours, but whoever merges must have seen that what is brought
    comes from a project that somebody altered behind the program's back.
    """
    if fault := theirs.audit.verify():
        name = _("Activity log of the laptop")
        yield Difference("audit", "log", name, State.CONFLICT, (fault,))


def merged(
    ours: PlantConfig, mapped: PlantConfig, taken: Sequence[Difference], pairing: Pairing
) -> PlantConfig:
    """Return our plant with those things of the laptop's, which bear our ids already."""
    strangers = {pairing.devices[t]: o for t, o in pairing.strangers.items()}
    config = ours
    # Who comes to an address of ours does so last: who had it may have moved away by then.
    for each in sorted(taken, key=lambda difference: difference.state is State.STRANGER):
        if each.kind == "plant":
            config = replace(
                config, title=mapped.title, zone=mapped.zone, utility=mapped.utility,
                options=mapped.options,
            )  # fmt: skip
            continue
        if each.kind not in KINDS:
            continue
        thing = things_of(mapped, each.kind).get(each.id)
        if each.kind == "device" and each.state is State.STRANGER and thing is not None:
            there = config.devices.get(strangers[DeviceId(each.id)])
            if there is not None and (there.link, there.unit) == (thing.link, thing.unit):
                config = _without(config, "device", there.id)
        config = (
            _without(config, each.kind, each.id)
            if thing is None
            else _with(config, each.kind, thing)
        )
    return config


def _with(config: PlantConfig, kind: str, thing: Any) -> PlantConfig:
    things: dict[str, Any] = {f"{kind}s": {**things_of(config, kind), thing.id: thing}}
    return replace(config, **things)


def _without(config: PlantConfig, kind: str, id_: str) -> PlantConfig:
    things = {key: thing for key, thing in things_of(config, kind).items() if key != id_}
    rest: dict[str, Any] = {f"{kind}s": things}
    if kind == "device":
        rest["rules"] = {k: rule for k, rule in config.rules.items() if rule.device != id_}
    return replace(config, **rest)


def _state(one: Any, other: Any, old: Any) -> State | None:
    """Return how the laptop's thing stands to ours; ``old`` is what both were once."""
    if one == other:
        return None
    if old is not None:
        return State.REMOVED if other is None and one == old else _three_way(one, other, old)
    if other is None:
        return None  # ours alone: nothing to decide
    if one is None:
        return State.NEW
    return State.CHANGED if _only_fills(one, other) else State.CONFLICT


def _three_way(one: Any, other: Any, old: Any) -> State:
    if one == old:
        return State.CHANGED
    return State.OURS if other == old else State.CONFLICT


def _only_fills(one: Any, other: Any) -> bool:
    """Whether the laptop only knows what we left empty."""
    return all(
        getattr(one, field.name) in ("", None, {})
        or getattr(one, field.name) == getattr(other, field.name)
        for field in fields(one)
    )


def _header(config: PlantConfig) -> PlantConfig:
    return replace(config, links={}, devices={}, rules={}, logo="")


def _lines(kind: str, one: Any, other: Any) -> tuple[str, ...]:
    empty = PlantConfig("", "")
    one, other = (empty if each is None else _with(empty, kind, each) for each in (one, other))
    return tuple(differences(one, other))
