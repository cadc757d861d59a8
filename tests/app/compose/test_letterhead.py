"""A project is given the logo and address that stand at the head of its reports."""

from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from app.cli.main import run
from app.compose.demoplant import ADDRESS
from app.compose.letterhead import give_letterhead
from app.errors import BadInput
from app.project.check import check_project
from app.project.opening import open_project
from app.reports.render.logo import LOGO_MM, read_logo
from tests.journeys.smallsite import at_home

LOGO = files("resources.letterheads") / "oesterby.svg"
PASSWORD = "correct horse battery"


def new(home: Path, *options: str) -> int:
    """Make a project as an engineer does; returns the exit code."""
    word = home / "word"
    word.write_text(PASSWORD, encoding="utf-8")
    return run(["new", str(home / "plant"), "--password-file", str(word), *options])


def test_the_demo_s_logo_fits_the_head_of_a_report() -> None:
    logo = read_logo(Path(str(LOGO)))
    assert logo.width == pytest.approx(LOGO_MM[0])
    assert logo.height == pytest.approx(LOGO_MM[1])


def test_a_new_project_carries_its_logo_and_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with at_home(tmp_path):
        code = new(tmp_path, "--logo", str(LOGO), "--address", ADDRESS, "--utility", "Ø")
        assert code == 0, capsys.readouterr().err
        with closing(open_project(tmp_path / "plant")) as project:
            config = project.configuration.current().config
            kept = project.documents.get(config.logo)
            assert kept.path.read_bytes() == LOGO.read_bytes()
            assert (kept.kind, kept.device) == ("logo", None)
            assert (config.utility, config.address) == ("Ø", ADDRESS)
            entry = project.audit.entries(1)[0]
            assert (entry.verb, entry.login) == ("project.describe", "admin")
            assert entry.new == f"oesterby.svg, {ADDRESS}"
        assert check_project(tmp_path / "plant") == []


def test_an_address_alone_and_a_new_logo_leave_the_other_as_it_is(tmp_path: Path) -> None:
    with at_home(tmp_path):
        assert new(tmp_path, "--address", ADDRESS) == 0
        plant = tmp_path / "plant"
        give_letterhead(plant, "admin", logo=LOGO)
        with closing(open_project(plant)) as project:
            config = project.configuration.current().config
            assert config.address == ADDRESS
            first = config.logo
            assert first
        give_letterhead(plant, "admin", address="Havnegade 1")
        with closing(open_project(plant)) as project:
            config = project.configuration.current().config
            assert (config.logo, config.address) == (first, "Havnegade 1")


@pytest.mark.parametrize("content", [b"no picture", b"<svg", b""])
def test_what_cannot_be_printed_is_refused_before_a_project_is_made(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "logo.png"
    bad.write_bytes(content)
    with at_home(tmp_path):
        assert new(tmp_path, "--logo", str(bad)) == 2
        assert "logo.png: this is no picture for a logo" in capsys.readouterr().err
        assert new(tmp_path, "--logo", str(tmp_path / "gone.png")) == 2
        assert "gone.png: the logo cannot be read" in capsys.readouterr().err
        assert not (tmp_path / "plant").exists()
        assert new(tmp_path) == 0
        with pytest.raises(BadInput, match="no picture"):
            give_letterhead(tmp_path / "plant", "admin", logo=bad)
        with closing(open_project(tmp_path / "plant")) as project:
            assert project.configuration.current().config.logo == ""
            assert project.documents.all() == []
