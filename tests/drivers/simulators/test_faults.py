"""Faults are written, put in force, lifted, and falsify answers as their name says."""

import struct

import pytest

from app.errors import BadInput
from drivers.simulators.faults import Fault, FaultKind, Faults, Frame, Sending

REPLY = Frame(7, 1, bytes((3, 4, 0, 10, 0, 20)))
GOOD = REPLY.encoded()
READ = struct.pack(">BHH", 3, 100, 10)


def faults(*texts: str, seed: int = 1) -> Faults:
    made = Faults(seed, lambda _fault, _on: None)
    for text in texts:
        made.add(Fault.parsed(text))
    return made


def sent(made: Faults, reply: Frame = REPLY, held: list[bytes] | None = None) -> list[bytes]:
    return [each.data for each in made.shaped(reply, [] if held is None else held)]


def decoded(frame: bytes) -> Frame:
    transaction, protocol, length, unit = struct.unpack(">HHHB", frame[:7])
    assert (protocol, length) == (0, len(frame) - 6)
    return Frame(transaction, unit, frame[7:])


def test_without_faults_an_answer_goes_out_at_once_and_unchanged() -> None:
    assert faults().shaped(REPLY, []) == [Sending(0.0, GOOD)]
    assert decoded(GOOD) == REPLY


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("wrong-unit", Frame(7, 2, REPLY.pdu)),
        ("wrong-transaction", Frame(8, 1, REPLY.pdu)),
        ("wrong-function", Frame(7, 1, b"\x04" + REPLY.pdu[1:])),
        ("short", Frame(7, 1, bytes((3, 2, 0, 10)))),
    ],
)
def test_wrong_answers_are_well_formed_frames(fault: str, expected: Frame) -> None:
    assert [decoded(each) for each in sent(faults(fault))] == [expected]


def test_exceptions_and_echoes_are_falsified_without_breaking() -> None:
    refused, echo = Frame(7, 1, bytes((0x83, 2))), Frame(7, 1, struct.pack(">BHH", 6, 5, 9))
    assert decoded(sent(faults("short"), refused)[0]) == refused
    assert len(decoded(sent(faults("short"), echo)[0]).pdu) == 3
    assert decoded(sent(faults("wrong-function"), echo)[0]).pdu[0] == 3


def test_a_duplicate_comes_twice_and_a_drop_hangs_up() -> None:
    assert sent(faults("duplicate")) == [GOOD, GOOD]
    assert sent(faults("drop")) == [b""]


def test_late_and_swapped_answers_come_with_the_next_one() -> None:
    second = Frame(8, 1, REPLY.pdu)
    for fault, order in (
        ("late", [GOOD, second.encoded()]),
        ("swapped", [second.encoded(), GOOD]),
    ):
        made, held = faults(fault), list[bytes]()
        assert sent(made, REPLY, held) == []
        assert sent(made, second, held) == order
        assert held == []


def test_an_answer_held_back_is_not_lost_when_the_fault_is_lifted() -> None:
    made, held = faults("late"), list[bytes]()
    sent(made, REPLY, held)
    made.clear()
    made.add(Fault.parsed("slow:1"))
    assert len(sent(made, REPLY, held)) == 2


def test_slow_answers_carry_their_delay() -> None:
    assert [each.delay_s for each in faults("slow:250").shaped(REPLY, [])] == [0.25]
    assert [each.delay_s for each in faults("slow").shaped(REPLY, [])] == [2.0]


def test_broken_frames_are_never_the_right_answer_and_vary() -> None:
    made = faults("broken-frames")
    pieces = [b"".join(sent(made)) for _ in range(8)]
    assert GOOD not in pieces
    assert len(set(pieces)) >= 5


def test_dribbled_bytes_are_the_right_answer_after_all() -> None:
    sendings = faults("dribble").shaped(REPLY, [])
    assert b"".join(each.data for each in sendings) == GOOD
    assert all(len(each.data) == 1 for each in sendings)
    assert [each.delay_s for each in sendings] == sorted(each.delay_s for each in sendings)


def test_wrong_answers_mix_all_kinds_and_right_ones_reproducibly() -> None:
    def story(seed: int) -> list[list[bytes]]:
        made, held = faults("wrong-answers", seed=seed), list[bytes]()
        return [sent(made, Frame(number, 1, REPLY.pdu), held) for number in range(1, 400)]

    first = story(1)
    assert first == story(1)
    assert first != story(2)
    counts = {len(each) for each in first}
    assert counts >= {0, 1, 2}
    right = sum(
        each == [Frame(number, 1, REPLY.pdu).encoded()]
        for number, each in enumerate(first, start=1)
    )
    assert 10 < right < 200


def test_a_silent_device_and_a_silent_unit_swallow_requests() -> None:
    assert faults("silent").mutes(1)
    one = faults("unit-silent:7")
    assert one.mutes(7)
    assert not one.mutes(8)


def test_an_exception_fault_refuses_whatever_touches_its_register() -> None:
    made = faults("exception:105", "exception:300:4")
    assert made.refusal(READ, 0) == bytes((0x83, 2))
    assert made.refusal(READ, 1) == bytes((0x83, 2)), "PNU 105 is address 104"
    assert made.refusal(struct.pack(">BHH", 6, 299, 1), 1) == bytes((0x86, 4))
    assert made.refusal(struct.pack(">BHH", 3, 110, 10), 0) is None
    assert faults().refusal(READ, 0) is None


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "",
        "exception",
        "sensor-open",
        "unit-silent:x",
        "exception:x",
        "silent:3",
        "slow:fast",
        "slow:-1",
        "flapping:0",
        "exception:1:x",
    ],
)
def test_a_fault_that_is_none_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(BadInput, match="fault"):
        Fault.parsed(text)


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_fault_can_be_written_read_and_lifted(kind: FaultKind) -> None:
    argument = {
        FaultKind.EXCEPTION: ":11180",
        FaultKind.UNIT_SILENT: ":3",
        FaultKind.SENSOR_OPEN: ":S3",
    }.get(kind, "")
    seen: list[tuple[Fault, bool]] = []
    made = Faults(1, lambda fault, on: seen.append((fault, on)))
    fault = Fault.parsed(kind.value + argument)
    assert Fault.parsed(str(fault)) == fault
    made.add(fault)
    made.add(fault)
    if kind is FaultKind.RESTART:  # happens, and happens again
        assert seen == [(fault, True), (fault, True)]
        assert made.active == ()
        return
    assert seen == [(fault, True)]
    assert made.has(kind)
    made.remove(Fault.parsed(kind.value, lifting=True))
    assert seen == [(fault, True), (fault, False)]
    assert made.active == ()


def test_lifting_by_argument_leaves_the_others() -> None:
    made = faults("exception:1", "exception:2", "silent")
    made.remove(Fault.parsed("exception:1", lifting=True))
    assert [str(each) for each in made.active] == ["exception:2", "silent"]
    made.clear()
    assert made.active == ()


def test_a_fault_the_device_does_not_take_is_not_in_force() -> None:
    def refuse(_fault: Fault, _on: bool) -> None:
        raise BadInput("no such sensor")

    made = Faults(1, refuse)
    with pytest.raises(BadInput):
        made.add(Fault.parsed("sensor-open:S99"))
    assert made.active == ()
