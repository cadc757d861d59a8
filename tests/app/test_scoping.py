"""Which devices a value speaks of is found from its type alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from app.asked import DeviceView, Document, Note
from app.channel.surface import surface
from app.model.alarm import Alarm, AlarmRecord, AlarmRule
from app.model.control import WriteRequest, WriteResult
from app.model.device import DeviceConfig, DeviceStanding
from app.model.reading import DeviceId, PointId, Reading
from app.scoping import elements, finder, thinned
from app.series import Series

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
RULE = AlarmRule("r", "high", DeviceId("a"), PointId("b.s1"), "Rule", 1)


@dataclass(frozen=True)
class _Loop:
    device: DeviceId
    inner: "tuple[_Loop, ...]" = ()


def found(kind: Any, value: Any) -> list[str]:
    find = finder(kind)
    assert find is not None
    return list(find(value))


@pytest.mark.parametrize(
    ("kind", "value", "devices"),
    [
        (DeviceId, "a", ["a"]),
        (PointId, "a.s1", ["a"]),
        (DeviceId | None, None, []),
        (DeviceId | None, "a", ["a"]),
        (Sequence[PointId], ["a.s1", "b.s2", "a.s3"], ["a", "b", "a"]),
        (tuple[PointId, int, DeviceId], ("a.s1", 4, "b"), ["a", "b"]),
        (Mapping[DeviceId, str], {"a": "b"}, ["a"]),
        (Mapping[str, PointId], {"x": "a.s1"}, ["a"]),
        (Mapping[PointId, Sequence[DeviceId]], {"a.s1": ["b"]}, ["a", "b"]),
        (AlarmRule, RULE, ["a", "b"]),
        (_Loop, _Loop(DeviceId("a")), ["a"]),
    ],
)
def test_devices_are_found_wherever_a_type_has_them(
    kind: Any, value: Any, devices: list[str]
) -> None:
    assert found(kind, value) == devices


@pytest.mark.parametrize("kind", [str, int, datetime, Sequence[str], Mapping[str, int], bytes])
def test_where_a_type_has_none_nothing_is_looked_for(kind: Any) -> None:
    assert finder(kind) is None
    assert elements(kind) is None or finder(kind) is not None


@pytest.mark.parametrize(
    "kind",
    [
        Alarm, AlarmRecord, AlarmRule, DeviceConfig, DeviceStanding, DeviceView, Document,
        Note, Reading, Series, WriteRequest, WriteResult,
    ],
)  # fmt: skip
def test_everything_that_is_about_a_device_says_so(kind: Any) -> None:
    assert finder(kind) is not None
    assert elements(Sequence[kind]) is not None


def test_a_union_that_cannot_be_told_apart_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError, match="cannot be told"):
        finder(DeviceId | Note)


def test_lists_lose_what_is_not_seen_and_what_is_of_no_device() -> None:
    documents = [
        Document(str(n), device, "t", "k", __file__, NOON, "x")  # type: ignore[arg-type]
        for n, device in enumerate(("a", "b", None))
    ]
    left = thinned(Sequence[Document], documents, lambda device: device == "a")
    assert [each.id for each in left] == ["0"]
    assert thinned(tuple[PointId, ...], ("a.s", "b.s"), lambda d: d == "b") == ("b.s",)
    mapping = {"a": 1, "b": 2}
    assert thinned(Mapping[DeviceId, int], mapping, lambda d: d == "b") == {"b": 2}
    assert thinned(Sequence[str], ["a"], lambda _d: False) == ["a"]


def test_every_verb_s_types_can_be_understood() -> None:
    for call in surface().values():
        for kind in call.hints.values():
            finder(kind)  # raises for what it cannot tell apart
