"""Where a receiver is: fields and the option's text say the same, whatever stands in them."""

import pytest

from app.errors import BadInput
from app.model.reception import Receiver
from drivers.receivers.mqtt import place_of as read
from drivers.receivers.receiver import known, parts_of, ways_of
from widgets.models.receiverplace import (
    KINDS,
    kind_title,
    option_of,
    place_of,
    text_of,
    values_of,
)

PLACES = {
    "tcp": {"host": "10.0.0.7", "port": "4000"},
    "udp": {"host": "192.168.1.5", "port": "4001"},
    "file": {"path": "/var/log/my telegrams, old"},
    "im871a": {"port": "/dev/ttyUSB0"},
    "amb8465": {"port": "/dev/ttyUSB1"},
    "cul": {"port": "/dev/ttyACM0"},
    "mqtt": {
        "host": "broker.local", "port": "8883", "topic": "wm bus/+/tele#gram", "user": "a b@c",
        "tls": "/etc/my ca.pem",
    },
    "push": {
        "host": "192.168.1.5", "port": "8443", "cert": "/etc/a&b.pem", "key": "/etc/k=1.pem"
    },
    "elvaco": {"folder": "/srv/Østerby files", "zone": "Europe/Copenhagen"},
    "table": {"folder": "C:\\files\\in box", "layout": "C:\\lay?out.toml"},
}  # fmt: skip


def test_every_kind_there_is_can_be_filled_in() -> None:
    assert set(KINDS) == set(known()) == set(PLACES)
    assert all(kind_title(each) != each for each in KINDS)
    assert kind_title("of tomorrow") == "of tomorrow"


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_fields_come_back_as_they_were_typed(kind: str) -> None:
    assert {each.id for each in KINDS[kind].fields} == set(PLACES[kind])
    place = place_of(kind, PLACES[kind])
    assert not set(place) & set(" ,"), "these would end the receiver"
    assert values_of(kind, place) == PLACES[kind]


@pytest.mark.parametrize("kind", sorted(set(PLACES) - {"mqtt"}))
def test_the_driver_reads_what_the_fields_say(kind: str) -> None:
    place = place_of(kind, PLACES[kind])
    (way,) = ways_of(text_of("roof", kind, place))
    assert (way.name, way.type.kind, way.rest) == ("roof", kind, place)


@pytest.mark.parametrize(
    "text", ["tcp:h:1", "roof=tcp:h:1 udp:127.0.0.1:2", "x telepathy:y a=b", "udp:h", ""]
)
def test_whatever_a_line_says_of_others_is_written_as_it_was(text: str) -> None:
    receivers = [Receiver(*part, has_secret=False) for part in parts_of(text)]
    assert option_of(receivers) == text


def test_a_topic_reaches_the_broker_as_it_was_typed() -> None:
    values = {**PLACES["mqtt"], "topic": "wm bus/+/#"}
    place = read(place_of("mqtt", values))
    assert (place.topic, place.user, place.ca, place.tls) == (
        "wm bus/+/#",
        "a b@c",
        "/etc/my ca.pem",
        True,
    )
    with_tls = read(place_of("mqtt", {**values, "tls": "Yes"}))
    assert (with_tls.tls, with_tls.ca) == (True, "")
    assert not read(place_of("mqtt", {**values, "tls": ""})).tls


@pytest.mark.parametrize("kind", ["tcp", "udp", "mqtt", "push", "im871a", "elvaco"])
def test_fields_left_empty_are_refused_by_the_driver(kind: str) -> None:
    with pytest.raises(BadInput):
        ways_of(text_of("roof", kind, place_of(kind, {}) or " "))


def test_what_was_typed_as_a_host_stands_there_again_as_it_was_typed() -> None:
    for kind in ("tcp", "udp", "push"):
        place = place_of(kind, {"host": "host name", "port": "40 00"})
        again = values_of(kind, place)
        assert (again["host"], again["port"]) == ("host name", "40 00")
        with pytest.raises(BadInput, match="no HOST:PORT"):
            ways_of(text_of("roof", kind, place))


def test_a_password_in_the_user_is_refused_by_the_driver() -> None:
    values = {**PLACES["mqtt"], "topic": "a", "user": "eng:quiet"}
    with pytest.raises(BadInput, match="keep the password"):
        ways_of(text_of("roof", "mqtt", place_of("mqtt", values)))


def test_an_option_names_receivers_in_their_order() -> None:
    receivers = [
        Receiver("roof", "tcp", "10.0.0.7:4000", has_secret=False),
        Receiver("yard", "cul", "/dev/ttyACM0", has_secret=True),
    ]
    option = option_of(receivers)
    assert option == "roof=tcp:10.0.0.7:4000 yard=cul:/dev/ttyACM0"
    assert [each.name for each in ways_of(option)] == ["roof", "yard"]
