"""How a device is reached, its clock, and what nobody knows of it, in sentences."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.asked import DeviceDetail
from app.model.control import WriteResult, WriteState
from app.model.device import Presence
from app.model.profile import UnknownMap
from app.model.reading import DeviceId
from app.verbs import Capability, Viewer
from tests.fakes import smallplant
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.people import person
from widgets.controls.identity import fact_word, identity_facts
from widgets.devicetabs.communication import CommunicationTab, drift_text
from widgets.devicetabs.tabtype import Subject

MakeDesk = Callable[..., Desk]
SET_IT = "Schedules of the device run by its clock: set it."


def opened(desk: Desk, qtbot: QtBot, detail: DeviceDetail | None = None) -> CommunicationTab:
    detail = detail or smallplant.detail(desk.services.plant.views[0])
    tab = CommunicationTab(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(tab)
    tab.resize(1200, 800)
    tab.show()
    return tab


def said(tab: CommunicationTab) -> set[str]:
    return {each.text() for each in tab.findChildren(QLabel)}


@pytest.mark.parametrize(
    ("drift_s", "note", "text"),
    [
        (None, "", "The clock of the device was not read yet."),
        (None, "It keeps no clock.", "It keeps no clock."),
        (0.2, "", "The clock agrees with the plant's time."),
        (-41.0, "", "The clock is off by \u221241 s."),
        (
            3600.0,
            "",
            f"The clock is off by +1 h 00 min. {SET_IT}",
        ),
    ],
)
def test_a_clocks_drift_is_a_sentence(drift_s: float | None, note: str, text: str) -> None:
    assert drift_text(drift_s, note) == text


def test_what_the_sources_leave_open_is_said(make_desk: MakeDesk, qtbot: QtBot) -> None:
    texts = said(opened(make_desk(), qtbot))
    assert "The controller's own log" in texts
    assert smallplant.UNKNOWN.why in texts


def test_what_nobody_can_set_is_not_said_to_wait_for_an_engineer(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    detail = smallplant.detail(desk.services.plant.views[0])
    gap = UnknownMap("gap0", "Storage 11", "What its set date stands for is not published.")
    waits = "off until an engineer sets the map"
    both = replace(detail, unknown=(gap, smallplant.UNKNOWN))
    assert waits in said(opened(desk, qtbot, both))
    texts = said(opened(desk, qtbot, replace(detail, unknown=(gap,))))
    assert {gap.title, gap.why} <= texts
    assert waits not in texts


def test_figures_of_the_conversation_follow_the_device(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot)
    assert {"Online", "1200", "100.0 %", "Every register asked for is answered."} <= said(tab)
    standing = replace(
        desk.services.plant.views[0].standing,
        presence=Presence.FAULT,
        requests=1300,
        failures=13,
        faults=("Ahornvej 14: register 11253 refused",),
        last_answer_at=None,
        latency_ms=None,
    )
    desk.feed.offer_standings([standing])
    desk.feed.refresh()
    desk.feed.age()
    assert {"Fault", "99.0 %", "Ahornvej 14: register 11253 refused"} <= said(tab)


def test_setting_the_clock_reads_it_back(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(), qtbot)
    tab.set_clock.click()
    qtbot.waitUntil(lambda: tab._clock.text() == "The clock agrees with the plant's time.")
    assert tab.set_clock.isEnabled()


def test_a_clock_that_may_not_be_set_now_says_why(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    why = "02:30 happens twice tonight: set the clock after 03:00."

    async def refused(_viewer: Viewer, device: DeviceId) -> list[WriteResult]:
        return [WriteResult(device, "hour", 2, 2, None, WriteState.REFUSED, why, NOON)]

    desk.services.control.set_clock = refused  # type: ignore[method-assign,assignment]
    tab = opened(desk, qtbot)
    tab.set_clock.click()
    qtbot.waitUntil(tab._notice.isVisible)
    assert tab._notice.says.text() == why


def test_who_may_not_write_is_offered_no_clock_to_set(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    looker = person("l", "Looker", "desk-1", frozenset({Capability.SEE_PLANT}))
    assert not opened(make_desk(viewer=looker), qtbot).set_clock.isVisible()


def test_identity_is_told_in_words(make_desk: MakeDesk) -> None:
    detail = smallplant.detail(make_desk().services.plant.views[0])
    config = replace(detail.view.config, serial="S1")
    with_serial = replace(detail, view=replace(detail.view, config=config))
    assert identity_facts(with_serial) == {
        "Application": "ECL Comfort 310, A266.1",
        "Serial number": "423187751",
        "Code number": "087H3040",
        "Profile": "danfoss.ecl310_a266_1",
    }
    bare = replace(with_serial, identity={})
    assert identity_facts(bare)["Serial number"] == "S1"
    assert fact_word("fuse_size") == "fuse size"
    assert fact_word("meter_profile") == "Meter profile"
    assert detail.view.config.id == AHORNVEJ
