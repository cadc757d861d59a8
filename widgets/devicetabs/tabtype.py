"""How a tab of the device page introduces itself, and what it is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtWidgets import QWidget

from app.asked import DeviceDetail
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Reading, point_id
from app.verbs import Capability
from widgets.pagetype import Page, PageContext

MakeDiagram = Callable[[PageContext, DeviceDetail], QWidget | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """The device a tab is about; ``diagram`` makes its live picture, None without one."""

    context: PageContext
    detail: DeviceDetail
    diagram: MakeDiagram

    @property
    def device(self) -> DeviceId:
        """The device's id."""
        return self.detail.view.config.id

    def point(self, spec: PointSpec) -> PointId:
        """Return the name of one of its points."""
        return point_id(self.device, spec.key)

    def latest(self, spec: PointSpec) -> Reading | None:
        """Return what is on the screen of one of its points."""
        return self.context.feed.latest(self.point(spec))

    def live_points(self) -> Sequence[PointSpec]:
        """Return what is measured or told by itself; identity and the like at the end."""
        told = [spec for spec in self.detail.points if not spec.listed and spec.live]
        return sorted(told, key=lambda spec: not (spec.role or spec.group or spec.unit))

    def settings(self) -> Sequence[PointSpec]:
        """Return the rows of the settings table, in the profile's order."""
        weekly = {key for plan in self.detail.week_programs for key in plan.times()}
        return [
            spec
            for spec in self.detail.points
            if spec.listed or (spec.is_setting and spec.key not in weekly)
        ]


class Tab(Page):
    """A page inside the device page; ``renamed`` asks to read `badge` again."""

    def __init__(self, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(subject.context, parent)
        self.subject = subject

    def describe(self, subject: Subject) -> None:
        """Take what the core says of the device now; its points are the same as before."""
        self.subject = subject

    def badge(self) -> str:
        """Return a short word beside the tab's title: "3 staged"."""
        return ""


@dataclass(frozen=True, slots=True)
class TabType:
    """How a module of ``widgets.devicetabs`` introduces itself, in ``TAB``."""

    id: str
    title: Callable[[], str]
    order: int
    capability: Capability
    build: Callable[[Subject], Tab]
    count: Callable[[PageContext, DeviceId], int] | None = None  # told before it is opened
    # Whether a device has anything to show there; None: every device has.
    fits: Callable[[DeviceDetail], bool] | None = None
