"""Ways to read a meter on the screen: what may be one, which is the best, what is saved."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.asked import DeviceView
from app.errors import BadInput
from app.model.device import LinkConfig, LinkId
from app.model.paths import KIND, with_paths
from app.model.reading import DeviceId
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from widgets.devicetabs.communication import CommunicationTab
from widgets.devicetabs.tabtype import Subject
from widgets.metersetup.paths import PathsDialog, may_have_paths

MakeDesk = Callable[..., Desk]


def meter(name: str, kind: str = "mbus-tcp", *paths: str) -> DeviceView:
    view = smallplant.view(name, "Havnen")
    link = LinkConfig(LinkId(kind), kind, f"Line {kind}", {})
    config = view.config
    if paths:
        config = with_paths(config, [DeviceId(each) for each in paths])
    return replace(view, config=config, link=link)


WIRE, AIR, FILE = meter("Cellar 4"), meter("Air 4", "wmbus"), meter("File 4", "wmbus")
ECL = meter("Controller", "modbus-tcp")


def opened(desk: Desk, qtbot: QtBot, own: DeviceView, *others: DeviceView) -> PathsDialog:
    tab = CommunicationTab(Subject(desk.context, smallplant.detail(own), lambda *_: None))
    qtbot.addWidget(tab)
    dialog = PathsDialog(desk.context, own, (own, *others), tab)
    dialog.show()
    return dialog


def test_a_second_way_is_added_made_the_best_and_saved(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    dialog = opened(make_desk(services), qtbot, WIRE, AIR, FILE, ECL)
    offered = [dialog.others.itemData(nth) for nth in range(dialog.others.count())]
    assert offered == [AIR.config.id, FILE.config.id]  # a controller reads no meter
    assert dialog.wished() == [WIRE.config.id]
    assert not dialog.save.isEnabled()
    assert not dialog.less.isEnabled()
    click(dialog.add)
    assert dialog.wished() == [WIRE.config.id, AIR.config.id]
    dialog.paths.setCurrentRow(1)
    click(dialog.best)
    assert dialog.wished() == [AIR.config.id, WIRE.config.id]
    with qtbot.waitSignal(dialog.kept):
        click(dialog.save)
    assert services.project.changes == [
        (WIRE.config.id, (AIR.config.id, WIRE.config.id)),
    ]


def test_a_way_is_taken_out_again_but_never_the_last_one(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    own = meter("Heat 4", KIND, WIRE.config.id, AIR.config.id)
    dialog = opened(make_desk(FakeServices()), qtbot, own, WIRE, AIR, FILE)
    assert [dialog.others.itemData(n) for n in range(dialog.others.count())] == [FILE.config.id]
    first = dialog.paths.item(0)
    assert first is not None
    assert "Cellar 4" in first.text()
    assert "Line mbus-tcp" in first.text()
    click(dialog.less)
    assert dialog.wished() == [AIR.config.id]
    assert not dialog.less.isEnabled()
    assert dialog.others.count() == 2
    assert dialog.save.isEnabled()


def test_what_the_core_refuses_is_told_and_may_be_mended(
    make_desk: MakeDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = FakeServices()

    async def refuse(*_given: object) -> None:
        raise BadInput("it is a path of another meter")

    monkeypatch.setattr(services.project, "put_paths", refuse)
    dialog = opened(make_desk(services), qtbot, WIRE, AIR)
    click(dialog.add)
    click(dialog.save)
    qtbot.waitUntil(dialog.notice.isVisible)
    assert dialog.save.isEnabled()


def test_the_tab_offers_it_of_meters_alone(make_desk: MakeDesk, qtbot: QtBot) -> None:
    assert may_have_paths(WIRE)
    assert may_have_paths(meter("Heat 4", KIND, "a", "b"))
    assert not may_have_paths(ECL)
    own = meter("Heat 4", KIND, "a", "b")
    desk = make_desk(FakeServices())
    tab = CommunicationTab(Subject(desk.context, smallplant.detail(own), lambda *_: None))
    qtbot.addWidget(tab)
    tab.resize(1200, 800)
    tab.show()
    assert tab.paths.isVisible()
    assert not tab.options.isVisible()  # its paths have options, it has none
    click(tab.paths)
    assert tab.findChildren(PathsDialog)
