"""A configuration that cannot work is refused with a sentence an engineer can act on."""

from dataclasses import replace
from typing import Any

import pytest

from app.errors import BadInput
from app.model.device import LinkId
from app.model.reading import DeviceId, PointId
from app.project.config import PlantConfig
from app.project.validation import faults_of, is_zone, require_valid
from tests.app.project.sites import device, link, plant, rule


def only_fault(config: PlantConfig) -> str:
    """The one sentence there is about a configuration."""
    (fault,) = faults_of(config)
    return fault


def test_a_sound_plant_has_no_faults() -> None:
    assert faults_of(plant()) == []
    require_valid(plant())


def test_an_empty_plant_is_sound() -> None:
    assert faults_of(PlantConfig("Nordby", "UTC")) == []


def test_a_plant_needs_a_title() -> None:
    assert only_fault(replace(plant(), title=" ")) == "the plant needs a title"


@pytest.mark.parametrize(
    "zone", ["", "Europe", "Europe/Nowhere", "/etc/passwd", "../x", "a\0b", "Mars"]
)
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    assert not is_zone(zone)
    fault = only_fault(replace(plant(), zone=zone))
    assert fault == f"{zone!r} is no time zone: give one such as Europe/Copenhagen"


@pytest.mark.parametrize("zone", ["Europe/Copenhagen", "UTC", "America/Argentina/Ushuaia"])
def test_zones_of_the_world_are_taken(zone: str) -> None:
    assert is_zone(zone)


@pytest.mark.parametrize("name", ["Ahornvej", "ahorn vej", "", "-a", "a.b", "å", "a/b", "a_b"])
def test_an_id_must_be_plain(name: str) -> None:
    wrong_link = replace(link(), id=LinkId(name))
    fault = only_fault(plant().with_link(wrong_link))
    assert fault.startswith(f"link {name!r}: an id holds a to z, 0 to 9, - only")
    wrong_device = replace(device(), id=DeviceId(name), unit=2)
    fault = only_fault(plant().with_device(wrong_device))
    assert fault.startswith(f"device {name!r}: an id holds a to z, 0 to 9, - only")


def test_an_id_must_fit_into_file_names() -> None:
    assert "at most 64 characters" in only_fault(plant().with_link(link("a" * 65)))
    assert faults_of(plant().with_link(link("a" * 64))) == []
    assert "Windows keeps" in only_fault(plant().with_link(link("con")))


def test_a_thing_is_filed_under_its_own_id() -> None:
    odd = replace(plant(), links={**plant().links, LinkId("x"): link("y")})
    assert only_fault(odd) == "y is filed under the id x"


@pytest.mark.parametrize("host", ["", "  ", None])
def test_a_link_needs_its_host(host: str | None) -> None:
    fault = only_fault(plant().with_link(link(host=host)))
    assert fault == "link gateway: the host is empty"


@pytest.mark.parametrize("port", [0, 65536, -1, "502", True, 1.5])
def test_a_port_is_a_number_from_1_to_65535(port: Any) -> None:
    fault = only_fault(plant().with_link(link(port=port)))
    assert fault == f"link gateway: the port must be a number from 1 to 65535, not {port!r}"


def test_a_link_without_address_is_no_fault() -> None:
    bare = replace(link(), options={})
    assert faults_of(plant().with_link(bare)) == []
    assert faults_of(plant().with_link(link(port=None))) == []


def test_a_link_needs_kind_and_name() -> None:
    nameless = replace(link(), kind="", name=" ")
    assert faults_of(plant().with_link(nameless)) == [
        "link gateway: the kind of connection is missing",
        "link gateway: the name is empty",
    ]


@pytest.mark.parametrize("value", [[1], {"a": 1}, float("nan"), float("inf"), b"x"])
def test_an_option_is_a_text_a_number_or_yes_or_no(value: Any) -> None:
    assert "link gateway: the option baud must be" in only_fault(
        plant().with_link(link(baud=value))
    )
    with_option = replace(plant(), options={"baud": value})
    assert "the plant: the option baud must be" in only_fault(with_option)
    with_option = plant().with_device(device(options={"map": value}))
    assert "device ahornvej-14: the option map must be" in only_fault(with_option)


def test_a_device_needs_a_link_that_exists() -> None:
    fault = only_fault(plant().with_device(device(link=LinkId("nowhere"))))
    assert fault == "device ahornvej-14: there is no link 'nowhere'"


def test_a_device_needs_a_name() -> None:
    fault = only_fault(plant().with_device(replace(device(), name="")))
    assert fault == "device ahornvej-14: the name is empty"


@pytest.mark.parametrize(
    "sign", ["\n", "\r\n", "\t", "\x00", "\x1b", "\u2028", "\u2029", "\x85"]
)
def test_a_name_stands_on_one_line(sign: str) -> None:
    torn = f"Ahornvej{sign}14"
    what = "holds a line break or a sign nobody can see: write it on one line"
    assert only_fault(replace(plant(), title=torn)) == f"the plant: the title {what}"
    named, placed = replace(device(), name=torn), replace(device(), area=torn)
    assert only_fault(plant().with_device(named)) == f"device ahornvej-14: the name {what}"
    assert only_fault(plant().with_device(placed)) == f"device ahornvej-14: the area {what}"
    assert only_fault(plant().with_link(replace(link(), name=torn))).startswith("link gateway:")
    assert only_fault(plant().with_rule(rule(name=torn))).startswith("alarm rule ")


@pytest.mark.parametrize("name", ["Ørsteds\u00a0Plads 3", "Straße 7/2 – Süd", "水 🔥"])
def test_every_name_on_one_line_is_taken(name: str) -> None:
    assert faults_of(plant().with_device(replace(device(), name=name))) == []


@pytest.mark.parametrize("unit", [-1, 256, 1.0, True, "1", None])
def test_a_unit_is_one_byte(unit: Any) -> None:
    fault = only_fault(plant().with_device(replace(device(), unit=unit)))
    assert fault == f"device ahornvej-14: the unit must be 0 to 255, not {unit!r}"


def test_two_devices_cannot_share_a_unit_on_one_link() -> None:
    fault = only_fault(plant().with_device(device("birkevej-2", unit=1)))
    assert fault == ("device birkevej-2: unit 1 on link gateway already belongs to ahornvej-14")


def test_meters_with_addresses_of_their_makers_may_share_a_unit() -> None:
    first = replace(device(), unit=253, options={"secondary": "12345678"})
    second = device("birkevej-2", unit=253)
    beside = replace(second, options={"secondary": "87654321-KAM"})
    assert faults_of(plant().with_device(first).with_device(beside)) == []
    twice = replace(second, options={"secondary": " 12345678 "})
    fault = only_fault(plant().with_device(first).with_device(twice))
    assert fault == (
        "device birkevej-2: the meter 12345678 on link gateway already belongs to ahornvej-14"
    )
    at_primary = replace(second, options={})
    assert faults_of(plant().with_device(first).with_device(at_primary)) == []


def test_the_same_unit_on_another_link_is_free() -> None:
    second = device("birkevej-2", unit=1, link=LinkId("second"))
    assert faults_of(plant().with_link(link("second")).with_device(second)) == []


def test_a_rule_speaks_of_a_device_that_exists_and_its_own_point() -> None:
    stray = rule(device=DeviceId("birkevej-2"))
    unknown, foreign = faults_of(plant().with_rule(stray))
    assert unknown == "alarm rule ahornvej-14.supply.high: there is no device 'birkevej-2'"
    assert foreign.endswith("the point ahornvej-14.supply does not belong to birkevej-2")
    assert faults_of(plant().with_rule(rule(point=None))) == []
    other = rule(point=PointId("supply"))
    assert "does not belong" in only_fault(plant().with_rule(other))


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "the name is empty"),
        ("kind", " ", "the kind is missing"),
        ("priority", 0, "the priority must be 1 to 4, not 0"),
        ("priority", 5, "the priority must be 1 to 4, not 5"),
        ("limit", float("nan"), "the limit must be a number"),
        ("deadband", -0.1, "the deadband must not be negative"),
        ("on_delay_s", -1, "the delay before raising must not be negative"),
        ("off_delay_s", float("inf"), "the delay before clearing must not be negative"),
    ],
)
def test_a_rule_that_cannot_be_judged_is_refused(field: str, value: Any, says: str) -> None:
    fault = only_fault(plant().with_rule(rule(**{field: value})))
    assert fault == f"alarm rule ahornvej-14.supply.high: {says}"


def test_a_rule_id_may_carry_dots() -> None:
    assert faults_of(plant().with_rule(rule("ahornvej-14.s3_supply.high"))) == []
    assert "alarm rule 'A': an id holds a to z, 0 to 9, -, . and _ only" in only_fault(
        plant().with_rule(rule("A"))
    )


def test_drivers_may_add_their_own_sentences() -> None:
    def units_from_one(config: PlantConfig) -> list[str]:
        return [
            f"{d.id}: Modbus units begin at 1" for d in config.devices.values() if not d.unit
        ]

    zero = plant().with_device(device(unit=0))
    assert faults_of(zero) == []
    assert faults_of(zero, [units_from_one]) == ["ahornvej-14: Modbus units begin at 1"]


def test_a_refusal_tells_every_fault_at_once() -> None:
    wrong = replace(plant(), title="", zone="Mars").with_link(link(host=""))
    with pytest.raises(BadInput) as refusal:
        require_valid(wrong)
    assert len(str(refusal.value).splitlines()) == 3
