"""News reach a person for what they see of the plant, and for as long as they see it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.asked import Asked
from app.model.alarm import Alarm, AlarmRule, AlarmState
from app.model.device import DeviceStanding, Presence
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.model.rights import Capability, Grant, Rights, Scope, every_right
from app.narrowed import narrowed
from app.verbs import Viewer
from tests.fakes.asked import FakeServices

OWN, FOREIGN = DeviceId("school"), DeviceId("bakery")
AT = datetime(2026, 1, 20, 11, tzinfo=UTC)
SEEING = {Capability.SEE_PLANT: Scope.ASSIGNED, Capability.SEE_ALARMS: Scope.ASSIGNED}


def guest(**cells: Scope) -> Viewer:
    """Somebody who was given one device."""
    known = SEEING | {Capability[name]: scope for name, scope in cells.items()}
    return Viewer("ida", "Ida Berg", "desk-2", Grant(Rights(known, frozenset({OWN}))))


def reading(device: DeviceId) -> Reading:
    return Reading(PointId(f"{device}.supply"), 71.5, Quality.GOOD, AT)


def alarm(device: DeviceId) -> Alarm:
    rule = AlarmRule(f"{device}.away", "offline", device, None, "Away", 2)
    return Alarm(rule, AlarmState.UNACKNOWLEDGED, AT)


def standing(device: DeviceId) -> DeviceStanding:
    return DeviceStanding(device, Presence.ON, AT)


class Listener:
    """Somebody at a desk, and the services that tell them."""

    def __init__(self, viewer: Viewer) -> None:
        self.services = FakeServices()
        self.asked: Asked = narrowed(self.services.asked, viewer)
        self.heard: list[Sequence[Any]] = []
        self.stops = [
            watch(self.heard.append)
            for watch in (
                self.asked.watch_readings, self.asked.watch_alarms, self.asked.watch_devices,
            )
        ]  # fmt: skip

    def tell(self, *devices: DeviceId) -> list[Sequence[Any]]:
        """Tell news of each kind about these devices and return what was heard of it."""
        self.heard.clear()
        self.services.readings.tell([reading(each) for each in devices])
        self.services.alarms.watched.tell([alarm(each) for each in devices])
        self.services.standings.tell([standing(each) for each in devices])
        return list(self.heard)


def test_of_each_kind_of_news_only_the_given_devices_are_told() -> None:
    heard = Listener(guest()).tell(FOREIGN, OWN, FOREIGN)
    assert heard == [[reading(OWN)], [alarm(OWN)], [standing(OWN)]]


def test_of_foreign_devices_alone_nothing_is_told_not_even_that_there_was_something() -> None:
    assert Listener(guest()).tell(FOREIGN) == []


def test_an_empty_batch_goes_to_everybody_since_it_says_look_again() -> None:
    listener = Listener(guest())
    listener.services.standings.tell([])
    assert listener.heard == [[]]


def test_who_sees_everything_gets_each_batch_untouched() -> None:
    listener = Listener(Viewer("ole", "Ole Holm", "desk-1", Grant(every_right())))
    batch = [reading(FOREIGN), reading(OWN)]
    listener.services.readings.tell(batch)
    assert listener.heard[0] is batch


@pytest.mark.parametrize("scope", [Scope.NONE, Scope.ASSIGNED, Scope.ALL])
def test_alarms_are_told_by_the_right_to_see_alarms_and_values_by_that_of_the_plant(
    scope: Scope,
) -> None:
    values, *alarms, presence = Listener(guest(SEE_ALARMS=scope)).tell(OWN, FOREIGN)
    assert (values, presence) == ([reading(OWN)], [standing(OWN)])
    assert alarms == {
        Scope.NONE: [],
        Scope.ASSIGNED: [[alarm(OWN)]],
        Scope.ALL: [[alarm(OWN), alarm(FOREIGN)]],
    }[scope]  # fmt: skip


def test_rights_that_are_given_or_taken_hold_from_the_next_news_on() -> None:
    viewer = guest()
    listener = Listener(viewer)
    viewer.grant.put(Rights(SEEING, frozenset({OWN, FOREIGN})))
    assert len(listener.tell(FOREIGN)) == 3
    viewer.grant.put(Rights({}, ended="your account was removed"))
    assert listener.tell(OWN, FOREIGN) == []


def test_each_hears_of_their_own_rights_and_of_nobody_else_s() -> None:
    one, other = guest(), guest()
    listener, heard = Listener(one), list[Rights]()
    stop = listener.asked.watch_rights(heard.append)
    other.grant.put(Rights({}))
    assert heard == []
    one.grant.put(Rights({}, ended="over"))
    assert [each.ended for each in heard] == ["over"]
    stop()
    one.grant.put(Rights(SEEING))
    assert len(heard) == 1


def test_who_stops_listening_is_told_nothing_any_more() -> None:
    listener = Listener(guest())
    for stop in listener.stops:
        stop()
    assert listener.tell(OWN) == []


@given(
    st.lists(st.sampled_from(("school", "bakery", "mill", "school-2"))),
    st.sets(st.sampled_from(("school", "bakery", "mill", "school-2"))),
)
def test_any_batch_is_told_in_its_order_without_what_is_not_seen(
    names: list[str], given_: set[str]
) -> None:
    rights = Rights(SEEING, frozenset(map(DeviceId, given_)))
    heard: list[Reading] = []
    services = FakeServices.empty()
    viewer = Viewer("ida", "Ida Berg", "desk-2", Grant(rights))
    narrowed(services.asked, viewer).watch_readings(heard.extend)
    services.readings.tell([reading(DeviceId(each)) for each in names])
    assert heard == [reading(DeviceId(each)) for each in names if each in given_]
