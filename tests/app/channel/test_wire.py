"""Every kind of value that crosses the channel arrives as it left."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import cattrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.asked import Document
from app.channel.surface import surface
from app.channel.wire import LONGEST_MESSAGE, proof, receive, send, the_wire
from app.errors import BadInput
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.counter import (
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    IndexRules,
    Shape,
    Spread,
    Stated,
    Statement,
    StatementId,
    TakenBack,
    Withdrawn,
)
from app.model.device import LinkConfig, LinkId
from app.model.point import Category, PointSpec, ValueKind, WriteRules
from app.model.reading import DeviceId, Quality, Reading
from app.series import Outline, Series, Tile
from tests.plant import NOON, SUPPLY, high_rule

WIRE = the_wire()


def crossed(value: Any, kind: Any = None) -> Any:
    """What arrives at the other end."""
    kind = kind or type(value)
    return WIRE.structure(json.loads(json.dumps(WIRE.unstructure(value, kind))), kind)


@pytest.mark.parametrize("name", surface())
def test_what_every_verb_takes_and_answers_can_cross(name: str) -> None:
    for hint in surface()[name].hints.values():
        WIRE.get_structure_hook(hint)
    if surface()[name].hints["return"] is type(None):
        assert crossed(None, type(None)) is None


def test_threads_that_meet_a_type_at_once_all_learn_it() -> None:
    fresh = the_wire.__wrapped__()
    sample = high_rule()
    gate = Barrier(8)

    def told(_nth: int) -> Any:
        gate.wait()
        for call in surface().values():
            fresh.get_structure_hook(call.hints["return"])
        return fresh.structure(fresh.unstructure(sample), type(sample))

    with ThreadPoolExecutor(8) as together:
        assert list(together.map(told, range(8))) == [sample] * 8
    assert the_wire() is the_wire()


VALUES = st.one_of(st.floats(allow_nan=False), st.text(), st.datetimes(timezones=st.just(UTC)))


@given(VALUES, st.sampled_from([q for q in Quality if q.believable]))
def test_a_reading_keeps_its_value_quality_and_times(value: Any, quality: Quality) -> None:
    reading = Reading(SUPPLY, value, quality, NOON, "late", received_at=NOON)
    assert crossed(reading) == reading


def test_a_reading_without_value_stays_without_one() -> None:
    for quality in (Quality.BAD, Quality.OFFLINE):
        reading = Reading(SUPPLY, None, quality, NOON)
        assert crossed(reading) == reading


STATED: tuple[Edit | TakenBack, ...] = (
    Broken(NOON, Break.UNIT, Decimal("1.20"), None, IndexRules("GJ", 2, 10**8, Decimal("0.5"))),
    Withdrawn(NOON, NOON),
    Accepted(NOON, NOON),
    Entered(NOON, Decimal("812.40")),
    Spread(NOON, NOON, Shape.WEEK_BEFORE),
    TakenBack(StatementId("4711")),
)


@pytest.mark.parametrize("says", STATED, ids=lambda says: type(says).__name__)
def test_a_statement_about_an_index_stays_the_kind_it_is(says: Edit | TakenBack) -> None:
    made = Statement(StatementId("1"), SUPPLY, says, "why", "K. Lund", NOON)
    assert crossed(Stated(made, holds=True)) == Stated(made, holds=True)
    if not isinstance(says, TakenBack):
        assert crossed(says, Edit) == says


@pytest.mark.parametrize(
    "raw", [None, 1, "spread", [], {}, {"stated": "Statement"}, {"stated": "Entered"}]
)
def test_what_is_no_statement_is_refused(raw: Any) -> None:
    call = surface()["meters.state"]
    with pytest.raises(BadInput, match=r"meters\.state"):
        call.arguments_in(WIRE, {"point": SUPPLY, "says": raw, "reason": "why"})


def test_a_setting_keeps_its_words_and_rules() -> None:
    spec = PointSpec(
        "c1_mode",
        "Mode",
        kind=ValueKind.CHOICE,
        choices={0: "manual", 1: "scheduled"},
        category=Category.PRIMARY,
        write=WriteRules(allow=(1.0, 2.0), confirm=True),
    )
    assert crossed(spec) == spec
    assert set(crossed(spec).choices) == {0, 1}


@given(
    st.dictionaries(
        st.text(max_size=5), st.one_of(st.none(), st.booleans(), st.integers(), st.text())
    )
)
def test_a_link_keeps_its_options(options: Mapping[str, Any]) -> None:
    link = LinkConfig(LinkId("line-1"), "modbus-tcp", "Line 1", options)
    assert crossed(link) == link


def test_a_wish_and_its_result() -> None:
    wish = WriteRequest(DeviceId("a"), "comfort", 21.0, "x", expected=None)
    result = WriteResult(
        DeviceId("a"), "comfort", None, 21.0, None, WriteState.REFUSED, "why", NOON
    )
    assert crossed(wish) == wish
    assert crossed(result) == result


def test_an_alarm_rule_and_a_document() -> None:
    assert crossed(high_rule()) == high_rule()
    document = Document("1", None, "Report", "note", Path("a") / "b.pdf", NOON, "K. Lund")
    assert crossed(document) == document


def test_an_outline_arrives_bit_by_bit() -> None:
    at = np.array([1, 2, 3], dtype=np.int64)
    least, most = np.array([1.5, np.nan, -0.0]), np.array([2.5, np.nan, 0.0])
    mean, quality = np.array([np.nan, np.nan, np.inf]), np.array([0, 4, 1], dtype=np.uint8)
    outline = Outline(SUPPLY, at, at + 1, least, most, mean, quality)
    (arrived,) = crossed([outline], Sequence[Outline])
    assert arrived.point == SUPPLY
    for name in ("starts_ms", "ends_ms", "least", "most", "mean", "quality"):
        there, here = getattr(arrived, name), getattr(outline, name)
        assert there.dtype == here.dtype
        assert there.tobytes() == here.tobytes()
    assert crossed(Tile.EIGHT_HOURS) is Tile.EIGHT_HOURS


def test_columns_arrive_bit_by_bit() -> None:
    series = Series(
        SUPPLY,
        np.array([1, 2, 3], dtype=np.int64),
        np.array([1.5, np.nan, -0.0]),
        np.array([0, 4, 1], dtype=np.uint8),
    )
    (arrived,) = crossed([series], Sequence[Series])
    for name in ("times_ms", "values", "quality"):
        there, here = getattr(arrived, name), getattr(series, name)
        assert there.dtype == here.dtype
        assert there.tobytes() == here.tobytes()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", [1]),
        ("quality", "splendid"),
        ("measured_at", "yesterday"),
        ("measured_at", "2026-01-15T12:00:00"),  # no zone
        ("value", None),  # GOOD without a value
    ],
)
def test_what_is_no_reading_never_becomes_one(field: str, value: object) -> None:
    raw = WIRE.unstructure(Reading(SUPPLY, 1.0, Quality.GOOD, NOON))
    with pytest.raises((cattrs.BaseValidationError, ValueError)):
        WIRE.structure(raw | {field: value}, Reading)


def fed(raw: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(raw)
    reader.feed_eof()
    return reader


async def test_a_message_longer_than_allowed_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadInput, match="too long"):
        await receive(fed((LONGEST_MESSAGE + 1).to_bytes(4, "big")))
    with pytest.raises(BadInput, match="too long"):
        await receive(fed((100).to_bytes(4, "big")), longest=99)


async def test_a_message_that_is_no_json_is_a_sentence() -> None:
    with pytest.raises(BadInput, match="no JSON"):
        await receive(fed(b"\x00\x00\x00\x03{[}"))
    with pytest.raises(BadInput, match="no JSON"):
        await receive(fed(b"\x00\x00\x00\x02\xff\xfe"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (r'{"login": "\ud800"}', "surrogates not allowed"),
        (r'{"a": [{"b\udfff": 1}]}', "surrogates not allowed"),
        ('{"limit": 1' + 30 * "0" + "}", "a number is too large"),
        ('{"limit": -1' + 30 * "0" + "}", "a number is too large"),
        ('{"x": "\xd8"}', None),
        (r'{"x": "\ud83d\ude00"}', None),
    ],
)
async def test_what_no_database_takes_is_no_message(text: str, says: str | None) -> None:
    payload = text.encode()
    message = fed(len(payload).to_bytes(4, "big") + payload)
    if says is None:
        assert await receive(message)
        return
    with pytest.raises(BadInput, match=says):
        await receive(message)


async def test_a_message_of_too_many_parts_is_refused_before_it_is_taken_apart() -> None:
    payload = b'{"x":[' + b"[]," * 100 + b"[]]}"
    raw = len(payload).to_bytes(4, "big") + payload
    with pytest.raises(BadInput, match="too many parts"):
        await receive(fed(raw), most_parts=99)
    assert len((await receive(fed(raw), most_parts=100))["x"]) == 101


@pytest.mark.parametrize("raw", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_time_outside_the_calendar_is_no_time(raw: str) -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        WIRE.structure(raw, datetime)
    assert WIRE.structure("2026-11-21T17:00:00+01:00", datetime).utcoffset() is not None


async def test_a_message_cut_off_is_the_end() -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await receive(fed(b"\x00\x00\x00\x09{}"))


async def test_what_is_sent_is_received() -> None:
    got: list[object] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await receive(reader))
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await send(writer, {"name": "Østerby ≥ 65 °C"})
    await reader.read()
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
    assert got == [{"name": "Østerby ≥ 65 °C"}]


def test_a_proof_depends_on_token_role_and_nonce() -> None:
    proofs = {
        proof(token, role, nonce)
        for token in (b"a", b"b")
        for role in (b"core", b"client")
        for nonce in (b"1", b"2")
    }
    assert len(proofs) == 8
