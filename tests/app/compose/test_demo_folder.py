"""The demo touches no project but its own."""

import sys
from pathlib import Path

import pytest

from app.compose.demo import demo_plant, password_of
from app.compose.demoplant import DEMO_FILE
from app.errors import BadInput
from app.project.opening import Administrator, create_project


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture
def somebody_s(tmp_path: Path) -> Path:
    folder = tmp_path / "plant"
    create_project(
        folder,
        title="Somebody's plant",
        zone="Europe/Copenhagen",
        utility="Somebody",
        administrator=Administrator("anna", "Anna Engineer", "correct horse battery"),
    )
    return folder


def test_a_project_that_is_no_demo_is_refused_by_name(somebody_s: Path) -> None:
    before = files_of(somebody_s)
    with (
        pytest.raises(BadInput, match="is a project, but none of the demo's"),
        demo_plant(somebody_s, 1),
    ):
        pytest.fail("somebody else's plant was opened")
    assert files_of(somebody_s) == before, "and left as it was"


def test_the_sentence_names_the_folder(somebody_s: Path) -> None:
    with pytest.raises(BadInput) as refused, demo_plant(somebody_s, 1):
        pytest.fail("somebody else's plant was opened")
    assert str(somebody_s) in str(refused.value)


def test_a_demo_that_lost_its_password_is_refused_too(somebody_s: Path) -> None:
    """Without it nobody can come in: better said at once than as a missing file."""
    assert not (somebody_s / DEMO_FILE).exists()
    with pytest.raises(BadInput), demo_plant(somebody_s, 1):
        pytest.fail("opened without a password")


def test_an_empty_folder_becomes_a_demo(tmp_path: Path) -> None:
    place = tmp_path / "demo"
    with demo_plant(place, 1) as made:
        assert made == place
        assert (place / DEMO_FILE).read_text("utf-8").strip()
        assert (place / "simulators.json").exists()
    assert not (place / "simulators.json").exists(), "its simulators ended with it"
    with demo_plant(place, 1) as again:
        assert again == place, "and it opens again"


def test_the_demo_s_password_is_kept_for_the_user_alone(tmp_path: Path) -> None:
    place = tmp_path / "demo"
    with demo_plant(place, 1):
        word = password_of(place)
    assert len(word) > 12
    assert (place / DEMO_FILE).stat().st_mode & 0o077 == 0 or sys.platform == "win32"
