"""A picture is taken of a project nobody runs, too, and leaves it as it was."""

import os
import threading
from contextlib import closing
from pathlib import Path

import pytest
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication

from app.compose.picture import page_names, take_picture
from app.errors import BadInput, NotPermitted
from app.model.person import Person
from app.project.lock import read_owner
from app.project.opening import open_project
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, create_site

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PERSON = (LOGIN, PASSWORD)
SIZE = (1000, 640)


def threads() -> set[threading.Thread]:
    """Return the threads that a process must wait for at its end."""
    return {each for each in threading.enumerate() if not each.daemon}


@pytest.fixture
def project(home: Path) -> Path:
    """A project without a device, which nobody runs."""
    site = Site(home)
    create_site(site, ())
    return site.folder


def picture(
    project: Path, out: Path, page: str = "devices", *, device: str | None = None
) -> QImage:
    """Take one by day, in English."""
    look = {"theme": "day", "language": "en"}
    take_picture(page, project, PERSON, out, size=SIZE, device=device, **look)
    return QImage(str(out))


def test_a_device_s_parts_are_pages_of_their_own_in_the_order_of_its_tabs() -> None:
    names = list(page_names())
    parts = [name for name in names if name.startswith("device/")]
    assert parts[:3] == ["device/overview", "device/values", "device/readings"]
    assert names.index("devices") < names.index(parts[0])
    assert len(set(names)) == len(names)


def test_an_empty_project_gives_a_picture_and_is_nobody_s_afterwards(
    project: Path, tmp_path: Path, qapp: QApplication
) -> None:
    before, windows = threads(), qapp.topLevelWidgets()  # other tests keep theirs
    seen = picture(project, tmp_path / "empty.PNG")
    assert (seen.width(), seen.height()) == SIZE
    assert read_owner(project) is None
    assert [each for each in qapp.topLevelWidgets() if each not in windows] == []
    assert threads() <= before
    picture(project, tmp_path / "again.png")


@pytest.mark.parametrize(
    ("page", "device", "file", "says"),
    [
        ("cellar", None, "x.png", "there is no page 'cellar'"),
        ("device/cellar", None, "x.png", "there is no page 'device/cellar'"),
        ("devices", None, "x.jpg", "ends with .png"),
        ("device", None, "x.png", "the project has no devices"),
        ("device", "elmevej-8", "x.png", "there is no device 'elmevej-8'"),
        ("devices", None, "nowhere/x.png", "cannot be written"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_a_sentence(
    project: Path,
    tmp_path: Path,
    qapp: QApplication,
    page: str,
    device: str | None,
    file: str,
    says: str,
) -> None:
    with pytest.raises(BadInput, match=says):
        picture(project, tmp_path / file, page, device=device)
    assert not (tmp_path / file).exists()
    assert read_owner(project) is None


def test_a_wrong_password_shows_nobody_anything(
    project: Path, tmp_path: Path, qapp: QApplication
) -> None:
    look = {"theme": "night", "language": "en"}
    wrong = (LOGIN, "not the password")
    with pytest.raises(NotPermitted):
        take_picture(
            "devices", project, wrong, tmp_path / "x.png", size=SIZE, device=None, **look
        )
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("page", ["audit", "hardening"])
def test_who_may_not_open_a_page_gets_no_picture_of_it(
    project: Path, tmp_path: Path, qapp: QApplication, page: str
) -> None:
    with closing(open_project(project)) as opened:
        opened.accounts.add(Person("ida", "Ida Berg", "basic"), PASSWORD)
    look = {"theme": "day", "language": "en"}
    person, out = ("ida", PASSWORD), tmp_path / "x.png"
    with pytest.raises(NotPermitted, match=f"the page {page} is none of Ida Berg"):
        take_picture(page, project, person, out, size=SIZE, device=None, **look)
    assert not out.exists()
