"""Without a display the demo still leaves pictures, reports and a summary to look at."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.scripts import lay_out, load_script

headless_demo = load_script("headless_demo")

# Says and leaves what the command line promises, without a plant.
HEATDESK = '''"""A command line that only says what the real one would."""
import json, pathlib, sys

command, *rest = sys.argv[1:]
if rest == ["--list"]:
    print("devices  every device with its state\\ndevice   one device")
elif command == "demo":
    project = pathlib.Path(rest[rest.index("--dir") + 1])
    project.mkdir()
    print("2/16 online, 0 readings stored, 0 alarms", flush=True)
    print("16/16 online, 320 readings stored, 0 alarms", flush=True)
    (project / "asked").write_text(" ".join(rest))
    print(json.dumps({"devices": 16, "online": 16, "polling_errors": 0}))
elif command in REFUSES:
    sys.exit("heatdesk: the core is gone" if command == "shot" else 2)
else:
    pathlib.Path(rest[rest.index("--out") + 1]).write_text(command)
'''


def command_line(folder: Path, refuses: Sequence[str] = ()) -> list[str]:
    text = HEATDESK.replace("REFUSES", repr(list(refuses)))
    lay_out(folder, {"heatdesk.py": text})
    return [sys.executable, str(folder / "heatdesk.py")]


def test_a_visitor_finds_reports_pictures_and_a_summary(tmp_path: Path) -> None:
    out = tmp_path / "out"
    heatdesk = command_line(tmp_path)
    assert headless_demo.main(["--out", str(out), "--for", "5"], heatdesk) == 0
    assert sorted(file.name for file in out.iterdir() if file.is_file()) == [
        "commissioning.pdf",
        "commissioning.xlsx",
        "demo.log",
        "device-day.png",
        "device-night.png",
        "devices-day.png",
        "summary.txt",
    ]
    told = (out / "summary.txt").read_text(encoding="utf-8")
    assert "ended with exit code 0" in told
    assert "online: 16" in told
    assert "missing" not in told


def test_the_folder_is_named_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    headless_demo.main(["--out", str(tmp_path / "out")], command_line(tmp_path))
    assert capsys.readouterr().out.rstrip().endswith(f"All of it lies in {tmp_path / 'out'}")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], "--small --no-meters --headless --for 60 --dir"),
        (["--large"], "--large --no-meters --headless --for 60 --dir"),
    ],
)
def test_the_small_plant_runs_unless_another_is_asked_for(
    options: list[str], expected: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    headless_demo.main([*options, "--out", str(out)], command_line(tmp_path))
    assert (out / "project" / "asked").read_text(encoding="utf-8").startswith(expected)


def test_a_missing_picture_is_named_and_is_a_failure(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert headless_demo.main(["--out", str(out)], command_line(tmp_path, ["shot"])) == 1
    told = (out / "summary.txt").read_text(encoding="utf-8")
    assert "devices-day.png: missing, exit code 1: heatdesk: the core is gone" in told
    assert "commissioning.pdf\n" in told


def test_a_plant_that_never_starts_is_a_failure(tmp_path: Path) -> None:
    out = tmp_path / "out"
    broken = [sys.executable, "-c", "raise SystemExit('heatdesk: no port is free')"]
    assert headless_demo.main(["--out", str(out)], broken) == 1
    assert "without its figures" in (out / "summary.txt").read_text(encoding="utf-8")
    assert "no port is free" in (out / "demo.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "online"),
    [
        ("16/16 online", True),
        ("devices 16 of 16 online, 2/3 alarms", True),
        ("15/16 online", False),
        ("simulators started", False),
    ],
)
def test_all_devices_are_online_when_both_counts_agree(line: str, online: bool) -> None:
    assert headless_demo.all_online(line) is online


@pytest.mark.parametrize("lines", [[], ["{torn\n"], ["16/16 online\n"]])
def test_a_closing_line_that_never_came_gives_no_figures(lines: list[str]) -> None:
    assert headless_demo.closing_figures(lines) == {}
