"""Which devices a question or an answer speaks of, found from its type alone."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.model.reading import DeviceId, PointId, split_point
from app.series import Outline, Series

Finder = Callable[[Any], Iterable[DeviceId]]  # value → the devices it speaks of


@cache
def finder(kind: Any) -> Finder | None:
    """Return what finds the devices in values of a type; ``None`` where none can be.

    Looks into collections, unions and the fields of dataclasses: whatever carries a
    `DeviceId` or a `PointId` speaks of that device.
    """
    return _finder(kind, ())


def elements(kind: Any) -> Finder | None:
    """Return the finder of a collection's elements; ``None`` when it is no collection of such.

    An answer that is a list, or a mapping by id, is thinned out element by element;
    any other answer is either one's to see or it is not.
    """
    origin = get_origin(kind)
    if not (isinstance(origin, type) and issubclass(origin, Collection)):
        return None
    if issubclass(origin, Mapping):
        return finder(tuple[get_args(kind)])  # type: ignore[misc]
    return finder(get_args(kind)[0])


def thinned(kind: Any, value: Any, sees: Callable[[DeviceId], bool]) -> Any:
    """Return a collection of ``kind`` without what speaks of a device that is not seen."""
    find = elements(kind)
    if find is None:
        return value
    if isinstance(value, Mapping):
        return {k: v for k, v in value.items() if _all_seen(find((k, v)), sees)}
    kept = [element for element in value if _all_seen(find(element), sees)]
    return tuple(kept) if isinstance(value, tuple) else kept


def _all_seen(devices: Iterable[DeviceId], sees: Callable[[DeviceId], bool]) -> bool:
    """Whether every device is seen; what is of no device in particular is of them all."""
    any_found = False
    for device in devices:
        if not sees(device):
            return False
        any_found = True
    return any_found


_LEAVES: Mapping[Any, Finder] = {
    DeviceId: lambda value: (value,),
    PointId: lambda value: (split_point(value)[0],),
    Series: lambda value: (split_point(value.point)[0],),
    Outline: lambda value: (split_point(value.point)[0],),
}


def _finder(kind: Any, above: tuple[Any, ...]) -> Finder | None:
    if kind in _LEAVES:
        return _LEAVES[kind]
    if kind in above:
        return None  # a type within itself: what it adds is found one floor up
    inside = (*above, kind)
    origin = get_origin(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        parts = [(part.name, _finder(hints[part.name], inside)) for part in fields(kind)]
        return _of_parts(parts, getattr)
    if origin in (Union, UnionType):
        return _of_union([_finder(part, inside) for part in get_args(kind)], get_args(kind))
    if isinstance(origin, type) and issubclass(origin, Collection):
        return _of_collection(origin, get_args(kind), inside)
    return None


def _of_collection(
    origin: type, kinds: tuple[Any, ...], above: tuple[Any, ...]
) -> Finder | None:
    finders = [_finder(part, above) for part in kinds if part is not ...]
    if issubclass(origin, Mapping):
        return _of_mapping(*finders)
    if issubclass(origin, tuple) and kinds[-1:] != (...,):
        return _of_parts(list(enumerate(finders)), lambda value, place: value[place])
    return _of_each(finders[0])


def _of_each(find: Finder | None) -> Finder | None:
    if find is None:
        return None
    return lambda value: (device for element in value for device in find(element))


def _of_mapping(keys: Finder | None, values: Finder | None) -> Finder | None:
    if keys is None and values is None:
        return None

    def found(value: Any) -> Iterator[DeviceId]:
        for find, parts in ((keys, value.keys()), (values, value.values())):
            if find is not None:
                for part in parts:
                    yield from find(part)

    return found


def _of_parts(
    parts: list[tuple[Any, Finder | None]], pick: Callable[[Any, Any], Any]
) -> Finder | None:
    told = [(place, find) for place, find in parts if find is not None]
    if not told:
        return None
    if len(told) == 1:  # as in readings, which come by the ten thousand
        ((only, within),) = told
        return lambda value: within(pick(value, only))

    def found(value: Any) -> Iterator[DeviceId]:
        for place, find in told:
            yield from find(pick(value, place))

    return found


def _of_union(finders: list[Finder | None], kinds: tuple[Any, ...]) -> Finder | None:
    """Only what is optional can be looked into: other unions cannot be told apart."""
    told = [find for find in finders if find is not None]
    if not told:
        return None
    if len(told) > 1 or type(None) not in kinds:
        raise TypeError(f"whose device is meant cannot be told: {kinds}")
    return lambda value: () if value is None else told[0](value)
