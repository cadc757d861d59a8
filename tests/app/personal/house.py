"""A house of three flats with their meters, one resident of whom traces are everywhere."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.asked import Note, Preset
from app.compose.joining import Joined, join
from app.database import back_up
from app.history.store import EmbeddedHistory
from app.model.alarm import AlarmRule
from app.model.customer import Customer, Tenancy
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.project.config import PlantConfig
from app.project.opening import Administrator, create_project, open_project

LOGIN, OPERATOR, PASSWORD = "ole", "Ole Holm", "warm water runs uphill"
ZONE = ZoneInfo("Europe/Copenhagen")
FLATS = tuple(DeviceId(f"flat-{n}") for n in (1, 2, 3))
HIS, NEXT_DOOR = FLATS[1], FLATS[2]
NAME, MAIDEN = "Mads Østerlund-Riis", "Mads Kjærgaard"
PHONE, EMAIL, NUMBER = "+45 20 71 55 43", "mads.riis@example.dk", "KV-204177"
SEEDED = datetime(2026, 1, 10, tzinfo=UTC)
SINCE, UNTIL = datetime(2026, 2, 9, 23, tzinfo=UTC), datetime(2026, 4, 19, 22, tzinfo=UTC)
NOW = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
SPELLINGS = (
    NAME, MAIDEN, "Østerlund-Riis, Mads", "20 71 55 43", "20715543", EMAIL, NUMBER,
    NAME.upper(),
)  # fmt: skip


class Clock:
    """A clock of a day that somebody turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=20)
        return self.now


def make_house(folder: Path) -> None:
    """Make the project and record five months of its meters, an hour apart."""
    who = Administrator(LOGIN, OPERATOR, PASSWORD)
    create_project(folder, title="Ahornvej", zone=str(ZONE), administrator=who)
    plant = PlantConfig("Ahornvej", str(ZONE)).with_link(
        LinkConfig(LinkId("line"), "modbus-tcp", "Line", {"host": "127.0.0.1", "port": 1})
    )
    for nth, flat in enumerate(FLATS):
        plant = plant.with_device(
            DeviceConfig(
                flat, f"Flat {nth + 1}", "Ahornvej 14", LinkId("line"), nth + 1,
                "kamstrup.multical_x03", enabled=False,
            )
        )  # fmt: skip
    with closing(open_project(folder)) as project:
        project.configuration.change(OPERATOR, "", lambda _old: plant)
    with closing(EmbeddedHistory(folder / "history")) as store:
        _record(store)


def _record(store: EmbeddedHistory) -> None:
    for day in range(130):
        readings = []
        for hour in range(24):
            at = SEEDED + timedelta(days=day, hours=hour)
            turn = day * 24 + hour
            for nth, flat in enumerate(FLATS, 1):
                for key, value in (
                    ("energy_e1", 1000.0 * nth + turn * nth * 0.125),
                    ("volume_v1", 50.0 * nth + turn * nth * 0.5),
                    ("power", 3.0 + (turn % 24) / nth),
                ):
                    point = PointId(f"{flat}.{key}")
                    readings.append(Reading(point, value, Quality.GOOD, at))
        store.append(readings, "quarter")
    store.compact(SEEDED + timedelta(days=100), lambda: True)  # the rest stays in batches


@contextmanager
def running(folder: Path, clock: Clock) -> Iterator[Joined]:
    """Run the project in this process, as its administrator."""
    with join(folder, LOGIN, PASSWORD, clock=clock) as joined:
        yield joined


def seed(joined: Joined, folder: Path, clock: Clock) -> Customer:
    """Let him move in, and leave traces wherever people write; return him."""
    asked, viewer, ask = joined.asked, joined.viewer, joined.ask
    clock.now = SINCE + timedelta(days=1)
    meters = (Tenancy(HIS, SINCE, None),)
    him = Customer("", MAIDEN, NUMBER, EMAIL, PHONE, "Bøgevej 3", "moved in early", meters)
    him = ask(asked.customers.put_customer(viewer, him))
    views = {each.config.id: each for each in ask(asked.plant.devices(viewer))}
    flat = views[HIS].config
    named = replace(flat, name=f"Flat 2 ({NAME})")
    ask(asked.project.put_device(viewer, named, f"asked for by {NAME}"))
    ask(asked.project.put_rule(viewer, _rule()))
    ask(asked.project.keep_note(viewer, Note("", HIS, "the valve hums")))
    ask(asked.project.keep_note(viewer, Note("", NEXT_DOOR, f"{NAME} has the key")))
    ask(asked.project.keep_note(viewer, Note("", FLATS[0], "nothing to be seen")))
    _documents(joined)
    draft = json.dumps({"search": [NAME, "boiler"], "draft": json.dumps({"to": EMAIL})})
    ask(asked.desk.keep_preference(viewer, "search.recent", draft))
    group = Preset("", "device-group", f"Meters of {NAME}", LOGIN, shared=True, content="{}")
    ask(asked.desk.keep_preset(viewer, group))
    drawing = json.dumps({"label": f"To {NAME}"})
    ask(asked.versions.put_diagram(viewer, "house.json", drawing, 0))
    him = ask(asked.customers.put_customer(viewer, replace(him, name=NAME), "married"))
    clock.now = UNTIL + timedelta(days=1)
    him = ask(
        asked.customers.put_customer(
            viewer, replace(him, meters=(Tenancy(HIS, SINCE, UNTIL),)), "moved out"
        )
    )
    ask(asked.project.put_device(viewer, flat, "moved out"))
    clock.now = NOW
    back_up(folder / "config.sqlite", folder / "backups" / "20260501T000000Z-config.sqlite")
    back_up(folder / "audit.sqlite", folder / "backups" / "20260501T000000Z-audit.sqlite")
    with (folder / "logs" / "heatdesk.log").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"message": f"{NAME} rang ({PHONE})"}, ensure_ascii=False) + "\n")
        log.write(json.dumps({"message": f"mail to {EMAIL}"}) + "\n")
    (folder / "logs" / "crash-1.txt").write_text(f"ValueError: {NAME}\n", "utf-8")
    return him


def _rule() -> AlarmRule:
    point = PointId(f"{HIS}.power")
    return AlarmRule("hot", "high", HIS, point, f"Too much at {NAME}", 3, limit=90.0)


def _documents(joined: Joined) -> None:
    asked, viewer, ask = joined.asked, joined.viewer, joined.ask
    for flat, title, filename, content in (
        (HIS, "Handover of the flat", "handover.txt", b"keys: two"),
        (NEXT_DOOR, "A letter", "letter.txt", f"Dear {NAME},".encode()),
        (NEXT_DOOR, f"Contract {NUMBER}", "contract.txt", b"signed"),
        (NEXT_DOOR, "A scan", "scan.pdf", _pdf(f"({NAME}) Tj")),
        (NEXT_DOOR, "Manual", "manual.txt", b"how to turn the valve"),
    ):
        ask(asked.project.add_document(viewer, flat, title, filename, content))


def _pdf(drawn: str) -> bytes:
    packed = zlib.compress(drawn.encode("latin-1"))
    return b"%PDF-1.4\n1 0 obj\n<<>>\nstream\n" + packed + b"\nendstream\nendobj\n%%EOF\n"


def traces_in(folder: Path, spellings: tuple[str, ...] = SPELLINGS) -> list[str]:
    """Return where anything of him stands: in raw bytes, in any coding, packed or not."""
    wanted = {
        coded.lower()
        for text in spellings
        for coded in (
            text.encode(),
            text.encode("utf-16-le"),
            text.encode("latin-1"),
            json.dumps(text)[1:-1].encode(),
        )
    }
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        for name, content in _contents(path):
            lowered = content.lower()
            found += [
                f"{path.relative_to(folder)} {name}: {w!r}" for w in wanted if w in lowered
            ]
    return found


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:  # the plant runs on: a database's journal comes and goes
        raw = b""
    yield "", raw + path.name.encode()
    if not raw:
        return
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                yield name, packed.read(name)
    if raw.startswith(b"%PDF"):
        for piece in raw.split(b"stream\n")[1:]:
            try:
                yield "drawn", zlib.decompressobj().decompress(piece)
            except zlib.error:
                continue
