"""The keys of meters, as a page asks for them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.compose.trying import require_line
from app.errors import BadInput, missing
from app.model.collector import CollectorFigures
from app.model.device import LinkConfig, LinkId
from app.model.meterkey import KeysTaken, KeyTested, KeyTried, MeterKey, TelegramTried
from app.model.reading import DeviceId
from app.model.reception import (
    AtReceiver,
    MeterReception,
    RadioLine,
    Receiver,
    ReceiverFigures,
    ReceiverTried,
    Stranger,
    TriedLine,
)
from app.verbs import Viewer

HEARD, OLDER = "1044 2D2C 36204871 1B04 78 0413 01000000".replace(" ", ""), "00"
TAKEN_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ROOF = Receiver("roof", "tcp", "10.0.0.7:4000", has_secret=False)
YARD = Receiver("yard", "mqtt", "eng@10.0.0.8:8883/meters/%23?tls", has_secret=True)
STREET = LinkConfig(
    LinkId("street"),
    "wmbus",
    "Street",
    {
        "receivers": "roof=tcp:10.0.0.7:4000 yard=mqtt:eng@10.0.0.8:8883/meters/%23?tls",
        "expected": "Mon-Fri 06:00-22:00 Europe/Copenhagen",
        "silent_min": 30.0,
    },
)


class FakeRadio:
    """Remembers for whom there is a key, never one."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.tried: list[tuple[str, str, str]] = []
        self.checked: list[LinkConfig] = []
        self.refused: dict[str, tuple[str, str]] = {}  # by option: value, sentence
        self.layouts: list[tuple[str, str, bytes]] = []
        self.radio_lines = [RadioLine(STREET, (ROOF, YARD))]
        self.collectors: dict[str, CollectorFigures] = {}
        self.known = {"71482036": MeterKey("71482036", TAKEN_AT, "order-4711.kem")}

    async def receivers(self, viewer: Viewer) -> Sequence[ReceiverFigures]:
        strangers = (Stranger("12345678", "ELS", 4, -77.0, TAKEN_AT),)
        link = LinkId("street")
        return [
            ReceiverFigures(
                link,
                "roof",
                "",
                140,
                120,
                16,
                4,
                1,
                TAKEN_AT,
                strangers,
                stands=True,
                again=24,
                best_dbm=-65.0,
                reopened=2,
                per_minute=3.75,
                missed_share=0.04,
                collector=self.collectors.get("roof"),
            ),
            ReceiverFigures(link, "yard", "no route", 0, 0, 0, 0, 0, None, ()),
        ]

    async def lines(self, viewer: Viewer) -> Sequence[RadioLine]:
        return list(self.radio_lines)

    async def check_line(self, viewer: Viewer, link: LinkConfig) -> None:
        self.checked.append(link)
        for option, (value, fault) in self.refused.items():
            if link.options.get(option) == value:
                raise BadInput(fault)
        require_line(link)

    async def try_receiver(
        self, viewer: Viewer, receiver: str, link: LinkId, secret: str = ""
    ) -> ReceiverTried:
        self.tried.append((receiver, link, secret))
        lines = (
            TriedLine("KAM 71482036, Heat, -71 dBm, Cellar", good=True),
            TriedLine("no telegram: hello", good=False),
        )
        return ReceiverTried(stood=True, says="connected; 2 lines came", lines=lines)

    async def try_layout(
        self, viewer: Viewer, layout: str, name: str, content: bytes
    ) -> ReceiverTried:
        if "separator" not in layout:
            raise BadInput("layout: meter: expected is the head of a column")
        lines = (
            TriedLine("12345678, 2026-02-01 12:00 UTC, Energy 12.5 kWh", good=True),
            TriedLine("line 3, column 2: yesterday is no time", good=False),
        )
        self.layouts.append((layout, name, content))
        return ReceiverTried(
            stood=True, says="2 rows looked at, 1 of them is wrong", lines=lines
        )

    async def reception(self, viewer: Viewer) -> Sequence[MeterReception]:
        at = (AtReceiver("roof", 120, -71.0, -65.0, TAKEN_AT),)
        own, other = DeviceId("m-1"), DeviceId("m-2")
        none: dict[str, int] = {}
        return [
            MeterReception(
                own, "71482036", 96, 24, 0.04, 16.0, -71.0, TAKEN_AT, "", {"crc": 2}, at
            ),
            MeterReception(other, "71482037", 0, 0, None, None, None, None, "", none, ()),
        ]

    async def keys(self, viewer: Viewer) -> Sequence[MeterKey]:
        return list(self.known.values())

    async def import_keys(
        self, viewer: Viewer, name: str, content: bytes, password: str = ""
    ) -> KeysTaken:
        self.known["71482037"] = MeterKey("71482037", TAKEN_AT, name)
        return KeysTaken(1, 0, 0)

    async def remove_keys(self, viewer: Viewer, meters: Sequence[str]) -> int:
        return sum(self.known.pop(each, None) is not None for each in meters)

    async def keep_secret(self, viewer: Viewer, receiver: str, secret: str) -> None:
        if receiver.rpartition("/")[2] not in ("roof", "yard"):
            raise missing("receiver", receiver)
        self.secrets[receiver] = secret

    async def try_key(self, viewer: Viewer, telegram: str, key: str = "") -> KeyTried:
        return KeyTried("71482036", "KAM", True, "the key opens the telegram")

    async def test_keys(self, viewer: Viewer, meter: str) -> KeyTested:
        if meter not in self.known:
            return KeyTested(meter, 0, ())
        heard = TelegramTried(HEARD, True, "the key opens the telegram")
        older = TelegramTried(OLDER, False, "the telegram is not sealed")
        return KeyTested(meter, 1, (heard, older))
