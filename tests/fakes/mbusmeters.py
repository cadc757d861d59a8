"""Three meters on an M-Bus, each with the points that its own telegram tells."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.asked import DeviceView
from app.model.device import Presence
from app.model.reading import DeviceId, PointId, Reading, split_point
from app.profiles.meters import load_meters
from app.verbs import Viewer
from drivers.mbus.decoder import Decoder
from drivers.mbus.points import MeterReport, readings_of, report_of
from tests.drivers.mbus.telegrams import long_head, wired
from tests.fakes import smallplant
from tests.fakes.asked import FakePlant, FakeServices
from tests.fakes.smallplant import NOON

HEAT, WATER, SILENT = DeviceId("birkevej-1"), DeviceId("birkevej-2"), DeviceId("birkevej-3")
_RECORDS = {  # with version and medium
    HEAT: (0x35, 0x04, "04064A010000 0414E8030000 042D37000000 02596419 04FF2208000000"),
    WATER: (0x1B, 0x16, "041387D61200 02FF200400"),
    SILENT: (0x35, 0x04, "040E2C010000"),
}
_NAMES = {HEAT: "Birkevej 1 heat", WATER: "Birkevej 2 water", SILENT: "Birkevej 3 heat"}


class MeterPlant(FakePlant):
    """Answers with the points and readings of the meters' telegrams."""

    def __init__(self) -> None:
        super().__init__([_view(device) for device in _RECORDS])
        self.asked_latest: list[int] = []
        for view in self.views:
            points = _report(view.config.id).points
            described = replace(smallplant.detail(view), points=tuple(p.spec for p in points))
            self.details[view.config.id] = described

    async def latest(self, viewer: Viewer, points: Collection[PointId]) -> Sequence[Reading]:
        self.asked_latest.append(len(points))
        devices = {split_point(point)[0] for point in points} - {SILENT}
        return [
            each
            for device in sorted(devices)
            for each in readings_of(_report(device).points, device, NOON)
            if each.point in points
        ]


def meters_on_a_bus() -> FakeServices:
    """Return a plant of three meters and one controller, as services."""
    services = FakeServices([], ())
    plant = MeterPlant()
    plant.views.append(smallplant.substations()[0])
    services.plant = plant
    return services


def _report(device: DeviceId) -> MeterReport:
    version, medium, records = _RECORDS[device]
    head = bytearray(long_head())
    head[7], head[8] = version, medium
    telegram = Decoder().decode(wired(bytes(head) + bytes.fromhex(records)))
    return report_of(telegram, load_meters().meters)


def _view(device: DeviceId) -> DeviceView:
    view = smallplant.substations()[0]
    model = _report(device).model
    config = replace(
        view.config,
        id=device,
        name=_NAMES[device],
        profile="generic.mbus",
        serial=f"1234567{device[-1]}",
        options={},
    )
    presence = Presence.OFFLINE if device == SILENT else Presence.ON
    standing = replace(view.standing, device=device, presence=presence, profile="generic.mbus")
    return replace(view, config=config, standing=standing, label=model.model if model else "")
