"""Alarms of a plant: raised, listed, seen by a person, returned, and never forgotten."""

import os
import signal
from collections.abc import Iterator, Sequence

import pytest

from app.errors import BadInput
from app.model.alarm import Alarm, AlarmRecord, AlarmRule, AlarmState
from app.model.device import Presence
from app.model.reading import DeviceId, PointId
from tests.journeys.product import wait_for
from tests.journeys.quicksite import ANSWERS_S, Operator, operator, quick_site
from tests.journeys.smallsite import NAME, Simulated, Site

DEVICE = "ahornvej-14"
HOT = AlarmRule(
    "flow-hot",
    "high",
    DeviceId(DEVICE),
    PointId(f"{DEVICE}.s3"),
    "Heating flow temperature high",
    2,
    limit=80.0,
    deadband=2.0,
)
GONE = AlarmRule(
    "gone", "offline", DeviceId(DEVICE), None, "Device does not answer", 1, on_delay_s=3.0
)
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("alarms"), 1) as site:
        with operator(site) as engineer:
            for rule in (HOT, GONE):
                engineer.joined.ask(engineer.asked.project.put_rule(engineer.viewer, rule))
        yield site


@pytest.fixture
def controller(site: Site) -> Iterator[Simulated]:
    """The controller at rest: 60 °C flow, no alarm of ours standing."""
    controller = site.simulators[DEVICE]
    controller.say("set s3 60")
    yield controller
    controller.say("set s3 60")
    with operator(site) as engineer:
        rest(engineer)


def rest(engineer: Operator) -> None:
    wait_for(lambda: not engineer.joined.ask(_active(engineer)), ANSWERS_S)
    ask = engineer.asked.alarms.acknowledge
    engineer.joined.ask(ask(engineer.viewer, [HOT.id, GONE.id], "back to rest"))


async def _active(engineer: Operator) -> list[Alarm]:
    alarms = await engineer.asked.alarms.standing(engineer.viewer)
    return [alarm for alarm in alarms if alarm.state is not AlarmState.RETURNED]


def alarm(engineer: Operator, rule: AlarmRule = HOT) -> Alarm | None:
    """The alarm as it stands in the list; None when it does not."""
    standing = engineer.joined.ask(engineer.asked.alarms.standing(engineer.viewer))
    return next((each for each in standing if each.rule.id == rule.id), None)


def becomes(engineer: Operator, state: AlarmState, rule: AlarmRule = HOT) -> Alarm:
    def there() -> bool:
        found = alarm(engineer, rule)
        return found is not None and found.state is state

    wait_for(there, ANSWERS_S, 0.05)
    found = alarm(engineer, rule)
    assert found is not None
    return found


def history(engineer: Operator, limit: int = 50) -> Sequence[AlarmRecord]:
    return engineer.joined.ask(engineer.asked.alarms.history(engineer.viewer, limit))


@pytest.mark.feature("LM-36")
def test_an_alarm_is_listed_seen_and_outlives_every_end_of_the_core(
    site: Site, controller: Simulated
) -> None:
    with operator(site) as engineer:
        controller.say("set s3 91.5")
        raised = becomes(engineer, AlarmState.UNACKNOWLEDGED)
        assert raised.value == 91.5
        assert raised.occurred_at is not None
        assert (raised.rule.name, raised.rule.priority) == (HOT.name, 2)
        acknowledge = engineer.asked.alarms.acknowledge
        (seen,) = engineer.joined.ask(acknowledge(engineer.viewer, [HOT.id], "valve checked"))
        assert (seen.state, seen.acknowledged_by) == (AlarmState.ACKNOWLEDGED, NAME)
    site.stop_core()
    site.start_core()
    with operator(site) as engineer:
        kept = becomes(engineer, AlarmState.ACKNOWLEDGED)
        assert (kept.note, kept.acknowledged_by) == ("valve checked", NAME)
        assert (kept.acknowledged_at, kept.occurred_at) == (
            seen.acknowledged_at,
            raised.occurred_at,
        )
        os.kill(site.core_pid(), KILL)
    site.stop_core()
    site.start_core()
    with operator(site) as engineer:
        assert becomes(engineer, AlarmState.ACKNOWLEDGED) == kept
        controller.say("set s3 79")  # under the limit, within the deadband
        wait_for(lambda: reads(engineer, 79.0), ANSWERS_S)
        assert becomes(engineer, AlarmState.ACKNOWLEDGED).resolved_at is None
        controller.say("set s3 60")
        wait_for(lambda: alarm(engineer) is None, ANSWERS_S)
        newest, before, first = history(engineer, 3)
        assert [record.alarm.state for record in (first, before, newest)] == [
            AlarmState.UNACKNOWLEDGED,
            AlarmState.ACKNOWLEDGED,
            AlarmState.NORMAL,
        ]
        assert newest.alarm.resolved_at is not None
        assert newest.alarm.note == "valve checked"
        assert first.seq < before.seq < newest.seq
        entries = engineer.joined.ask(engineer.asked.audit.entries(engineer.viewer, 10))
        entry = next(each for each in entries if each.verb != "session.login")
        assert (entry.verb, entry.name, entry.reason) == ("acknowledge", NAME, "valve checked")


@pytest.mark.feature("LM-36")
def test_an_alarm_that_is_over_stands_until_somebody_has_seen_it(
    site: Site, controller: Simulated
) -> None:
    with operator(site) as engineer:
        controller.say("set s3 85")
        becomes(engineer, AlarmState.UNACKNOWLEDGED)
        controller.say("set s3 60")
        over = becomes(engineer, AlarmState.RETURNED)
        assert over.resolved_at is not None
        assert over.occurred_at is not None
        assert over.resolved_at > over.occurred_at
        acknowledge = engineer.asked.alarms.acknowledge
        engineer.joined.ask(acknowledge(engineer.viewer, [HOT.id]))
        assert alarm(engineer) is None
        assert not engineer.joined.ask(acknowledge(engineer.viewer, [HOT.id]))
        with pytest.raises(BadInput, match="no alarm rule 'nothing'"):
            engineer.joined.ask(acknowledge(engineer.viewer, ["nothing"]))


@pytest.mark.feature("LM-36")
def test_a_broken_sensor_is_no_high_temperature_and_ends_none(
    site: Site, controller: Simulated
) -> None:
    with operator(site) as engineer:
        controller.say("set s3 85")
        becomes(engineer, AlarmState.UNACKNOWLEDGED)
        before = history(engineer)[0].seq
        controller.say("set s3 open")
        wait_for(lambda: reads(engineer, None), ANSWERS_S)
        assert becomes(engineer, AlarmState.UNACKNOWLEDGED).value == 85.0
        assert history(engineer)[0].seq == before


@pytest.mark.feature("LM-36")
def test_the_history_is_read_page_by_page(site: Site, controller: Simulated) -> None:
    with operator(site) as engineer:
        for _ in range(2):
            controller.say("set s3 85")
            becomes(engineer, AlarmState.UNACKNOWLEDGED)
            controller.say("set s3 60")
            becomes(engineer, AlarmState.RETURNED)
        everything = history(engineer, 1000)
        pages: list[AlarmRecord] = []
        while True:
            ask, before = engineer.asked.alarms.history, pages[-1].seq if pages else None
            page = engineer.joined.ask(ask(engineer.viewer, 3, before))
            if not page:
                break
            pages.extend(page)
        assert pages == list(everything)


@pytest.mark.feature("LM-39")
def test_a_device_that_does_not_answer_raises_one_alarm_after_its_delay_and_returns(
    site: Site, controller: Simulated
) -> None:
    with operator(site) as engineer:
        engineer.wait_for(DEVICE, Presence.ON)
        controller.kill()
        late = engineer.wait_for(DEVICE, Presence.LATE)
        assert alarm(engineer, GONE) is None
        lost = engineer.wait_for(DEVICE, Presence.OFFLINE)
        assert lost.since > late.since
        raised = becomes(engineer, AlarmState.UNACKNOWLEDGED, GONE)
        assert (raised.since - lost.since).total_seconds() >= GONE.on_delay_s
        standing = engineer.joined.ask(engineer.asked.alarms.standing(engineer.viewer))
        assert [each.rule.id for each in standing] == [GONE.id]
        controller.restart()
        back = engineer.wait_for(DEVICE, Presence.ON, within_s=15.0)
        over = becomes(engineer, AlarmState.RETURNED, GONE)
        assert over.resolved_at == back.since
        acknowledge = engineer.asked.alarms.acknowledge
        engineer.joined.ask(acknowledge(engineer.viewer, [GONE.id], "power cut"))
        assert alarm(engineer, GONE) is None
        assert history(engineer, 1)[0].alarm.note == "power cut"


@pytest.mark.feature("LM-39")
def test_a_device_that_is_back_before_the_delay_is_over_raises_nothing(
    site: Site, controller: Simulated
) -> None:
    with operator(site) as engineer:
        patient = AlarmRule(
            "patient", "offline", DeviceId(DEVICE), None, "Away for long", 3, on_delay_s=900.0
        )
        engineer.joined.ask(engineer.asked.project.put_rule(engineer.viewer, patient))
        before = history(engineer)[0].seq
        controller.kill()
        engineer.wait_for(DEVICE, Presence.OFFLINE)
        controller.restart()
        engineer.wait_for(DEVICE, Presence.ON, within_s=15.0)
        told = [r.alarm.rule.id for r in history(engineer) if r.seq > before]
        assert "patient" not in told
        assert alarm(engineer, patient) is None


def reads(engineer: Operator, value: float | None) -> bool:
    latest = engineer.latest(DEVICE, "s3")
    return latest is not None and latest.value == value
