"""The live picture of one device."""

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.asked import DeviceDetail
from app.errors import PlantError
from app.verbs import Capability
from app.words import _
from widgets.controls.plain import sentence
from widgets.dashboard.asking import Form, device_choice
from widgets.dashboard.tiletype import Given, Options, TileType
from widgets.pagetype import PageContext
from widgets.speech import told_detail


class DiagramTile(QWidget):
    """Asks what the device is, then shows its picture."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self._given = given
        self._says = sentence(_("Asking for the device …"), "small")
        self._says.setContentsMargins(12, 12, 12, 12)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 1)
        self._column.addWidget(self._says)
        context = given.context
        if not given.device:
            self._says.setText(_("No device was chosen yet."))
            return
        context.asking.ask(
            context.asked.plant.device(context.viewer, given.device),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def _take(self, heard: DeviceDetail) -> None:
        detail = told_detail(heard)
        self._given.title.setText(detail.view.config.name)
        self._given.subtitle.setText(detail.view.label)
        picture = self._given.diagram(detail)
        if picture is None:
            self._says.setText(_("There is no picture for this device."))
            return
        self._says.hide()
        self._column.addWidget(picture, 1)

    def _fail(self, error: PlantError) -> None:
        self._says.setText(str(error))


def _ask(context: PageContext, options: Options, parent: QWidget) -> Options | None:
    form = Form(_("Diagram"), parent)
    form.choice("device", _("Device"), device_choice(context), options.get("device"))
    return form.asked()


TILE = TileType(
    "diagram",
    lambda: _("Diagram"),
    lambda: _("The live picture of one device."),
    "plant",
    60,
    (4, 4),
    (3, 2),
    Capability.SEE_PLANT,
    DiagramTile,
    _ask,
    asks_first=True,
)
