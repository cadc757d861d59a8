"""For whom a command acts: the first place that knows, and a sentence when none does."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.person import first_password, who
from app.compose.demoplant import DEMO_FILE, DEMO_LOGIN
from app.errors import BadInput, NotPermitted
from app.project.opening import Administrator, create_project
from tests.journeys.smallsite import at_home

LOGIN, PASSWORD = "lund", "correct horse battery"
VARIABLE = "HEATDESK_PASSWORD_FILE"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("person")
    with at_home(home):
        create_project(
            home / "site",
            title="Østerby",
            zone="Europe/Copenhagen",
            administrator=Administrator(LOGIN, "K. Lund", PASSWORD),
        )
    return home / "site"


@pytest.fixture
def word(tmp_path: Path) -> Path:
    file = tmp_path / "word"
    file.write_text(f"{PASSWORD}\nsomething else\n", encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def nobody_there(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No terminal to ask at, and nothing in the environment."""
    monkeypatch.delenv(VARIABLE, raising=False)
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        yield
        monkeypatch.undo()


def test_the_only_person_of_a_project_need_not_be_named(project: Path, word: Path) -> None:
    assert who(project, None, word) == (LOGIN, PASSWORD)
    assert who(project, "hansen", word) == ("hansen", PASSWORD)


def test_the_option_comes_before_the_environment(
    project: Path, word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.write_text("another password", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(other))
    assert who(project, None, None) == (LOGIN, "another password")
    assert who(project, None, word) == (LOGIN, PASSWORD)
    assert first_password(None) == "another password"
    assert first_password(word) == PASSWORD


def test_with_nobody_to_ask_it_says_where_to_put_the_password(project: Path) -> None:
    for asking in (lambda: who(project, None, None), lambda: first_password(None)):
        with pytest.raises(BadInput, match=VARIABLE):
            asking()


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "it is empty"), (b"\xff\xfe", "decode"), (None, "No such file")]
)
def test_a_file_without_a_password_is_named(
    project: Path, tmp_path: Path, content: bytes | None, says: str
) -> None:
    file = tmp_path / "word"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput, match=rf"word: .*{says}|{says}.*word"):
        who(project, None, file)


def test_a_demo_tells_its_owner_alone(project: Path) -> None:
    demo = project / DEMO_FILE
    demo.write_text(PASSWORD, encoding="utf-8")
    try:
        demo.chmod(0o600)
        assert who(project, None, None) == (DEMO_LOGIN, PASSWORD)
        assert who(project, DEMO_LOGIN, None) == (DEMO_LOGIN, PASSWORD)
        with pytest.raises(BadInput, match=VARIABLE):
            who(project, "hansen", None)
        if os.name == "posix":
            demo.chmod(0o640)
            with pytest.raises(NotPermitted, match="others may read it"):
                who(project, None, None)
    finally:
        demo.unlink()


def test_what_is_no_project_is_said_before_anything_is_asked(
    tmp_path: Path, word: Path
) -> None:
    for file in (None, word):
        with pytest.raises(BadInput, match="no Heatdesk project"):
            who(tmp_path, None, file)
