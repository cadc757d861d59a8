"""The demo's plant is sound in itself: ids, rules, profiles and simulators fit together."""

import pytest

from app.compose.demo import HEAT_METER, LARGE, SMALL
from app.compose.demoplant import ECL, TITLE, ZONE, demo_devices, demo_rules, demo_totals
from app.compose.kinds import driver_types, rule_types
from app.model.counter import INDEX_ROLES
from app.model.device import LinkConfig
from app.model.profile import UNIT_NOT_SET, Profile
from app.model.reading import PointId, split_point
from app.model.totals import totals_plan
from app.profiles.loader import load_all
from app.profiles.resolve import resolve
from app.project.config import PlantConfig
from app.project.validation import faults_of
from drivers.simulators.launch import _options, simulator

SIZES = [SMALL, LARGE, 1, 13]
PROFILES = load_all([])


def plant(controllers: int) -> PlantConfig:
    devices = demo_devices(controllers, dict(HEAT_METER))
    return PlantConfig(
        TITLE,
        ZONE,
        links={d.link.id: _placed(d.link) for d in devices},
        devices={d.config.id: d.config for d in devices},
        rules={rule.id: rule for rule in demo_rules(devices)},
    )


def _placed(link: LinkConfig) -> LinkConfig:
    return LinkConfig(link.id, link.kind, link.name, {**link.options, "port": 1502})


@pytest.mark.parametrize("controllers", SIZES)
def test_there_are_so_many_controllers_and_always_four_meters(controllers: int) -> None:
    devices = demo_devices(controllers, dict(HEAT_METER))
    assert len(devices) == controllers + 4
    assert sum(device.config.profile == ECL for device in devices) == controllers
    for names in (
        [device.config.id for device in devices],
        [device.config.name for device in devices],
        [device.link.id for device in devices],
        [device.simulator for device in devices],
    ):
        assert len(set(names)) == len(devices)


@pytest.mark.parametrize("controllers", SIZES)
def test_a_project_of_it_may_be_saved(controllers: int) -> None:
    assert faults_of(plant(controllers)) == []


def test_its_totals_count_each_meter_once_by_an_index_it_has() -> None:
    totals = demo_totals()
    totals.require_sound()
    assert totals_plan(totals.options()) == totals
    devices = plant(SMALL).devices
    assert len(totals.entries) == 4
    for each in totals.entries:
        device, key = split_point(PointId(each.point))
        profile = PROFILES.profile(devices[device].profile)
        settled = resolve(profile, devices[device].options)
        assert settled.points[key].role in INDEX_ROLES, each.name
        assert devices[device].name == each.name


def test_every_device_s_profile_is_there_and_takes_its_options() -> None:
    for device in plant(SMALL).devices.values():
        profile = PROFILES.profile(device.profile)
        assert profile.driver in {driver.kind for driver in driver_types()}
        assert set(device.options) <= set(profile.options)
        settled, open_ones = resolve(profile, device.options), resolve(profile, {})
        assert _without_unit(settled) <= {"p1", "qp_avg_time"}  # nothing in the demo has them
        assert _without_unit(settled) <= _without_unit(open_ones)


def test_every_rule_is_about_a_point_there_is_in_that_point_s_range() -> None:
    config = plant(SMALL)
    kinds = {rule.kind for rule in rule_types()}
    for rule in config.rules.values():
        assert rule.kind in kinds
        if rule.point is None:
            continue
        device, key = split_point(rule.point)
        profile = PROFILES.profile(config.devices[device].profile)
        assert profile.points[key].unit == "°C"
        assert profile.points[key].poll_group in profile.poll_groups
        place = profile.places[key]
        assert rule.limit is not None
        if place.minimum is not None and place.maximum is not None:
            assert place.minimum < rule.limit < place.maximum


def test_every_device_has_an_offline_rule_after_the_time_the_makers_advise() -> None:
    config = plant(SMALL)
    offline = [rule for rule in config.rules.values() if rule.kind == "offline"]
    assert {rule.device for rule in offline} == set(config.devices)
    assert {rule.on_delay_s for rule in offline} == {15 * 60.0}


def _without_unit(profile: Profile) -> set[str]:
    return {spec.key for spec in profile.points.values() if spec.unit == UNIT_NOT_SET}


@pytest.mark.parametrize("controllers", [SMALL, LARGE])
def test_every_simulator_knows_its_options(controllers: int) -> None:
    for device in demo_devices(controllers, dict(HEAT_METER)):
        kind, *options = device.simulator
        chosen = simulator(kind)
        chosen_options = _options(chosen, [*options, "--port", "0"])
        chosen_options.check()  # type: ignore[attr-defined]


def test_it_is_the_same_every_time() -> None:
    assert demo_devices(LARGE, dict(HEAT_METER)) == demo_devices(LARGE, dict(HEAT_METER))
    assert demo_devices(SMALL)[:SMALL] == demo_devices(LARGE)[:SMALL]
