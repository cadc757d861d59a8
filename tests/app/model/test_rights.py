"""How far a right reaches: nowhere, to the devices somebody was given, or everywhere."""

import pytest

from app.model.reading import DeviceId
from app.model.rights import Capability, Grant, Rights, Scope, every_right

MINE, FOREIGN = DeviceId("ahornvej-14"), DeviceId("birkevej-3")
SCOPES = {Scope.NONE: (), Scope.ASSIGNED: (MINE,), Scope.ALL: (MINE, FOREIGN)}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("capability", Capability)
def test_one_device_and_many_are_judged_alike(capability: Capability, scope: Scope) -> None:
    rights = Rights({capability: scope}, frozenset({MINE}))
    holds = rights.reach(capability)
    for device in (MINE, FOREIGN):
        assert holds(device) is rights.may(capability, device) is (device in SCOPES[scope])
    assert rights.may(capability) is (scope is not Scope.NONE)
    assert rights.whole(capability) is (scope is Scope.ALL)


def test_what_a_role_does_not_name_reaches_no_device() -> None:
    rights = Rights({}, frozenset({MINE}), ended="gone to sea")
    assert not any(rights.reach(each)(MINE) for each in Capability)
    assert all(every_right().reach(each)(FOREIGN) for each in Capability)


def test_a_device_that_is_taken_away_is_not_seen_by_the_next_question() -> None:
    grant = Grant(Rights({Capability.SEE_PLANT: Scope.ASSIGNED}, frozenset({MINE})))
    told: list[Rights] = []
    stop = grant.watch(told.append)
    assert grant.rights.reach(Capability.SEE_PLANT)(MINE)
    fewer = Rights({Capability.SEE_PLANT: Scope.ASSIGNED})
    grant.put(fewer)
    grant.put(fewer)
    assert not grant.rights.reach(Capability.SEE_PLANT)(MINE)
    assert told == [fewer], "told once"
    stop()
    grant.put(every_right())
    assert told == [fewer]
