"""Two people at one core: the second hears who was quicker, and what was comes back."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QInputDialog, QLineEdit

from app.asked import Preset
from app.compose.joining import Joined, join
from app.errors import Conflict, NotPermitted
from app.model.alarm import Alarm, AlarmRule, AlarmState
from app.model.control import WriteRequest
from app.model.device import DeviceConfig
from app.model.person import Person
from app.model.reading import PointId, Reading
from app.model.version import Thing, ThingKind
from app.project.bringback import bring_back, versions_of
from tests.journeys.product import wait_for
from tests.journeys.screen import TURN_MS, Screen, screen_over
from tests.journeys.smallsite import Site, at_home, running_site, substations
from widgets.desk import Json
from widgets.pages.versions import VersionsPage
from widgets.pagetype import Show
from widgets.versions.conflict import ConflictDialog

WORD = "valves like to be turned"
OWN, FOREIGN = (each.config.id for each in substations(2))
THING = Thing(ThingKind.DEVICE, OWN)
WRITTEN, WARM, HEARD_S = PointId(f"{OWN}.c1_room_comfort"), 22.0, 30.0
COLD = AlarmRule(
    "cold", "low", OWN, PointId(f"{OWN}.s3"), "Colder than boiling", 3, limit=100.0
)
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A core in a process of its own, with Berit, who was given one device."""
    with running_site(tmp_path_factory.mktemp("versions"), substations(2)) as running:
        with running.joined() as admin:
            berit = Person("berit", "Berit Vagt", "limited", devices=(OWN,))
            admin.ask(admin.asked.people.add_person(admin.viewer, berit, WORD))
        yield running


@pytest.fixture
def berit(site: Site) -> Iterator[Joined]:
    with at_home(site.home), join(site.folder, "berit", WORD) as joined:
        yield joined


def device(joined: Joined, wanted: str = OWN) -> DeviceConfig:
    views = joined.ask(joined.asked.plant.devices(joined.viewer))
    return next(each.config for each in views if each.config.id == wanted)


def put(joined: Joined, config: DeviceConfig, base: DeviceConfig, note: str = "") -> None:
    joined.ask(joined.asked.project.put_device(joined.viewer, config, note, base))


def test_of_two_clients_the_second_is_told_and_both_stand_among_the_versions(
    site: Site, berit: Joined
) -> None:
    with site.joined() as admin:
        seen = device(berit)
        assert device(admin) == seen
        put(berit, replace(seen, name="School"), seen, "named by Berit")
        with pytest.raises(Conflict, match=r"Berit Vagt changed device .* “School”\."):
            put(admin, replace(seen, name="Station"), seen)
        assert device(admin).name == "School"
        put(admin, replace(seen, name="Station"), device(admin), "on top")
        known = admin.ask(versions_of(admin.asked, admin.viewer, THING))
        assert [each.note for each in known[:2]] == ["on top", "named by Berit"]
        # Berit brings hers back, over what she saw and nothing newer.
        work: Any = bring_back(berit.asked, berit.viewer, THING, known[1], known[0], "hers")
        berit.ask(work)
        assert device(admin).name == "School"
        stale: Any = bring_back(admin.asked, admin.viewer, THING, known[2], known[0], "late")
        with pytest.raises(Conflict, match="Berit Vagt changed"):
            admin.ask(stale)
        entry = admin.ask(admin.asked.audit.entries(admin.viewer, 20))[0]
        told = [
            each
            for each in admin.ask(admin.asked.audit.entries(admin.viewer, 20))
            if each.entity == f"device {OWN}"
        ]
        assert told[0].name == "Berit Vagt"
        assert told[0].reason == f"version {known[1].number} brought back: hers"
        assert entry.seq >= told[0].seq
        admin.ask(admin.asked.project.undo(admin.viewer))
        assert device(admin).name == "Station"


@pytest.mark.feature("DC-08")
def test_what_is_done_at_one_workstation_is_heard_at_the_other(
    site: Site, berit: Joined
) -> None:
    """An edit, a write and an acknowledgement, each with how long the other waited."""
    heard: dict[str, float] = {}

    def told(what: str, happened: Callable[[Any], bool]) -> Callable[[Any], None]:
        def hear(news: Any) -> None:
            if happened(news):
                heard.setdefault(what, time.monotonic())

        return hear

    def of_the_rule(alarms: Sequence[Alarm], state: AlarmState) -> bool:
        return any(each.rule.id == COLD.id and each.state is state for each in alarms)

    def is_written(readings: Sequence[Reading]) -> bool:
        return any(each.point == WRITTEN and each.value == WARM for each in readings)

    stops = [
        # Nothing of any device: the devices themselves are others now.
        berit.asked.watch_devices(told("edit", lambda news: not news)),
        berit.asked.watch_readings(told("write", is_written)),
        berit.asked.watch_alarms(
            told("ack", lambda news: of_the_rule(news, AlarmState.ACKNOWLEDGED))
        ),
    ]
    with site.joined() as admin:
        ask, asked, viewer = admin.ask, admin.asked, admin.viewer
        admin.wait_for_answers()

        def after(what: str, work: Any) -> None:
            heard.pop(what, None)
            began_s = time.monotonic()
            ask(work)
            wait_for(lambda: what in heard, HEARD_S, 0.01)
            print(f"\n{what}: heard {heard[what] - began_s:.2f} s after it was begun")  # noqa: T201

        wish = WriteRequest(OWN, WRITTEN.partition(".")[2], WARM, "warmer at both desks")
        after("write", asked.control.write(viewer, wish))
        ask(asked.project.put_rule(viewer, COLD))
        here = device(admin)
        after("edit", asked.project.put_device(viewer, replace(here, area="West"), "", here))
        assert device(berit).area == "West"

        def stands() -> bool:
            return of_the_rule(ask(asked.alarms.standing(viewer)), AlarmState.UNACKNOWLEDGED)

        wait_for(stands, HEARD_S)
        after("ack", asked.alarms.acknowledge(viewer, [COLD.id], "looked at it"))
        ask(asked.project.remove_rule(viewer, COLD.id))
    for stop in stops:
        stop()


def test_versions_of_what_was_not_given_are_not_there(site: Site, berit: Joined) -> None:
    asked, viewer = berit.asked, berit.viewer
    listed = {each.thing for each in berit.ask(asked.versions.things(viewer))}
    assert THING in listed
    assert not any(FOREIGN in each.id for each in listed)
    kinds = {each.kind for each in listed}
    assert kinds.isdisjoint({ThingKind.PERSON, ThingKind.ROLE, ThingKind.PROFILE})
    with pytest.raises(NotPermitted):
        berit.ask(asked.versions.of_person(viewer, "berit"))
    with pytest.raises(NotPermitted):
        berit.ask(asked.versions.put_profile(viewer, "x.yaml", "x", 0))


@pytest.mark.feature("DC-08")
def test_at_the_screen_a_version_is_brought_back_unless_somebody_was_quicker(
    site: Site, berit: Joined
) -> None:
    seen = device(berit)
    put(berit, replace(seen, area="North"), seen, "moved")
    with screen_over(site) as screen:
        page = opened(screen)
        panel = page.panel
        screen.until(lambda: panel.model.total >= 2, what="the versions of the device")
        rows = sorted(panel.model.rows, key=lambda each: -each.number)
        before = device(berit)
        put(berit, replace(before, area="South"), before, "moved again")
        assert panel.table.go_to(lambda each: each.number == rows[1].number)
        give_reason(screen, panel.ask_back, "a mistake")
        screen.until(panel.notice.isVisible, what="who was quicker")
        assert "Berit Vagt changed device" in panel.notice.says.text()
        assert device(berit).area == "South"
        page.refresh()
        screen.until(
            lambda: any(each.note == "moved again" for each in panel.model.rows),
            what="the version of Berit",
        )
        assert panel.table.go_to(lambda each: each.number == rows[1].number)
        give_reason(screen, panel.ask_back, "a mistake")
        screen.until(lambda: device(berit).area == seen.area, what="the device as it was")
        screen.until(panel.undo.isVisible, what="the way to take it back")
        panel.take_back()
        screen.until(lambda: device(berit).area == "South", what="what stood before")


@pytest.mark.feature("DC-08")
def test_at_the_screen_the_second_of_two_windows_chooses(site: Site) -> None:
    with site.joined() as other, screen_over(site) as screen:
        desk = screen.window.context.desk
        desk.keep_preset("device-group", "Schools", {"devices": []}, shared=True)
        screen.until(lambda: desk.presets("device-group"), what="the group")
        (group,) = desk.presets("device-group")
        theirs = replace(group, content=f'{{"devices": ["{OWN}"]}}')
        other.ask(other.asked.desk.keep_preset(other.viewer, theirs, group))
        mine: Json = {"devices": [str(FOREIGN)]}
        desk.keep_preset("device-group", "Schools", mine, shared=True, preset=group.id)
        screen.until(lambda: screen.seen(ConflictDialog), what="the question")
        (dialog,) = screen.seen(ConflictDialog)
        screen.until(lambda: dialog.newest is not None, what="what stands there")
        assert kept(other) == theirs
        assert "changed “Schools” meanwhile" in dialog.says.text()
        dialog.look_at.click()
        shown = [(each.old, each.new) for each in dialog.difference.fields.rows]
        assert shown == [(OWN, FOREIGN)]
        dialog.save_mine.click()
        screen.until(lambda: FOREIGN in kept(other).content, what="one's own on top")
        thing = Thing(ThingKind.PRESET, group.id)
        versions = other.ask(versions_of(other.asked, other.viewer, thing))
        assert [OWN in each.content for each in versions] == [False, True, False]


def opened(screen: Screen) -> VersionsPage:
    screen.window.show_page(Show("versions", part=f"device/{OWN}"))
    screen.until(lambda: screen.seen(VersionsPage), what="the page of versions")
    (page,) = screen.seen(VersionsPage)
    return page


def kept(joined: Joined) -> Preset:
    (group,) = joined.ask(joined.asked.desk.presets(joined.viewer, "device-group"))
    preset: Preset = group
    return preset


def give_reason(screen: Screen, ask: Any, reason: str) -> None:
    """Answer the question for a reason, which stops everything else meanwhile."""

    def answer() -> None:
        for dialog in screen.seen(QInputDialog):
            field = dialog.findChild(QLineEdit)
            assert field is not None
            field.setText(reason)
            dialog.accept()

    looking = QTimer()
    looking.timeout.connect(answer)
    looking.start(TURN_MS)
    ask()
    looking.stop()
