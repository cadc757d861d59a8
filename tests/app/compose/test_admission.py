"""A change is refused when it brings what nobody could serve, and only for what it brings."""

from dataclasses import replace

import pytest

from app.compose.admission import Admission
from app.compose.core import utc_now
from app.compose.kinds import driver_types, rule_types
from app.model.device import LinkConfig, LinkId
from app.model.reading import DeviceId
from app.profiles.loader import load_all
from app.project.config import PlantConfig
from app.project.validation import require_valid
from tests.plant import device, high_rule

PROFILES = load_all([]).profiles
LINK = LinkConfig(LinkId("line-1"), "modbus-tcp", "Line 1", {"host": "10.0.0.7", "port": 502})
ECL = device(profile="danfoss.ecl310.a266_1")
PRESENT = (
    PlantConfig("Østerby", "Europe/Copenhagen")
    .with_link(LINK)
    .with_device(ECL)
    .with_rule(high_rule())
)


def admission(present: PlantConfig = PRESENT) -> Admission:
    drivers = {driver.kind: driver for driver in driver_types()}
    check = Admission(PROFILES, drivers, {rule.kind for rule in rule_types()}, utc_now)
    check.present = lambda: present
    return check


def test_what_can_be_served_is_let_in() -> None:
    assert admission(PlantConfig("", ""))(PRESENT) == []
    assert admission()(PRESENT.with_device(device("station-8", unit=2, profile=""))) == []


@pytest.mark.parametrize(
    ("wished", "sentence"),
    [
        (
            PRESENT.with_device(device("station-8", unit=2, profile="nope")),
            "device station-8: there is no profile 'nope'",
        ),
        (
            PRESENT.with_device(
                device(
                    "station-8",
                    unit=2,
                    profile="kamstrup.multical_x03",
                    options={"energy_unit": "cal"},
                )
            ),
            "device station-8: ",
        ),
        (
            PRESENT.with_link(replace(LINK, kind="carrier-pigeon")),
            "link line-1: there is no driver of kind 'carrier-pigeon'",
        ),
        (
            PRESENT.with_link(replace(LINK, options={"host": ""})),
            "link Line 1: 'host' is missing: the address of the device",
        ),
        (
            PRESENT.with_link(replace(LINK, options={"host": "10.0.0.7", "port": 70000})),
            "link Line 1: 'port' must be a number from 1 to 65535",
        ),
        (
            PRESENT.with_rule(high_rule(kind="odd")),
            "alarm rule supply-high: there is no kind 'odd'",
        ),
    ],
)
def test_what_nobody_could_serve_is_a_sentence(wished: PlantConfig, sentence: str) -> None:
    (said,) = admission()(wished)
    assert said.startswith(sentence)


def test_a_profile_on_a_line_of_another_kind_is_refused() -> None:
    other = replace(PROFILES[ECL.profile], driver="mbus")
    check = Admission(
        {ECL.profile: other}, {d.kind: d for d in driver_types()}, {"high"}, utc_now
    )
    (said,) = check(PRESENT)
    assert said == "device station-7: danfoss.ecl310.a266_1 is not read over 'modbus-tcp'"


def test_what_lost_its_profile_since_keeps_nobody_from_changing_something_else() -> None:
    lost = PRESENT.with_device(device("station-8", unit=2, profile="gone.with_its_file"))
    lost = lost.with_rule(high_rule(id="old-one", kind="of-a-plug-in"))
    lost = lost.with_link(LinkConfig(LinkId("old"), "gone", "Old line"))
    assert admission(lost)(lost.with_device(replace(ECL, name="Ahornvej 15"))) == []
    old = lost.devices[DeviceId("station-8")]
    for change in ({"name": "Other"}, {"enabled": False}, {"area": "Havnen"}):
        assert admission(lost)(lost.with_device(replace(old, **change))) == []
    (said,) = admission(lost)(lost.with_device(replace(old, profile="gone.too")))
    assert said == "device station-8: there is no profile 'gone.too'"


def test_it_is_a_check_as_the_project_wants_them() -> None:
    require_valid(PRESENT, [admission()])
