"""A plant's configuration is a value: a change is a new one."""

import pytest

from app.errors import BadInput
from app.model.device import LinkId
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from tests.app.project.sites import device, link, plant, rule


def test_adding_a_thing_leaves_the_old_plant_as_it_was() -> None:
    before = plant()
    after = before.with_device(device("birkevej-2", 2))
    assert set(before.devices) == {"ahornvej-14"}
    assert set(after.devices) == {"ahornvej-14", "birkevej-2"}


def test_a_thing_with_the_same_id_takes_the_place_of_the_old_one() -> None:
    after = plant().with_link(link(port=503))
    assert after.links[LinkId("gateway")].options["port"] == 503
    assert len(after.links) == 1


def test_removing_a_device_takes_its_alarm_rules_along() -> None:
    two = plant().with_device(device("birkevej-2", 2))
    kept = rule("birkevej-2.offline", device=DeviceId("birkevej-2"), point=None)
    after = two.with_rule(kept).without_device(DeviceId("ahornvej-14"))
    assert set(after.devices) == {"birkevej-2"}
    assert set(after.rules) == {"birkevej-2.offline"}


def test_a_link_that_serves_devices_cannot_be_removed() -> None:
    with pytest.raises(BadInput, match="link gateway serves ahornvej-14: remove or move"):
        plant().without_link(LinkId("gateway"))
    free = plant().without_device(DeviceId("ahornvej-14")).without_link(LinkId("gateway"))
    assert free.links == {}


def test_a_rule_can_be_removed() -> None:
    assert plant().without_rule("ahornvej-14.supply.high").rules == {}


def test_what_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(BadInput, match="there is no device x"):
        plant().without_device(DeviceId("x"))
    with pytest.raises(BadInput, match="there is no link x"):
        plant().without_link(LinkId("x"))
    with pytest.raises(BadInput, match="there is no alarm rule x"):
        plant().without_rule("x")


def test_the_plant_knows_its_local_time() -> None:
    assert PlantConfig("Nordby", "Europe/Copenhagen").timezone.key == "Europe/Copenhagen"
