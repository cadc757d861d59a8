"""A changed configuration is in force at once on the running core, and touches nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.acquisition.choosing import GENERIC
from app.compose.demoplant import ECL
from app.errors import BadInput
from app.model.alarm import AlarmRule, AlarmState
from app.model.control import WriteRequest, WriteState
from app.model.device import LinkId, Presence
from app.model.reading import DeviceId, PointId, Quality
from tests.journeys.product import wait_for
from tests.journeys.quicksite import (
    ANSWERS_S,
    Operator,
    operator,
    quick_site,
    quick_substations,
    simulated,
    undisturbed,
)
from tests.journeys.smallsite import Site

FIRST, SECOND, BROKEN = "ahornvej-14", "ahornvej-22", "birkevej-3"
LIVING = (FIRST, SECOND)
BROKEN_PROFILE = """\
schema: 1
profile: {id: broken, version: 1, label: "Broken", status: draft}
extends: danfoss.ecl310.a266_1
poll_groups: {fast: 1s, slow: 5s, settings: 30s}
points:
  - {id: s1, unitt: "°C"}
"""
pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    one, two, three = quick_substations(3)
    bad = replace(three, config=replace(three.config, profile="broken"))
    with quick_site(tmp_path_factory.mktemp("changes"), (one, two, bad), core=False) as site:
        file = site.folder / "profiles" / "broken.yaml"
        file.write_text(BROKEN_PROFILE, encoding="utf-8")
        site.start_core()
        yield site


@pytest.fixture
def engineer(site: Site) -> Iterator[Operator]:
    with operator(site) as engineer:
        for device in LIVING:
            engineer.wait_for(device, Presence.ON)
        yield engineer
    assert not list((site.folder / "logs").glob("crash-*.txt"))


@pytest.mark.feature("LM-02")
def test_a_new_controller_says_its_application_and_gets_its_profile(
    engineer: Operator,
) -> None:
    still = undisturbed(engineer, LIVING)
    with (
        simulated("ecl310", "--seed", "77", "--serial", "71482036") as controller,
        engineer.line("nygade-1", controller.port, profile=""),
    ):
        standing = engineer.wait_for("nygade-1", Presence.ON)
        assert standing.profile == ECL
        detail = engineer.detail("nygade-1")
        assert detail.view.label == "ECL Comfort 310, A266.1"
        assert detail.identity["application"] == "A266.1"
        assert detail.identity["serial"] == "71482036"
        assert detail.diagram
        assert len([spec for spec in detail.points if spec.is_setting]) > 100
        wait_for(lambda: engineer.quality("nygade-1", "s3") is Quality.GOOD, ANSWERS_S)
        still()
    wait_for(lambda: engineer.latest("nygade-1", "s3") is None, ANSWERS_S)
    assert "nygade-1" not in engineer.standings()
    still()


@pytest.mark.feature("LM-02")
def test_a_device_nobody_knows_gets_the_generic_view_without_a_crash(
    engineer: Operator, site: Site
) -> None:
    still = undisturbed(engineer, LIVING)
    with (
        simulated("modbus-load") as stranger,
        engineer.line("nygade-2", stranger.port, profile=""),
    ):
        standing = engineer.wait_for("nygade-2", Presence.ON)
        assert standing.profile == GENERIC
        assert engineer.detail("nygade-2").diagram == ""
    still()
    assert "crashed" not in site.log()


@pytest.mark.feature("LM-02")
def test_another_application_than_configured_is_shown_and_takes_no_writes(
    engineer: Operator,
) -> None:
    with (
        simulated("ecl310") as controller,
        engineer.line("nygade-3", controller.port, profile="eastron.sdm630"),
    ):
        standing = engineer.wait_for("nygade-3", Presence.FAULT)
        assert standing.faults[0] == (
            "nygade-3: configured as eastron.sdm630, but the device says it is A266.1"
        )
        wish = WriteRequest(DeviceId("nygade-3"), "baud", 1.0, intent="a wish")
        result = engineer.joined.ask(engineer.asked.control.write(engineer.viewer, wish))
        assert result.state is WriteState.REFUSED
        assert "nothing is written until that is settled" in result.reason


def test_a_profile_that_is_broken_leaves_out_its_device_and_names_the_line(
    engineer: Operator,
) -> None:
    standing = engineer.standing(BROKEN)
    assert standing.presence is Presence.FAULT
    assert "Birkevej 3" in standing.last_error
    assert "broken.yaml:6" in standing.last_error
    assert standing.faults == (standing.last_error,)
    for device in LIVING:
        assert engineer.standing(device).presence is Presence.ON


def test_a_device_renamed_is_met_anew_and_its_neighbour_is_not_disturbed(
    engineer: Operator,
) -> None:
    still = undisturbed(engineer, [SECOND])
    project, viewer = engineer.asked.project, engineer.viewer
    config = engineer.detail(FIRST).view.config
    engineer.joined.ask(project.put_device(viewer, replace(config, name="Ahornvej 14 A")))
    wait_for(lambda: engineer.detail(FIRST).view.config.name == "Ahornvej 14 A", ANSWERS_S)
    engineer.wait_for(FIRST, Presence.ON)
    version = engineer.joined.ask(project.undo(viewer))
    wait_for(lambda: engineer.detail(FIRST).view.config.name == "Ahornvej 14", ANSWERS_S)
    engineer.wait_for(FIRST, Presence.ON)
    versions = engineer.joined.ask(project.versions(viewer))
    assert versions[0] == version
    assert versions[0].author == "Anna Engineer"
    still()


@pytest.mark.feature("EW-21")
def test_a_device_switched_off_is_asked_no_more_until_it_is_switched_on(
    engineer: Operator,
) -> None:
    still = undisturbed(engineer, [SECOND])
    project, viewer = engineer.asked.project, engineer.viewer
    config = engineer.detail(FIRST).view.config
    engineer.joined.ask(project.put_device(viewer, replace(config, enabled=False)))
    engineer.wait_for(FIRST, Presence.DISABLED)
    assert engineer.latest(FIRST, "s3") is None
    with pytest.raises(BadInput, match="disabled"):
        engineer.joined.ask(engineer.asked.plant.read_now(viewer, DeviceId(FIRST), ["s3"]))
    engineer.joined.ask(project.undo(viewer))
    engineer.wait_for(FIRST, Presence.ON)
    still()


def test_a_line_that_moves_to_another_address_is_followed(engineer: Operator) -> None:
    still = undisturbed(engineer, LIVING)
    with (
        simulated("ecl310", "--serial", "1001") as one,
        engineer.line("nygade-4", one.port),
    ):
        engineer.wait_for("nygade-4", Presence.ON)
        with simulated("ecl310", "--serial", "2002") as other:
            engineer.put_line("nygade-4", other.port)

            def serial() -> str:
                return engineer.detail("nygade-4").identity.get("serial", "")

            wait_for(lambda: serial() == "2002", ANSWERS_S)
    still()


def test_a_new_rule_judges_at_once(engineer: Operator) -> None:
    still = undisturbed(engineer, LIVING)
    project, viewer = engineer.asked.project, engineer.viewer
    point = PointId(f"{FIRST}.s3")
    rule = AlarmRule("warm", "high", DeviceId(FIRST), point, "Flow is warm", 3, limit=-40.0)

    def standing() -> list[AlarmState]:
        alarms = engineer.joined.ask(engineer.asked.alarms.standing(viewer))
        return [alarm.state for alarm in alarms if alarm.rule.id == "warm"]

    engineer.joined.ask(project.put_rule(viewer, rule))
    wait_for(lambda: standing() == [AlarmState.UNACKNOWLEDGED], ANSWERS_S)
    engineer.joined.ask(project.remove_rule(viewer, "warm"))
    wait_for(lambda: standing() == [], ANSWERS_S)
    still()


@pytest.mark.parametrize("what", ["profile", "driver", "rule", "port"])
def test_a_change_nobody_could_serve_is_refused_and_changes_nothing(
    engineer: Operator, what: str
) -> None:
    still = undisturbed(engineer, LIVING)
    project, viewer = engineer.asked.project, engineer.viewer
    view = engineer.detail(FIRST).view
    rule = AlarmRule("odd", "odd", DeviceId(FIRST), None, "Odd", 3)
    wishes = {
        "profile": lambda: project.put_device(viewer, replace(view.config, profile="nope")),
        "driver": lambda: project.put_link(viewer, replace(view.link, kind="pigeon")),
        "rule": lambda: project.put_rule(viewer, rule),
        "port": lambda: project.put_link(
            viewer, replace(view.link, options={"host": "127.0.0.1", "port": 0})
        ),
    }
    before = engineer.joined.ask(project.versions(viewer))
    with pytest.raises(BadInput):
        engineer.joined.ask(wishes[what]())
    with pytest.raises(BadInput, match="serves"):
        engineer.joined.ask(project.remove_link(viewer, LinkId(f"link-{FIRST}")))
    assert engineer.joined.ask(project.versions(viewer)) == before
    still()


def test_every_change_is_in_the_audit_and_the_chain_is_whole(
    engineer: Operator,
) -> None:
    project, viewer = engineer.asked.project, engineer.viewer
    config = engineer.detail(SECOND).view.config
    moved = replace(config, area="Havnen")
    engineer.joined.ask(project.put_device(viewer, moved, "moved to the harbour"))
    version = engineer.joined.ask(project.undo(viewer))
    undone, changed = engineer.joined.ask(engineer.asked.audit.entries(viewer, 2))
    assert (changed.verb, changed.entity) == ("project.put_device", f"device {SECOND}")
    assert (changed.login, changed.reason) == ("engineer", "moved to the harbour")
    assert (undone.verb, undone.result) == ("project.undo", f"version {version.number}")
    assert engineer.joined.ask(engineer.asked.audit.verify(viewer)) == ""
