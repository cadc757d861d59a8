"""The whole way on the demo plant, as an engineer at a terminal sees it."""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import time
from io import StringIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from PyQt6.QtCore import QSize
from PyQt6.QtPdf import QPdfDocument

from app.compose.desktop import application
from app.model.device import Presence
from app.model.reading import DeviceId, Quality
from tests.journeys.product import (
    Demo,
    heatdesk,
    json_lines,
    json_of,
    wait_for,
)
from tests.journeys.quicksite import ANSWERS_S, Operator

ECL = "ahornvej-14"


@pytest.mark.feature("LM-27")
@pytest.mark.timeout(180)
def test_a_short_demo_ends_by_itself_with_everything_online(tmp_path: Path) -> None:
    arguments = (
        "demo",
        "--small",
        "--headless",
        "--no-meters",
        "--for",
        "15",
        "--dir",
        tmp_path / "demo",
    )
    done = heatdesk(tmp_path, *arguments)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["devices"] == figures["online"] == 16
    assert figures["polling_errors"] == 0
    assert figures["readings_stored"] > 16 * 20
    assert "devices online 16/16" in done.stdout
    assert not (tmp_path / "demo" / "lock").exists()


@pytest.mark.feature("LM-02")
def test_the_controller_says_which_application_it_runs(demo: Demo) -> None:
    devices = {
        d["device"]: d for d in json_of(heatdesk(demo.home, "devices", demo.folder, "--json"))
    }
    assert len(devices) == 16
    assert devices[ECL]["application"] == "ECL Comfort 310, A266.1"
    assert devices[ECL]["state"] == "on"
    assert devices[ECL]["online"] is True


def test_a_device_is_read_on_demand_with_unit_quality_and_time(demo: Demo) -> None:
    done = heatdesk(demo.home, "read", demo.folder, ECL, "s1", "s3", "s7", "--json")
    read = {line["point"]: line for line in json_lines(done)}
    assert set(read["s1"]) >= {"device", "point", "value", "unit", "quality", "measured_at"}
    assert (read["s3"]["unit"], read["s3"]["quality"]) == ("°C", "good")
    assert 15 < read["s3"]["value"] < 95
    assert (read["s7"]["value"], read["s7"]["quality"]) == (None, "bad")


@pytest.mark.feature("LM-68")
@pytest.mark.feature("BEYOND-6")
def test_a_setting_written_at_the_terminal_holds_in_the_controller(demo: Demo) -> None:
    def write(value: str) -> "subprocess.CompletedProcess[str]":
        return heatdesk(
            demo.home,
            "write",
            demo.folder,
            ECL,
            "c1_room_comfort",
            value,
            "--user",
            "administrator",
            "--yes",
            "--json",
        )

    before = json_lines(
        heatdesk(demo.home, "read", demo.folder, ECL, "c1_room_comfort", "--json")
    )
    old = before[0]["value"]
    result = json_of(write(str(old + 1)))
    assert (result["old"], result["read_back"]) == (old, old + 1)
    assert result["state"] == "confirmed"
    time.sleep(1.1)  # a setting is not written twice within a second
    again = json_of(write(str(old).replace(".", ",")))
    assert again["read_back"] == old


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("c1_room_comfort", "99", "is outside 5.0 … 40.0 °C"),
        ("c1_flow_max", "70.5", "is not in steps of 1"),
        ("c1_mode", "0", "may not be written"),
        ("s1", "20", "is read only"),
    ],
)
def test_a_wish_outside_the_rules_is_refused_with_code_2(
    demo: Demo, key: str, value: str, says: str
) -> None:
    done = heatdesk(demo.home, "write", demo.folder, ECL, key, value, "--yes", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["state"] == "refused"
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("read", "{demo}", "nowhere"), 2, "there is no device 'nowhere'"),
        (("read", "{demo}", ECL, "s99"), 2, "there is no point 's99'"),
        (
            ("write", "{demo}", ECL, "c1_room_comfort", "warm", "--yes"),
            2,
            "'warm' is no number",
        ),
        (("devices", "{home}"), 2, "no project"),
        (("devices",), 2, "Missing"),
        (("report", "monthly", "{demo}", "--out", "x.pdf"), 2, "say which report"),
        (("report", "commissioning", "{demo}", "--out", "x.doc"), 2, "must end with"),
        (("simulate", "toaster"), 2, "there is no simulator 'toaster'"),
        (("shot", "nothing", "{demo}", "--out", "x.png"), 2, "nothing"),
        (("shot", "devices", "{demo}", "--out", "x.png", "--size", "big"), 2, "no size"),
    ],
)
def test_bad_input_is_one_sentence_and_a_code(
    demo: Demo, arguments: tuple[str, ...], code: int, says: str
) -> None:
    filled = [a.format(demo=demo.folder, home=demo.home) for a in arguments]
    done = heatdesk(demo.home, *filled)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_password_and_a_wrong_name_are_code_3(demo: Demo, tmp_path: Path) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("not the password\n", encoding="utf-8")
    for user in ("administrator", "nobody"):
        done = heatdesk(
            demo.home, "devices", demo.folder, "--user", user, "--password-file", wrong
        )
        assert done.returncode == 3
        assert "login or the password is wrong" in done.stderr


def test_a_second_core_is_turned_away_with_the_owner_s_name(demo: Demo) -> None:
    done = heatdesk(demo.home, "run", demo.folder, "--for", "1")
    assert done.returncode == 4
    assert f"process {demo.process.pid}" in done.stderr


@pytest.mark.feature("LM-47")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("ending", [".pdf", ".xlsx", ".csv"])
def test_the_commissioning_report_is_printed_and_filed(
    demo: Demo, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"report{ending}"
    done = heatdesk(
        demo.home, "report", "commissioning", demo.folder, "--devices", ECL, "--out", out
    )
    assert done.returncode == 0, done.stderr
    if ending == ".pdf":
        text = "\n".join(page.extract_text() for page in PdfReader(out).pages)
        assert "Ahornvej 14" in text
        assert "11175" in text
        assert "Fjernvarmevej 2, Østerby" in text
        assert logo_is_drawn(out)
    if ending == ".csv":
        rows = list(csv.DictReader(StringIO(out.read_text(encoding="utf-8-sig"))))
        assert {row["Device name"] for row in rows} == {"Ahornvej 14"}
        assert len([row for row in rows if row["Kind"] == "Setting"]) == 148
        assert next(row for row in rows if row["ID"] == "11175")["Value"]
        ending = ".json"  # of which it was made; the list itself is not filed
    assert any((demo.folder / "documents" / ECL).glob(f"*{ending}"))


def logo_is_drawn(report: Path) -> bool:
    """Whether the box of the logo, 44 × 14 mm at the head, holds more than white paper."""
    application()
    paper = QPdfDocument(None)
    paper.load(str(report))
    page = paper.render(0, QSize(840, 1188))  # 4 px a mm
    paper.close()
    box = ((x, y) for x in range(22 * 4, 64 * 4) for y in range(12 * 4, 24 * 4))
    inked = sum(
        page.pixelColor(x, y).alpha() > 0 and page.pixelColor(x, y).value() < 160
        for x, y in box
    )
    return inked > 300


@pytest.mark.feature("LM-23")
@pytest.mark.feature("LM-39")
@pytest.mark.feature("BEYOND-3")
@pytest.mark.timeout(240)
def test_a_killed_device_fades_vanishes_and_returns_while_the_rest_goes_on(demo: Demo) -> None:
    lost, other = DeviceId("elmevej-8"), DeviceId("havnegade-2")
    with demo.joined() as joined:
        people = Operator(joined)
        wait_for(lambda: people.quality(lost, "s3") is Quality.GOOD, ANSWERS_S)
        heard = people.hear_of(lost)
        entry = demo.simulators()[lost]
        os.kill(entry["pid"], getattr(signal, "SIGKILL", signal.SIGTERM))
        killed = time.monotonic()

        wait_for(lambda: people.standing(lost).presence is Presence.LATE, 40)
        wait_for(lambda: people.standing(lost).presence is Presence.OFFLINE, 40)
        assert time.monotonic() - killed <= 40 + 2  # four cycles of 10 s
        assert people.standing(other).presence is Presence.ON
        wait_for(lambda: (Quality.OFFLINE, None) in heard.qualities("s3"), 5)
        faded = [pair for pair in heard.qualities("s3") if pair[0] is not Quality.GOOD]
        assert [quality for quality, _ in faded] == [Quality.STALE, Quality.OFFLINE]
        assert faded[0][1] is not None
        assert faded[1][1] is None
        child = demo.restart_simulator(lost)
        try:
            assert wait_for(lambda: people.standing(lost).presence is Presence.ON, 15) <= 15
            assert people.standing(other).presence is Presence.ON
        finally:
            child.stop()
    log = (demo.folder / "logs" / "heatdesk.log").read_text(encoding="utf-8")
    told = [json.loads(line)["message"] for line in log.splitlines() if "Elmevej 8" in line]
    assert [message.split(":")[0] for message in told[:2]] == [
        "Elmevej 8 lost",
        "Elmevej 8 is back",
    ]


@pytest.mark.feature("LM-68")
def test_everything_people_did_is_in_the_chain_and_one_changed_entry_breaks_it(
    demo: Demo, tmp_path: Path
) -> None:
    with demo.joined() as joined:
        entries = joined.ask(joined.asked.audit.entries(joined.viewer, 200))
        assert {e.result for e in entries if e.verb == "write"} >= {
            "sent",
            "confirmed",
            "refused",
        }
        assert joined.ask(joined.asked.audit.verify(joined.viewer)) == ""
    copy = tmp_path / "copy"
    _copy_project(demo.folder, copy)
    with sqlite3.connect(copy / "audit.sqlite") as connection:
        connection.execute(
            "UPDATE audit SET new = '99' WHERE seq = (SELECT max(seq) FROM audit) - 1"
        )
    done = heatdesk(demo.home, "check", copy)
    assert done.returncode == 2
    assert "audit" in done.stdout


def test_the_project_of_the_demo_is_sound(demo: Demo) -> None:
    done = heatdesk(demo.home, "check", demo.folder)
    assert done.returncode == 0, done.stdout


def _copy_project(source: Path, target: Path) -> None:
    """Copy a running project file by file, its databases through SQLite's own backup."""
    for file in source.rglob("*"):
        place = target / file.relative_to(source)
        if file.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif file.suffix == ".sqlite":
            place.parent.mkdir(parents=True, exist_ok=True)
            with sqlite3.connect(file) as old, sqlite3.connect(place) as new:
                old.backup(new)
        elif file.name != "lock" and not file.name.endswith(("-wal", "-shm")):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read_bytes())
