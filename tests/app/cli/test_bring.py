"""``pack`` and ``import`` by their options: what is told, chosen and refused."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli import bring, pack
from app.cli.person import passphrase
from app.compose.handover.package import SHORTEST
from app.errors import BadInput
from app.users.keyplaces import Keys
from tests.app.compose.handover.places import PERSON, PHRASE, Place, plant_of
from tests.app.project.sites import device
from tests.journeys.smallsite import at_home

FILES = ("--user", PERSON[0], "--password-file", "{home}/word", "--passphrase-file")


class Terminal:
    """One computer with two projects: one of a laptop, and ours."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "word").write_text(f"{PERSON[1]}\n", encoding="utf-8")
        (home / "phrase").write_text(f"{PHRASE}\nof our house\n", encoding="utf-8")
        self.laptop, self.office = (Place(home, name) for name in ("laptop", "office"))
        for place in (self.laptop, self.office):
            place.keys = Keys.of_this_machine()
            place.new()
        self.laptop.change(plant_of("school", "bakery"))
        self.office.change(plant_of(), lambda c: c.with_device(device("school", 1, area="Syd")))

    def pack(self, *options: str) -> Result:
        """Type a command."""
        return self._run(pack.run, self.laptop.root, *options)

    def bring(self, *options: str) -> Result:
        """Type a command."""
        return self._run(bring.run, self.office.root, self.home / "a.heatdesk", *options)

    def _run(self, run: Callable[..., None], *arguments: object) -> Result:
        program = typer.Typer()
        program.command()(run)
        files = [each.format(home=self.home) for each in FILES]
        typed = [*map(str, arguments), *files, str(self.home / "phrase")]
        return CliRunner().invoke(program, typed)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    home = tmp_path_factory.mktemp("terminal")
    with at_home(home):
        made = Terminal(home)
        done = made.pack("--out", str(home / "a.heatdesk"))
        assert done.exit_code == 0, done.output
        assert "a.heatdesk: " in done.stdout
        assert " files, " in done.stdout
        yield made


def refused(result: Result) -> str:
    """The sentence of a command that refused."""
    assert isinstance(result.exception, BadInput), result.output
    return str(result.exception)


def test_a_comparison_names_each_thing_as_a_choice_has_to(terminal: Terminal) -> None:
    lines = terminal.bring("--diff").stdout.splitlines()
    assert "New from the laptop: device:bakery (Bakery)" in lines
    at = lines.index("Conflict: device:school (School)")
    assert lines[at + 1] == "    device school: area 'Syd' → 'Nord'"


def test_a_comparison_for_programs_says_what_holds_unless_somebody_chooses(
    terminal: Terminal,
) -> None:
    told = map(json.loads, terminal.bring("--diff", "--json").stdout.splitlines())
    assert {each["key"]: (each["state"], each["holds"]) for each in told} == {
        "device:school": ("conflict", None),
        "device:bakery": ("new", "laptop"),
    }
    assert set(terminal.office.config().devices) == {"school"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "say what shall hold, here or laptop: device:school"),
        (("--choose", "device:school"), "say KIND:ID=here or KIND:ID=laptop"),
        (("--choose", "device:school=mine"), "'mine': say here or laptop"),
        (("--choose", "device:mill=here"), "device:mill"),
        (("--conflicts", "theirs"), "'theirs': say here or laptop"),
        (("--conflicts", ""), "say here or laptop"),
    ],
)
def test_what_cannot_be_understood_is_said_and_nothing_is_merged(
    terminal: Terminal, options: tuple[str, ...], says: str
) -> None:
    assert says in refused(terminal.bring(*options))
    assert set(terminal.office.config().devices) == {"school"}


def test_one_choice_and_a_word_for_all_others_merge_it_and_a_second_time_is_idle(
    terminal: Terminal,
) -> None:
    """A choice by name goes before the word for all others."""
    done = terminal.bring("--choose", "device:bakery=laptop", "--conflicts", "here", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["taken"], told["kept"]) == (1, 1)
    assert Path(told["backup"]).is_file()
    devices = terminal.office.config().devices
    assert {each.id: each.area for each in devices.values()} == {
        "school": "Syd",
        "bakery": "Nord",
    }
    again = terminal.bring("--conflicts", "here", "--choose", "device:school=laptop")
    assert "taken from the laptop: 1; kept as here: 0" in again.stdout
    assert terminal.bring("--diff").stdout == "nothing differs but records\n"
    assert terminal.bring("--diff", "--json").stdout == ""


def test_a_package_is_not_written_over(terminal: Terminal) -> None:
    before = (terminal.home / "a.heatdesk").read_bytes()
    assert "is there already" in refused(
        terminal.pack("--out", str(terminal.home / "a.heatdesk"))
    )
    assert (terminal.home / "a.heatdesk").read_bytes() == before


def test_a_passphrase_is_the_first_line_of_its_file_with_its_blanks(tmp_path: Path) -> None:
    file = tmp_path / "phrase"
    file.write_text(" seven green valves \r\nnote to myself\n", encoding="utf-8")
    assert passphrase(file) == " seven green valves "
    file.write_bytes(b"")
    with pytest.raises(BadInput, match="it is empty"):
        passphrase(file, new=True)
    with pytest.raises(BadInput, match="nowhere"):
        passphrase(tmp_path / "nowhere")


def test_without_a_file_and_a_terminal_nobody_is_asked_for_a_passphrase(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HEATDESK_PASSWORD_FILE", os.devnull)  # is no passphrase
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        for new in (False, True):
            with pytest.raises(BadInput, match="--passphrase-file"):
                passphrase(None, new=new)


def test_a_short_passphrase_is_refused_by_its_length(terminal: Terminal) -> None:
    short = terminal.home / "phrase"
    short.write_text("x" * (SHORTEST - 1), encoding="utf-8")
    try:
        out = terminal.home / "b.heatdesk"
        assert "at least" in refused(terminal.pack("--out", str(out)))
        assert not out.exists()
    finally:
        short.write_text(f"{PHRASE}\n", encoding="utf-8")
