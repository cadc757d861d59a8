"""Dialogs about meters, statements, receivers and versions, as a person opens them."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from PyQt6.QtWidgets import QWidget

from app.asked import DeviceView, Preset
from app.channel.wishes import wish
from app.model.counter import Break, Broken, Stated, Statement, StatementId
from app.model.device import LinkConfig, LinkId, Option
from app.model.exchange import Plan, planned
from app.model.point import PointSpec
from app.model.reading import DeviceId, point_id
from app.model.totals import LONGEST_NAME, Entry, Kind, Medium, TotalsPlan
from app.model.version import Thing, ThingKind
from app.project.thingcontent import content_of_preset
from app.verbs import Viewer
from app.words import _
from tests.fakes.asked import VIEWER
from tests.fakes.smallplant import NOON
from tests.pictures.findings import settle
from tests.pictures.stage import METER_DEVICE, Stage
from widgets.comparing.choice import ReferenceDialog
from widgets.consumption.owndays import OwnDays
from widgets.consumption.stating import Index, StatementForm, StatementList
from widgets.consumption.stretch import Scale, stretch_of
from widgets.devicelist.chips import ValueDialog
from widgets.exchanging.dialog import ExchangeDialog
from widgets.metersetup.dialog import MeterOptionsDialog
from widgets.metersetup.paths import PathsDialog
from widgets.people.ownpin import OwnPin
from widgets.receivers.dialog import ReceiverDialog
from widgets.receivers.layouts import EXAMPLE, LayoutsDialog
from widgets.residents.dialog import ResidentsDialog
from widgets.secondperson.waiting import PairList
from widgets.telegram.provenmeters import ProvenMetersDialog, makes
from widgets.totals.plan import PlanDialog
from widgets.versions.conflict import ConflictDialog

ENERGY = PointSpec("energy", "Heat energy", "kWh", 2, role="meter.energy", most_per_hour=40.0)
VOLUME = PointSpec("volume", "Volume", "m³", 3, role="meter.volume")
DATA = (  # what somebody typed, a peer answered or a list of makers says
    *("Connected; 2 lines came.", "KAM 71482036, Heat, -71 dBm, Cellar", "no telegram: hello"),
    *(EXAMPLE.splitlines()),
    *("ahornvej-14-em1.energy", "Mads Riis", "Heat energy", "Volume", "meters/#", "eng"),
    *(name for each in makes() for name in (each.first.manufacturer, each.first.model)),
)
Make = Callable[[Stage], QWidget]
PRESET = Thing(ThingKind.PRESET, "schools")


def view_of(stage: Stage, kind: str, **options: Option) -> DeviceView:
    """Return the plant's meter on a line of that kind."""
    found = next(each for each in _views(stage) if each.config.id == METER_DEVICE)
    link = LinkConfig(LinkId("line"), kind, found.link.name, {})
    config = replace(found.config, serial="71482036", options=dict(options))
    return replace(found, config=config, link=link)


def name_of(stage: Stage) -> str:
    """Return what the plant's first device is called: whatever else has a name bears it too."""
    return _views(stage)[0].config.name


def _views(stage: Stage) -> Sequence[DeviceView]:
    """Return the plant's devices, once the screen has heard of them."""
    directory = stage.window.context.directory
    until(lambda: bool(directory.views))
    return directory.views


def options(kind: str) -> Make:
    """Return what shows the options of a meter on such a line, with all of them set."""

    def show(stage: Stage) -> QWidget:
        view = view_of(
            stage,
            kind,
            secondary="71482036-KAM-35-04",
            valve_kind="normally open",
            valve_energise="01",
            valve_release="02",
            valve_state=name_of(stage),
        )
        return MeterOptionsDialog(stage.window.context, view, stage.window)

    return show


def ways(stage: Stage) -> QWidget:
    """Return the ways to read a meter: two of them, one more to be added."""
    own = view_of(stage, "mbus-tcp")
    air = [replace(each, link=replace(own.link, kind="wmbus")) for each in _views(stage)[:3]]
    made = PathsDialog(stage.window.context, own, (own, *air), stage.window)
    made._add()
    made.paths.setCurrentRow(1)
    return made


def exchange(step: int) -> Make:
    """Return what shows a step of an exchange that was planned, its figures odd."""

    def show(stage: Stage) -> QWidget:
        view, context = view_of(stage, "mbus-tcp"), stage.window.context
        named = name_of(stage)
        plan = Plan(NOON - timedelta(hours=1), named[:40].strip(), named[:80].strip())
        made = ExchangeDialog(
            context,
            planned(view.config, plan),
            (replace(ENERGY, name=named), VOLUME),
            stage.window,
        )
        made.show()
        if step:
            made.go_on()
        if step > 1:
            for pair in made.meter.fields:
                pair[0].setText("1000000")
                pair[1].setText("0")
            made.go_on()
            until(lambda: made.step() == 2)
        if step > 2:
            for tick in (*made.check.ticks.values(), made.check.doubted):
                tick.setChecked(True)
            made.go_on()
            until(lambda: made.step() == 3)
        return made

    return show


def verified(stage: Stage) -> QWidget:
    """Return the list of meters that recorded telegrams prove."""
    return ProvenMetersDialog(stage.window.context.look, stage.window)


def receiver(stage: Stage) -> QWidget:
    """Return a receiver about to be changed."""
    context = stage.window.context
    line = stage.services.radio.radio_lines[0]
    line = replace(line, link=replace(line.link, name=name_of(stage)))
    made = ReceiverDialog(context, (line,), line, line.receivers[1], stage.window)
    made.show()
    made.try_it()
    return made


def layouts(stage: Stage) -> QWidget:
    """Return the layouts of concentrator files."""
    return LayoutsDialog(stage.window.context, stage.window)


def totals(stage: Stage) -> QWidget:
    """Return what counts in totals: a meter, one below it, and what is left of it."""
    named, point = name_of(stage), point_id(METER_DEVICE, "energy")
    entries = (
        Entry("m1", named[:LONGEST_NAME], Medium.HEAT, point=point),
        Entry("m2", named[:LONGEST_NAME], Medium.HEAT, Kind.REMAINDER, above="m1"),
    )
    plan = TotalsPlan(entries)
    return PlanDialog(stage.window.context, plan, lambda: None, stage.window)


def statement(stage: Stage) -> QWidget:
    """Return the form of a statement about an index."""
    span = (NOON - timedelta(hours=3), NOON)
    index = Index(point_id(METER_DEVICE, "energy"), name_of(stage), "kWh")
    return StatementForm(stage.window.context, index, 0, span, lambda: None, stage.window)


def statements(stage: Stage) -> QWidget:
    """Return what was stated about an index."""
    named, point = name_of(stage), point_id(METER_DEVICE, "energy")
    says = Broken(NOON, Break.EXCHANGE, Decimal("812.40"), Decimal("0.3"))
    made = Statement(StatementId("s1"), point, says, named, named, NOON)
    index = Index(point, named, "kWh")
    listed = [Stated(made, holds) for holds in (False, True)]
    return StatementList(stage.window.context, index, listed, lambda: None, stage.window)


def own_days(stage: Stage) -> QWidget:
    """Return the choice of two days."""
    today = NOON.date()
    return OwnDays(stretch_of(Scale.MONTH, today), today, stage.window)


def own_pin(stage: Stage) -> QWidget:
    """Return the question for a PIN."""
    return OwnPin(stage.window.context, stage.window)


def residents(stage: Stage) -> QWidget:
    """Return who lives behind a meter."""
    return ResidentsDialog(stage.window.context, DeviceId("ahornvej-14"), stage.window)


def beside(stage: Stage) -> QWidget:
    """Return the choice of what settings are compared with."""
    return ReferenceDialog(
        stage.window.context,
        stage.device,
        (),
        stage.window,
        title=_("Compare the settings"),
        tolerance=True,
    )


def by_value(stage: Stage) -> QWidget:
    """Return the filter by a value."""
    return ValueDialog(stage.window)


def requests(stage: Stage) -> QWidget:
    """Return what waits for a second person."""
    context, services = stage.window.context, stage.services
    other = Viewer("vagt", name_of(stage), "desk-2", VIEWER.grant)
    wished = [wish("project.restore", 3)]
    asked = services.pairs.ask(other, wished, name_of(stage))
    seen: list[object] = []
    context.asking.ask(asked, owner=stage.window, done=seen.append, failed=seen.append)
    until(lambda: bool(seen))
    context.pairs.refresh()
    until(lambda: bool(context.pairs.requests))
    return PairList(context, stage.window)


def conflict(stage: Stage) -> QWidget:
    """Return the choice between one's own and what somebody else saved first."""
    named, versions = name_of(stage), stage.services.versions
    mine, theirs = (
        Preset(PRESET.id, "device-group", called, "lund", True, json.dumps([named, called]))
        for called in (f"{named} 2", named)
    )
    versions.saved(PRESET, named, named, content_of_preset(theirs))
    says = _("somebody else changed {name}").format(name=named)
    made = ConflictDialog(
        stage.window.context, PRESET, says, content_of_preset(mine), stage.window
    )
    made.show()
    until(lambda: made.newest is not None)
    made._look()
    return made


DIALOGS: Mapping[str, Make] = {
    "options, wired": options("mbus-tcp"),
    "options, radio": options("wmbus"),
    "ways": ways,
    "exchange 1": exchange(0),
    "exchange 2": exchange(1),
    "exchange 3": exchange(2),
    "exchange 4": exchange(3),
    "verified": verified,
    "receiver": receiver,
    "layouts": layouts,
    "totals plan": totals,
    "statement": statement,
    "statements": statements,
    "own days": own_days,
    "own pin": own_pin,
    "residents": residents,
    "beside": beside,
    "by value": by_value,
    "requests": requests,
    "conflict": conflict,
}


def until(holds: Callable[[], bool]) -> None:
    """Let the screen live until something holds, at most for half a minute."""
    ends_s = time.monotonic() + 30
    while not holds() and time.monotonic() < ends_s:
        settle()
