"""Which devices there are and how they are doing, kept once for every page."""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from PyQt6.QtCore import QObject, pyqtSignal

from app.asked import Asked, DeviceDetail, DeviceView
from app.errors import PlantError
from app.model.device import DeviceConfig, DeviceStanding, Option, Presence
from app.model.functions import Functions, functions_of
from app.model.paths import KIND, PROFILE, meters_of_paths
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, split_point
from app.verbs import Viewer
from widgets.asking import Asking
from widgets.pointfeed import PointFeed
from widgets.speech import told_spec, told_view

_LIST_AGAIN_S = 60  # catches a device that left without anybody saying so
_NONE = Functions()
_T = TypeVar("_T")

# Devices of one profile with the same options have the same points.
_Kind = tuple[str, tuple[tuple[str, Option], ...]]


# Of these each device tells its points itself: two of them may have nothing alike.
_EACH_ITS_OWN = frozenset({"generic.mbus", "generic.wmbus", PROFILE})


def _kind(view: DeviceView) -> _Kind:
    profile = view.standing.profile or view.config.profile
    options: list[tuple[str, Option]] = sorted(view.config.options.items())
    if profile in _EACH_ITS_OWN:
        options.append(("", view.config.id))
    return profile, tuple(options)


class Directory(QObject):
    """The devices as the core listed them, with the newest standing of each (GUI thread).

    ``listed`` says that the devices themselves were told anew (or could not be:
    `failure` has the sentence), ``changed`` at most once a second that some device
    is doing otherwise than before, ``described`` that a point asked about with `spec`
    is known now.
    """

    listed = pyqtSignal()
    changed = pyqtSignal()
    described = pyqtSignal()

    def __init__(
        self,
        asked: Asked,
        viewer: Viewer,
        asking: Asking,
        feed: PointFeed,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asked, self._viewer, self._asking, self._feed = asked, viewer, asking, feed
        self._views: dict[DeviceId, DeviceView] = {}
        self._kinds: dict[DeviceId, _Kind] = {}
        self._configs: Sequence[DeviceConfig] = ()
        self._alike: Sequence[Sequence[DeviceView]] = ()
        self._paths: Collection[DeviceId] = ()  # of meters that are listed too
        self._standings: Sequence[DeviceStanding] | None = None  # None: to be looked up anew
        self._counts: Mapping[Presence, int] = {}
        self._specs: dict[_Kind, Mapping[str, PointSpec]] = {}
        self._roles: dict[_Kind, Mapping[str, PointSpec]] = {}
        self._functions: dict[_Kind, Functions] = {}
        self._remembered: dict[Hashable, Any] = {}
        self._under_way = False
        self._news = False
        self._age_s = 0
        self.is_listed = False
        self.failure = ""
        feed.devices_changed.connect(self._hear)
        feed.plant_changed.connect(self.refresh)
        feed.aged.connect(self._tick)

    @property
    def views(self) -> Sequence[DeviceView]:
        """Every device, in the core's order."""
        return tuple(self._views.values())

    def view(self, device: DeviceId) -> DeviceView | None:
        """Return a device as listed."""
        return self._views.get(device)

    def name(self, device: DeviceId) -> str:
        """Return what people call a device; its id while it is not listed."""
        view = self._views.get(device)
        return view.config.name if view is not None else device

    def area(self, device: DeviceId) -> str:
        """Return where a device stands."""
        view = self._views.get(device)
        return view.config.area if view is not None else ""

    def standing(self, device: DeviceId) -> DeviceStanding | None:
        """Return the newest standing of a device."""
        heard = self._feed.standing(device)
        if heard is not None:
            return heard
        view = self._views.get(device)
        return view.standing if view is not None else None

    def spec(self, point: PointId) -> PointSpec | None:
        """Return what is known of a point; None while the core is asked about its device."""
        device, key = split_point(point)
        kind = self._known(device)
        return self._specs[kind].get(key) if kind is not None else None

    def roles(self, device: DeviceId) -> Mapping[str, PointSpec]:
        """Return a device's points by what they are for; none while the core is asked."""
        kind = self._known(device)
        return self._roles.get(kind, {}) if kind is not None else {}

    def functions(self, device: DeviceId) -> Functions:
        """Return what a device does; nothing while the core is asked."""
        kind = self._known(device)
        return self._functions.get(kind, _NONE) if kind is not None else _NONE

    def alike(
        self, *, paths: bool = True
    ) -> Iterator[tuple[Mapping[str, PointSpec], Sequence[DeviceView]]]:
        """Yield the devices that have the same points together, with `roles` of them all.

        Looking through a whole plant by this costs a fraction of asking device by device.
        Sums go without ``paths``: what one tells its meter tells too, and counts once.
        """
        left_out = () if paths else self._paths
        for views in self._alike:
            wanted = views
            if left_out:  # else thousands of devices would be counted off at each look
                wanted = [each for each in views if each.config.id not in left_out]
            if wanted:
                yield self.roles(wanted[0].config.id), wanted

    def remembered(self, what: Hashable, work: Callable[[], _T]) -> _T:
        """Return what ``work`` made of the devices and their points, until these change."""
        if what not in self._remembered:
            self._remembered[what] = work()
        found: _T = self._remembered[what]
        return found

    def _known(self, device: DeviceId) -> _Kind | None:
        """Return the kind of a listed device, asking once what points it has."""
        kind = self._kinds.get(device)
        if kind is not None and kind not in self._specs:
            self._specs[kind] = {}
            self._asking.ask(
                self._asked.plant.device(self._viewer, device),
                owner=self,
                done=lambda detail: self._describe(kind, detail),
                failed=lambda _: None,
            )
        return kind

    def counts(self) -> Mapping[Presence, int]:
        """Return how many devices are doing how."""
        self.standings()
        return self._counts

    def standings(self) -> Sequence[DeviceStanding]:
        """Return the newest standing of every device, in the order of `views`."""
        if self._standings is None:
            heard = self._feed.standings
            self._standings = [
                heard.get(device) or view.standing for device, view in self._views.items()
            ]
            # Looked through once for each presence that there is: a fifth of counting by key.
            presences = [each.presence for each in self._standings]
            found = {each: presences.count(each) for each in Presence}
            self._counts = {each: count for each, count in found.items() if count}
        return self._standings

    def refresh(self) -> None:
        """Ask the core for the devices again."""
        if self._under_way:
            return
        self._under_way = True
        self._asking.ask(
            self._asked.plant.devices(self._viewer),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def _describe(self, kind: _Kind, detail: DeviceDetail) -> None:
        self._functions[kind] = functions_of(detail.points)
        specs = [told_spec(spec) for spec in detail.points]
        self._specs[kind] = {spec.key: spec for spec in specs}
        # The first of a role is the one meant: profiles list circuit 1 before circuit 2.
        self._roles[kind] = {spec.role: spec for spec in reversed(specs) if spec.role}
        self._remembered.clear()
        self.described.emit()

    def _take(self, views: Sequence[DeviceView]) -> None:
        self._under_way, self._age_s = False, 0
        self._views = {each.config.id: told_view(each) for each in views}
        before, self._kinds = self._kinds, {each.config.id: _kind(each) for each in views}
        for kind in [each for each, specs in self._specs.items() if not specs]:
            if kind[0] in _EACH_ITS_OWN:  # it may have told its points by now: ask again
                del self._specs[kind]
                self._remembered.clear()
        configs = [each.config for each in views]
        if self._kinds != before or self._configs != configs:
            self._remembered.clear()
        self._configs = configs
        alike: dict[_Kind, list[DeviceView]] = {}
        for view in self._views.values():
            alike.setdefault(self._kinds[view.config.id], []).append(view)
        self._alike = tuple(alike.values())
        meters = (each.config for each in self._views.values() if each.link.kind == KIND)
        self._paths = meters_of_paths(meters)
        self._standings = None
        self.is_listed, self.failure = True, ""
        self.listed.emit()
        self.changed.emit()

    def _fail(self, error: PlantError) -> None:
        self._under_way = False
        self.failure = str(error)
        self.listed.emit()

    def _hear(self) -> None:
        self._news, self._standings = True, None

    def _tick(self) -> None:
        self._age_s += 1
        if self._news:
            self._news = False
            if not self._feed.heard_of() <= self._views.keys():
                self.refresh()
            self.changed.emit()
        if self._age_s >= _LIST_AGAIN_S:
            self._age_s = 0
            self.refresh()
