"""A plant put into service with a laptop moves into the control room's project, by commands."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from app.project.opening import open_project
from app.users.keyplaces import Keys
from tests.app.compose.handover.places import plant_of
from tests.journeys.product import PASSWORD, heatdesk, json_of

pytestmark = pytest.mark.campaign  # minutes of a busy machine: run by its own command

PHRASE = "seven green valves at noon"


class Computer:
    """A home of its own: what one computer sealed, the other cannot open."""

    def __init__(self, home: Path, title: str) -> None:
        self.home = home
        home.mkdir()
        (home / "pw").write_text(PASSWORD, encoding="utf-8")
        (home / "phrase").write_text(PHRASE, encoding="utf-8")
        self.root = home / title
        made = self.run("new", self.root, "--title", title, "--user", "lund")
        assert made.returncode == 0, made.stderr

    def run(self, *arguments: object) -> "subprocess.CompletedProcess[str]":
        """Run a command as the administrator."""
        return heatdesk(self.home, *arguments, "--password-file", self.home / "pw")

    def set_up(self, *devices: str) -> None:
        """Put some controllers into it."""
        keys = Keys(self.home / "data" / "heatdesk")
        with closing(open_project(self.root, keys=keys)) as project:
            project.configuration.change("K. Lund", "put into service", plant_of(*devices))


@pytest.mark.feature("DC-10")
def test_the_laptop_packs_the_control_room_compares_and_merges_it_whole(tmp_path: Path) -> None:
    laptop, office = (
        Computer(tmp_path / "laptop", "Ahornvej"),
        Computer(tmp_path / "o", "Nordby"),
    )
    laptop.set_up("ahornvej-14", "ahornvej-16")
    office.set_up("school")
    package = tmp_path / "ahornvej.heatdesk"
    phrase = ("--passphrase-file", laptop.home / "phrase")
    packed = laptop.run("pack", laptop.root, "--out", package, *phrase)
    assert packed.returncode == 0, packed.stderr
    compared = office.run("import", office.root, package, "--diff", "--json", *phrase)
    assert compared.returncode == 0, compared.stderr
    told = [json.loads(line) for line in compared.stdout.splitlines()]
    states = {each["key"]: each["state"] for each in told}
    assert states["device:school"] == "conflict"  # the same station on the same gateway
    assert states["device:ahornvej-16"] == "new"
    refused = office.run("import", office.root, package, *phrase)
    assert refused.returncode == 2
    assert "device:school" in refused.stderr
    done = office.run(
        "import", office.root, package, *phrase, "--json", "--choose", "device:school=here"
    )
    assert json_of(done)["taken"] == 1
    assert Path(json_of(done)["backup"]).is_file()
    assert office.run("import", office.root, package, "--diff", *phrase).returncode == 0
    keys = Keys(office.home / "data" / "heatdesk")
    with closing(open_project(office.root, keys=keys)) as project:
        config = project.configuration.current().config
        assert {each.id: each.unit for each in config.devices.values()} == {
            "school": 1, "ahornvej-16": 2,
        }  # fmt: skip
        assert project.audit.verify() == ""


@pytest.mark.campaign
@pytest.mark.feature("DC-10")
def test_what_is_wrong_with_a_package_is_one_sentence(tmp_path: Path) -> None:
    laptop = Computer(tmp_path / "laptop", "Ahornvej")
    package = tmp_path / "a.heatdesk"
    phrase = ("--passphrase-file", laptop.home / "phrase")
    assert laptop.run("pack", laptop.root, "--out", package, *phrase).returncode == 0
    again = laptop.run("pack", laptop.root, "--out", package, *phrase)
    other = laptop.run("import", laptop.root, package, "--passphrase-file", laptop.home / "pw")
    none = laptop.run("import", laptop.root, tmp_path / "nothing", *phrase)
    for done, words in ((again, "is there already"), (other, "stay locked"), (none, "no such")):
        assert done.returncode == 2
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1
