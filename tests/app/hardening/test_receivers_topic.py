"""What is said of receivers: unsealed ways, open doors, old keys; never a password or a key."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from app.hardening.topics.receivers import TOPIC
from app.model.device import LinkConfig, LinkId
from app.model.hardening import Grade, HardeningFinding
from app.model.meterkey import MeterKey
from tests.app.hardening.premises import LATELY, NOW, premises


def street(*receivers: str) -> LinkConfig:
    options = {"receivers": " ".join(receivers)}
    return LinkConfig(LinkId("street"), "wmbus", "Street", options)


def found(*receivers: str) -> Sequence[HardeningFinding]:
    return list(TOPIC.findings(premises(links=[street(*receivers)], meter_keys=())))


@pytest.mark.parametrize(
    ("receiver", "grade", "sentence"),
    [
        ("y=mqtt:eng@10.0.0.8:1883/m/#", Grade.WEAK, "without TLS"),
        ("y=mqtt:127.0.0.1:1883/m/#", Grade.NOTE, "without TLS"),
        ("y=mqtt:localhost:1883/m/#", Grade.NOTE, "without TLS"),
        ("y=mqtt:10.0.0.8:8883/m/#?tls", Grade.GOOD, "uses TLS"),
        ("y=mqtt:10.0.0.8:8883/m/#?ca=/etc/ca.pem", Grade.GOOD, "uses TLS"),
        ("y=push:127.0.0.1:8080", Grade.ADVICE, "pushed telegrams without TLS"),
        ("y=push:[::1]:8080", Grade.ADVICE, "pushed telegrams without TLS"),
        ("y=udp:0.0.0.0:4001", Grade.ADVICE, "open to other computers"),
        ("y=udp:192.168.1.5:4001", Grade.ADVICE, "open to other computers"),
    ],
)
def test_a_receiver_is_judged_by_how_its_telegrams_come(
    receiver: str, grade: Grade, sentence: str
) -> None:
    (one,) = found(receiver)
    assert one.grade is grade
    assert sentence in one.sentence
    assert one.place == "Street/y"


def test_one_that_is_open_and_has_a_certificate_is_both() -> None:
    sealed = found("y=push:192.168.1.5:8443?cert=/a.pem&key=/k.pem")
    assert [each.grade for each in sealed] == [Grade.ADVICE, Grade.GOOD]
    assert "open to other computers" in sealed[0].sentence
    bare = found("y=push:192.168.1.5:8443")
    assert [each.grade for each in bare] == [Grade.WEAK, Grade.ADVICE]


@pytest.mark.parametrize(
    "receiver",
    ["tcp:10.0.0.7:4000", "cul:/dev/ttyACM0", "udp:127.0.0.1:4001", "elvaco:/srv?zone=UTC"],
)
def test_what_opens_nothing_and_seals_nothing_is_not_named(receiver: str) -> None:
    assert found(receiver) == []


def test_every_receiver_of_a_line_is_looked_at_and_what_is_none_passed_over() -> None:
    told = found("a=mqtt:10.0.0.8:1883/m", "nonsense", "udp:0.0.0.0:1,", "b=mqtt:h:1/m?tls")
    assert [each.place for each in told] == ["Street/a", "Street/udp:0.0.0.0:1", "Street/b"]


def test_lines_of_another_kind_or_out_of_service_say_nothing() -> None:
    away = replace(street("mqtt:10.0.0.8:1883/m"), enabled=False)
    wired = replace(street("mqtt:10.0.0.8:1883/m"), kind="mbus-tcp")
    assert list(TOPIC.findings(premises(links=[away, wired], meter_keys=()))) == []


def test_old_and_replaced_keys_are_counted_and_none_is_told() -> None:
    long_ago = NOW - timedelta(days=4_000)
    keys = [MeterKey(f"7148203{nth}", long_ago, "order.kem") for nth in range(4)]
    keys.append(MeterKey("12345678", LATELY, "new.kem", earlier=1))
    old, replaced = TOPIC.findings(premises(links=[], meter_keys=keys))
    assert (old.grade, replaced.grade) == (Grade.ADVICE, Grade.NOTE)
    assert dict(old.values) == {"count": "4", "names": "71482030, 71482031, 71482032"}
    assert dict(replaced.values) == {"count": "1", "names": "12345678"}


def test_young_keys_are_well_and_no_keys_are_nothing_to_say() -> None:
    (well,) = TOPIC.findings(
        premises(links=[], meter_keys=[MeterKey("12345678", LATELY, "new.kem")])
    )
    assert (well.grade, dict(well.values)) == (Grade.GOOD, {"count": "1"})
    assert list(TOPIC.findings(premises(links=[], meter_keys=()))) == []
