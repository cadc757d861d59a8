"""Every command as a script uses it: exit codes, one sentence, JSON that stays the same."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import typer
from typer.core import TyperGroup

from app.cli.main import build
from app.compose.demoplant import DEMO_FILE
from app.model.reading import DeviceId
from tests.journeys.product import (
    PASSWORD,
    PROGRAM,
    Demo,
    environment,
    heatdesk,
    json_lines,
    json_of,
    wait_for,
)
from tests.journeys.quicksite import QUICK_PROFILE, quick_substations
from tests.journeys.smallsite import LOGIN, Simulated, Site, at_home, create_site
from tests.machine import posix_rights, posix_signals

ECL = "ahornvej-14"
COMMANDS = [
    "analysis",
    "audit",
    "backup",
    "bench",
    "check",
    "customers",
    "database",
    "decode",
    "demo",
]
COMMANDS += ["devices", "discover", "hardening", "history", "import", "keys", "new", "open"]
COMMANDS += [
    "overrides",
    "pack",
    "paths",
    "read",
    "receivers",
    "recover",
    "report",
    "requests",
    "restore",
]
COMMANDS += ["run", "salvage", "shot", "simulate", "statements", "totals"]
COMMANDS += ["validate", "verify", "write"]
PROMISED = {  # options that scripts rely on
    "demo": "--dir --small --large --meters --no-meters --headless --for",
    "new": "--title --utility --address --logo --zone --user --name --password-file --server",
    "database": "--database-password-file --json --user --password-file",
    "history export": "--out --devices --points --since --until --flags --json "
    "--user --password-file",
    "history import": "--dry-run --skip-bad --json --user --password-file",
    "history schedule": "--folder --hour --window --devices --points --flags --off "
    "--note --json",
    "history stats": "--json --user --password-file",
    "history distribute": "--json --user --password-file",
    "totals": "--since --until --step --plan --note --json --user --password-file",
    "statements": "--say --at --photo --take-back --reason --json --user --password-file",
    "check": "--json",
    "analysis": "--since --until --step --outdoor --room --limit --area --out --json --user",
    "validate": "--since --until --rule --out --json --user --password-file",
    "audit": "--json --archive --before --user --password-file",
    "overrides": "--take-back --json --user --password-file",
    "paths": "--add --remove --first --note --json --user --password-file",
    "pack": "--passphrase-file --user --password-file",
    "import": "--diff --choose --conflicts --json --passphrase-file --user --password-file",
    "requests": "--confirm --decline --take-back --json --user --password-file",
    "hardening": "--json --pdf --language --user --password-file",
    "customers": "--add --export --erase --confirm --asked-by --case --out --json",
    "recover": "--user --name --password-file",
    "run": "--for --user --password-file",
    "decode": "--key --keys --json --vocabulary",
    "devices": "--json --user --password-file",
    "discover": "--primary --within --baud --network-s --units --register --inputs --json",
    "read": "--json --user --password-file",
    "write": "--yes --json --user --password-file",
    "report": "--out --devices --group --period --changed --language --list",
    "shot": "--out --size --theme --language --device --list",
    "bench": "--json --list",
    "simulate": "--list",
    "backup": "--out --encrypt --passphrase-file --user --password-file",
    "restore": "--passphrase-file",
    "verify": "--passphrase-file --json",
    "salvage": "--again --json --user --password-file",
    "keys": "--import --list --try --user --password-file",
    "receivers": "--meter --strangers --user --password-file",
}
README = Path(__file__).parents[2] / "README.md"
READ_KEYS = {"device", "point", "value", "unit", "quality", "measured_at"}
WRITE_KEYS = {"old", "new", "read_back", "state", "reason"}
pytestmark = pytest.mark.timeout(180)


def one_sentence(done: "subprocess.CompletedProcess[str]", code: int, *says: str) -> None:
    """Assert how a command that failed must look."""
    assert done.returncode == code, done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("heatdesk: ")
    for word in says:
        assert word in done.stderr


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A project nobody runs, of one controller that does not answer."""
    home = tmp_path_factory.mktemp("lonely")
    (device,) = quick_substations(1)
    with at_home(home), socket.socket() as never_listening:
        never_listening.bind(("127.0.0.1", 0))
        site = Site(home)
        silent = Simulated("ecl310")
        silent.port = never_listening.getsockname()[1]
        site.simulators[device.config.id] = silent
        create_site(site, [device], QUICK_PROFILE)
        (home / "word").write_text(PASSWORD + "\n", encoding="utf-8")
        yield site


def lonely_command(site: Site, *arguments: object) -> "subprocess.CompletedProcess[str]":
    options = ("--user", LOGIN, "--password-file", site.home / "word")
    return heatdesk(site.home, *arguments, *options)


# --- help and lists


def test_every_command_explains_itself(tmp_path: Path) -> None:
    named = sorted({*COMMANDS, *PROMISED})
    wishes = [("--help",), *((*command.split(), "--help") for command in named)]
    with ThreadPoolExecutor(4) as together:
        answers = list(together.map(lambda wish: heatdesk(tmp_path, *wish), wishes))
    assert {answer.returncode for answer in answers} == {0}
    assert all(command in answers[0].stdout for command in COMMANDS)
    for command, answer in zip(named, answers[1:], strict=True):
        assert f"heatdesk {command}" in answer.stdout
        assert not answer.stderr
        for option in PROMISED.get(command, "").split():
            assert f" {option} " in answer.stdout, f"{command} {option}"


def test_the_readme_names_every_command_and_no_other() -> None:
    table = README.read_text(encoding="utf-8").partition("## The command line")[2]
    named = set(re.findall(r"`heatdesk ([a-z]+)", table.partition("## Where")[0]))
    program = typer.main.get_command(build())
    assert isinstance(program, TyperGroup)
    assert named == set(COMMANDS) == set(program.commands)


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("simulate", {"ecl310", "modbus-meter", "modbus-load"}),
        ("report", {"commissioning"}),
        ("shot", {"devices", "device"}),
        ("bench", {"modbus-driver"}),
    ],
)
def test_what_there_is_is_printed_by_name(
    tmp_path: Path, command: str, names: set[str]
) -> None:
    done = heatdesk(tmp_path, command, "--list")
    assert done.returncode == 0, done.stderr
    assert {line.split()[0] for line in done.stdout.splitlines()} >= names


def test_a_simulator_explains_its_own_options(tmp_path: Path) -> None:
    done = heatdesk(tmp_path, "simulate", "ecl310", "--help")
    assert done.returncode == 0
    assert "--weather-seed" in done.stdout
    assert "set NAME VALUE" in done.stdout
    bad = heatdesk(tmp_path, "simulate", "ecl310", "--sped", "3")
    assert bad.returncode == 2
    assert bad.stderr == "ecl310: unrecognized arguments: --sped 3; --help lists the options\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("demo", "--for", "soon"), "Invalid value for '--for'"),
        (("demo", "--for", "0"), "'--for'"),
        (("demo", "--small", "--large"), "choose either --small or --large"),
        (("paint",), "No such command 'paint'"),
        (("--paint",), "No such option: --paint"),
        (("bench", "nothing"), "there is no benchmark 'nothing'"),
        (("simulate", "nothing"), "there is no simulator 'nothing'"),
        (("simulate",), "say which device to simulate"),
        (("run", "nowhere"), "nowhere is no Heatdesk project"),
        (("report",), "say which report"),
        (("shot",), "say which page"),
        (
            ("shot", "devices", "x", "--out", "x.png", "--size", "99999x99999"),
            "99999x99999: a picture of the window is 960x600 to 7680x7680 px large",
        ),
    ],
)
def test_a_slip_of_the_hand_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    one_sentence(heatdesk(tmp_path, *arguments), 2, says)


# --- reading and writing


def test_the_json_of_a_list_and_of_a_reading_has_the_promised_keys(demo: Demo) -> None:
    listed = json_of(heatdesk(demo.home, "devices", demo.folder, "--json"))
    assert set(listed[0]) >= {"device", "name", "state", "online", "profile", "last_error"}
    everything = json_lines(heatdesk(demo.home, "read", demo.folder, ECL, "--json"))
    assert len(everything) > 150
    for line in everything:
        assert READ_KEYS <= set(line) <= READ_KEYS | {"reason", "word"}
        assert line["device"] == ECL
        assert (line["value"] is None) is (line["quality"] in ("bad", "offline"))
        assert line["measured_at"].endswith("+00:00")


def test_lines_for_people_hold_the_same(demo: Demo) -> None:
    done = heatdesk(demo.home, "read", demo.folder, ECL, "s3", "c1_mode")
    assert done.returncode == 0
    flow, _mode = done.stdout.splitlines()
    assert flow.split()[0] == "s3"
    assert "°C" in flow
    assert "good" in flow
    listed = heatdesk(demo.home, "devices", demo.folder)
    assert len(listed.stdout.splitlines()) == 16


@pytest.mark.feature("LM-68")
@pytest.mark.parametrize(
    ("key", "typed", "read_back"),
    [
        ("c1_ret_integration", "OFF", 0.0),
        ("c1_heat_curve_slope", "1,3", 1.3),
        ("c1_mode", "Comfort", 2.0),
        ("c1_ret_max_influence", "-5.5", -5.5),
    ],
)
def test_a_value_may_be_typed_as_it_is_said(
    demo: Demo, key: str, typed: str, read_back: float
) -> None:
    device = DeviceId("torvet-6")
    result = json_of(
        heatdesk(demo.home, "write", demo.folder, device, key, typed, "--yes", "--json")
    )
    assert WRITE_KEYS <= set(result) <= WRITE_KEYS | {"device", "point", "unit"}
    assert (result["state"], result["reason"]) == ("confirmed", "")
    assert result["old"] != result["new"]
    assert result["read_back"] == result["new"] == read_back
    with demo.joined() as joined:
        read = joined.asked.plant.read_now(joined.viewer, device, [key])
        assert [reading.value for reading in joined.ask(read)] == [read_back]


@pytest.mark.feature("BEYOND-6")
@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2), ("", 2)])
def test_without_yes_a_write_asks_first(demo: Demo, answer: str, code: int) -> None:
    arguments = ["write", str(demo.folder), "torvet-9", "c1_room_comfort", "21.5", "--json"]
    done = subprocess.run(
        [*PROGRAM, *arguments],
        input=answer,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(demo.home),
        cwd=demo.home,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Torvet 9 (town hall)" in done.stderr
    assert "21.5 °C?" in done.stderr
    if code:
        assert "not confirmed, nothing was sent" in done.stderr
        assert not done.stdout
    else:
        assert json.loads(done.stdout)["state"] == "confirmed"


# --- devices that do not answer


def test_a_device_that_does_not_answer_is_code_4(lonely: Site) -> None:
    read = lonely_command(lonely, "read", lonely.folder, ECL, "s3")
    one_sentence(read, 4, "the connection was refused")
    wish = ("write", lonely.folder, ECL, "c1_room_comfort", "21", "--yes", "--json")
    write = lonely_command(lonely, *wish)
    one_sentence(write, 4, "the connection was refused", "nothing was sent")
    assert json.loads(write.stdout)["state"] == "refused"
    listed = json_of(lonely_command(lonely, "devices", lonely.folder, "--json"))
    assert [(d["device"], d["online"]) for d in listed] == [(ECL, False)]
    assert listed[0]["failures"] >= 1


# --- who acts


def test_a_password_comes_from_a_file_or_a_named_one(lonely: Site, tmp_path: Path) -> None:
    word = lonely.home / "word"
    listing = [*PROGRAM, "devices", str(lonely.folder), "--json"]

    def run(variable: str | None, *options: str) -> "subprocess.CompletedProcess[str]":
        known = environment(lonely.home)
        if variable is not None:
            known["HEATDESK_PASSWORD_FILE"] = variable
        return subprocess.run(
            [*listing, *options],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=known,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )

    assert run(str(word)).returncode == 0
    assert run("/nowhere", "--password-file", str(word), "--user", LOGIN).returncode == 0
    one_sentence(
        run(None), 2, "no password: give --password-file or set HEATDESK_PASSWORD_FILE"
    )
    one_sentence(run(str(tmp_path / "missing")), 2, "missing")
    (tmp_path / "empty").write_text("", encoding="utf-8")
    one_sentence(run(str(tmp_path / "empty")), 2, "it is empty")
    (tmp_path / "wrong").write_text("wrong horse battery", encoding="utf-8")
    one_sentence(run(str(tmp_path / "wrong")), 3, "login or the password is wrong")


@posix_rights
def test_a_demo_s_password_that_others_may_read_is_not_used(demo: Demo) -> None:
    file = demo.folder / DEMO_FILE
    file.chmod(0o644)
    try:
        one_sentence(heatdesk(demo.home, "devices", demo.folder), 3, "others may read it")
    finally:
        file.chmod(0o600)


# --- projects


def test_a_new_project_is_sound_empty_and_runs(tmp_path: Path) -> None:
    word = tmp_path / "word"
    word.write_text(PASSWORD, encoding="utf-8")
    folder = tmp_path / "Nørre Å"
    done = heatdesk(tmp_path, "new", folder, "--password-file", word, "--title", "Nørre Å")
    assert done.returncode == 0, done.stderr
    assert "admin" in done.stdout
    checked = heatdesk(tmp_path, "check", folder)
    assert (checked.returncode, checked.stdout) == (0, "the project is sound\n")
    assert json_lines(heatdesk(tmp_path, "check", folder, "--json")) == [{"sound": True}]
    listing = heatdesk(tmp_path, "devices", folder, "--json", "--password-file", word)
    assert json_of(listing) == []
    ran = heatdesk(tmp_path, "run", folder, "--for", "1", "--password-file", word)
    assert ran.returncode == 0, ran.stderr
    assert not (folder / "lock").exists()
    for name in ("history", "documents", "backups"):
        (folder / name).rename(tmp_path / name)
        (folder / name).write_text("a file", encoding="utf-8")
    unsound = heatdesk(tmp_path, "check", folder)
    assert unsound.returncode == 2
    assert unsound.stdout.count("it is a file, where a folder must be") == 3
    assert "the project is sound" not in unsound.stdout
    for name in ("history", "documents", "backups"):
        (folder / name).unlink()
        (tmp_path / name).rename(folder / name)
    again = heatdesk(tmp_path, "new", folder, "--password-file", word)
    one_sentence(again, 2, "is a Heatdesk project already")
    (folder / "config.sqlite").write_bytes(b"no database")
    broken = heatdesk(tmp_path, "check", folder, "--json")
    assert broken.returncode == 2
    *errors, verdict = [json.loads(line) for line in broken.stdout.splitlines()]
    assert verdict == {"sound": False}
    assert {"severity", "place", "sentence", "advice"} == set(errors[0])
    assert any("config.sqlite" in error["place"] for error in errors)
    one_sentence(
        heatdesk(tmp_path, "run", folder, "--password-file", word, "--user", "admin"),
        2,
        "config.sqlite",
    )


@pytest.mark.parametrize(
    ("password", "options", "says"),
    [
        ("short", (), "12 characters"),
        (PASSWORD, ("--zone", "Mars/Olympus"), "is no time zone"),
        (PASSWORD, ("--user", "two words"), "login"),
        (None, (), "no password"),
    ],
)
def test_a_project_that_will_not_do_is_not_made(
    tmp_path: Path, password: str | None, options: tuple[str, ...], says: str
) -> None:
    word, folder = tmp_path / "word", tmp_path / "site"
    if password is not None:
        word.write_text(password, encoding="utf-8")
        options += ("--password-file", str(word))
    one_sentence(heatdesk(tmp_path, "new", folder, *options), 2, says)
    assert not folder.exists()


def test_nothing_of_anybody_else_is_made_a_project(tmp_path: Path) -> None:
    (tmp_path / "word").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").write_bytes(b"")
    done = heatdesk(tmp_path, "new", tmp_path / "photos", "--password-file", tmp_path / "word")
    one_sentence(done, 2, "is not empty")
    assert [file.name for file in (tmp_path / "photos").iterdir()] == ["1.jpg"]


# --- ends


@posix_signals
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_ends_cleanly_when_it_is_told_to(lonely: Site, number: int) -> None:
    options = ["--user", LOGIN, "--password-file", str(lonely.home / "word")]
    core = subprocess.Popen(
        [*PROGRAM, "run", str(lonely.folder), *options],
        env=environment(lonely.home),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for((lonely.folder / "lock").exists, 40)
    os.kill(core.pid, number)
    _, complaints = core.communicate(timeout=30)
    assert (core.returncode, complaints) == (0, "")
    assert not (lonely.folder / "lock").exists()


@posix_signals
def test_a_demo_told_to_end_while_it_starts_leaves_nothing_running(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [
            *PROGRAM,
            "demo",
            "--small",
            "--headless",
            "--no-meters",
            "--dir",
            str(tmp_path / "demo"),
        ],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    started = psutil.Process(demo.pid)
    wait_for(lambda: len(started.children()) >= 4, 60, 0.02)
    children = started.children()
    demo.terminate()
    _, complaints = demo.communicate(timeout=60)
    assert (demo.returncode, complaints) == (0, "")
    assert not any(child.is_running() for child in children)
    assert not (tmp_path / "demo" / "lock").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is an error of another kind")
@pytest.mark.parametrize(
    "arguments", [("read", "{demo}", ECL, "--json"), ("simulate", "--list"), ("--help",)]
)
def test_a_reader_that_has_gone_is_no_trouble(demo: Demo, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # as `| head -0` does
    done = subprocess.run(
        [*PROGRAM, *(argument.format(demo=demo.folder) for argument in arguments)],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(demo.home),
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


BROKEN_COMMAND = '''"""``heatdesk explode``: a command with a bug."""
from app.cli.command import Command

def run() -> None:
    """Fail as nobody expected."""
    secret = "correct horse battery"
    raise ZeroDivisionError(len(secret))

COMMAND = Command("explode", run, 999)
'''
PLUG_IN = '''"""Adds a folder of commands to the product."""
import app.cli
app.cli.__path__.append({folder!r})
'''


def test_a_fault_of_ours_is_code_1_one_sentence_and_a_report(tmp_path: Path) -> None:
    commands, start = tmp_path / "commands", tmp_path / "start"
    commands.mkdir()
    start.mkdir()
    (commands / "explode.py").write_text(BROKEN_COMMAND, encoding="utf-8")
    plug_in = PLUG_IN.format(folder=str(commands))
    (start / "sitecustomize.py").write_text(plug_in, encoding="utf-8")
    known = environment(tmp_path)
    known["PYTHONPATH"] = os.pathsep.join([str(start), known["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "app", "explode"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=known,
        timeout=60,
        check=False,
    )
    one_sentence(done, 1, "a fault of Heatdesk itself (ZeroDivisionError)")
    report = Path(done.stderr.strip().rpartition(" ")[2])
    assert report.is_relative_to(tmp_path / "data")
    text = report.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "explode.py" in text
    assert "correct horse" not in text.replace('secret = "correct horse battery"', "")


@pytest.mark.parametrize("language", ["xx", "C.UTF-8", "da_DK.UTF-8"])
def test_any_language_of_the_machine_will_do(tmp_path: Path, language: str) -> None:
    known = environment(tmp_path) | {"LANG": language}
    done = subprocess.run(
        [*PROGRAM, "--help"], capture_output=True, text=True, env=known, timeout=60, check=False
    )
    assert done.returncode == 0
    assert "simulate" in done.stdout


# --- paper


@pytest.mark.feature("LM-47")
def test_two_devices_make_two_reports_and_a_bad_place_makes_none(
    demo: Demo, tmp_path: Path
) -> None:
    devices, out = ("torvet-6", "torvet-9"), tmp_path / "report.xlsx"
    wish = ("report", "commissioning", demo.folder, "--devices", ",".join(devices))
    done = heatdesk(demo.home, *wish, "--out", out)
    assert done.returncode == 0, done.stderr
    written = [tmp_path / f"report-{device}.xlsx" for device in devices]
    assert done.stdout.splitlines() == [str(file) for file in written]
    assert all(file.stat().st_size > 5000 for file in written)
    nowhere = heatdesk(demo.home, *wish, "--out", tmp_path / "no" / "report.pdf")
    one_sentence(nowhere, 2, "there is no such folder")


@pytest.mark.feature("LM-47")
def test_an_area_s_reports_are_made_together_as_lists(demo: Demo, tmp_path: Path) -> None:
    wish = ("report", "commissioning", demo.folder, "--out", tmp_path / "r.csv")
    done = heatdesk(demo.home, *wish, "--group", "Havnen", "--language", "da")
    assert done.returncode == 0, done.stderr
    havnen = ["havnegade-2", "havnegade-41", "kajen-5", "main-heat-havnen", "pumps-electricity"]
    assert done.stdout.splitlines() == [str(tmp_path / f"r-{device}.csv") for device in havnen]
    heads = (tmp_path / "r-kajen-5.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert heads.startswith("Rapport nr.;")
    one_sentence(heatdesk(demo.home, *wish, "--group", "Nowhere"), 2, "Havnen, Midtbyen, Skov")
    both = heatdesk(demo.home, *wish, "--group", "Havnen", "--devices", "kajen-5")
    one_sentence(both, 2, "either --devices or --group")
    period = heatdesk(demo.home, *wish, "--period", "2026-11")
    one_sentence(period, 2, "tells of a moment, not a period")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--add", ""), "name"),
        (("--add", "X", "--meter", "nope"), "--since"),
        (("--add", "X", "--meter", "nope", "--since", "soon"), "--since: 'soon' is no day"),
        (("--add", "X", "--since", "2026-01-01"), "--meter"),
    ],
)
def test_a_resident_who_is_described_wrongly_is_not_added(
    lonely: Site, options: tuple[str, ...], says: str
) -> None:
    one_sentence(lonely_command(lonely, "customers", lonely.folder, *options), 2, says)
