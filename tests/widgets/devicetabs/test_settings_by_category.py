"""Settings can be changed on the screen as far as somebody's role lets them."""

from pytestqt.qtbot import QtBot

from app.model.point import Category
from app.model.reading import DeviceId
from app.model.rights import Capability
from tests.people import assigned
from tests.widgets.devicetabs.test_settings_tab import MakeDesk, cell, settings

OWN = DeviceId("ahornvej-14")
LIMITED = {Capability.SEE_PLANT, Capability.WRITE_PRIMARY, Capability.WRITE_LIMITED}


def open_cells(desk_of: MakeDesk, qtbot: QtBot, *, given: str) -> set[Category]:
    """Return the categories of which somebody with limited rights may change settings."""
    viewer = assigned("limited", [DeviceId(given)], LIMITED)
    tab = settings(desk_of(viewer=viewer), qtbot)
    specs = [row.spec for row in tab.model.rows if row.spec is not None and row.spec.is_setting]
    assert {spec.category for spec in specs} == {Category.LIMITED, Category.ALL}
    return {spec.category for spec in specs if tab.model.can_edit(cell(tab, spec.key))}


def test_only_the_limited_settings_of_ones_own_device_open(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    assert open_cells(make_desk, qtbot, given=OWN) == {Category.LIMITED}


def test_those_of_a_device_that_was_not_given_stay_shut(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    assert open_cells(make_desk, qtbot, given="another") == set()
