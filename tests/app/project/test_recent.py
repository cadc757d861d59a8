"""The projects opened lately are found again, and a damaged list hinders nobody."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.project.recent import MOST, MOST_PEOPLE, Known, RecentProjects, free_place
from tests.app.project.sites import create
from tests.plant import NOON


def listed(tmp_path: Path) -> RecentProjects:
    return RecentProjects(tmp_path / "home" / "projects.json")


def test_before_anything_was_opened_there_is_nothing(tmp_path: Path) -> None:
    assert listed(tmp_path).all() == ()
    assert listed(tmp_path).last() is None


def test_the_project_opened_last_comes_first_and_only_once(tmp_path: Path) -> None:
    recents, names = listed(tmp_path), ("nord", "syd", "nord")
    for number, name in enumerate(names):
        recents.note(tmp_path / name, name.capitalize(), NOON + timedelta(hours=number))
    assert [each.title for each in recents.all()] == ["Nord", "Syd"]
    last = recents.last()
    assert last is not None
    assert (last.root, last.opened_at) == (tmp_path / "nord", NOON + timedelta(hours=2))


def test_a_project_that_moved_away_stays_in_the_list_and_says_so(tmp_path: Path) -> None:
    recents, root = listed(tmp_path), create(tmp_path)
    recents.note(root, "Nordby", NOON)
    recents.note(tmp_path / "gone", "Gone", NOON)
    assert [(each.title, each.is_there) for each in recents.all()] == [
        ("Gone", False),
        ("Nordby", True),
    ]


def test_forgetting_a_project_leaves_the_project_alone(tmp_path: Path) -> None:
    recents, root = listed(tmp_path), create(tmp_path)
    recents.note(root, "Nordby", NOON)
    recents.forget(root)
    assert recents.all() == ()
    assert (root / "project.toml").is_file()


def test_only_so_many_are_remembered(tmp_path: Path) -> None:
    recents = listed(tmp_path)
    for number in range(MOST + 5):
        recents.note(tmp_path / str(number), str(number), NOON)
    assert len(recents.all()) == MOST
    assert recents.all()[0].title == str(MOST + 4)


def test_who_came_in_is_proposed_again_and_known_as_a_guest(tmp_path: Path) -> None:
    recents, root = listed(tmp_path), tmp_path / "nord"
    for person in (Known("lund"), Known("berit", is_guest=True), Known("lund")):
        recents.note(root, "Nord", NOON, person)
    recents.note(root, "Nord", NOON)  # the demo asks nobody
    (nord,) = recents.all()
    assert nord.people == (Known("lund"), Known("berit", is_guest=True))
    assert nord.known() == nord.known("kim") == Known("lund")
    assert nord.known("berit") == Known("berit", is_guest=True)
    recents.note(root, "Nord", NOON, Known("berit"))  # belongs to us by now
    assert recents.all()[0].known() == Known("berit")
    for nth in range(2 * MOST_PEOPLE):
        recents.note(root, "Nord", NOON, Known(f"p{nth}"))
    assert len(recents.all()[0].people) == MOST_PEOPLE


def test_a_list_of_an_older_heatdesk_is_read(tmp_path: Path) -> None:
    recents = listed(tmp_path)
    (tmp_path / "home").mkdir()
    old = {"root": "/nord", "title": "Nord", "opened_at": "2026-01-20T08:00:00+00:00"}
    file = tmp_path / "home" / "projects.json"
    file.write_text(json.dumps({"projects": [old]}), encoding="utf-8")
    (nord,) = recents.all()
    assert (nord.title, nord.people, nord.known()) == ("Nord", (), None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"projects": [{"root": "x", "title": "", "opened_at": "2026-01-20", "people": 3}]}',
        "[]",
        '{"projects": 3}',
        '{"projects": [{"root": "x"}]}',
        "\x00\x01",
    ],
)
def test_a_list_nobody_can_read_is_begun_anew(tmp_path: Path, text: str) -> None:
    recents = listed(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "projects.json").write_text(text, encoding="utf-8")
    assert recents.all() == ()
    recents.note(tmp_path / "nord", "Nord", NOON)
    assert len(recents.all()) == 1


def test_the_list_can_be_read_by_eye(tmp_path: Path) -> None:
    listed(tmp_path).note(tmp_path / "øst", "Østerby", NOON)
    kept = json.loads((tmp_path / "home" / "projects.json").read_text(encoding="utf-8"))
    assert kept["projects"][0]["title"] == "Østerby"


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Østerby Fjernvarme", "Østerby Fjernvarme"),
        ('Nord: "A/B" <x>?*|', "Nord A B x"),
        ("..", "Heatdesk"),
        ("", "Heatdesk"),
        ("a" * 300, "a" * 60),
        ("ends with a dot. ", "ends with a dot"),
    ],
)
def test_a_folder_is_called_as_the_plant_as_far_as_disks_allow(
    tmp_path: Path, name: str, folder: str
) -> None:
    assert free_place(tmp_path, name) == tmp_path / folder


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "Nord").mkdir()
    (tmp_path / "Nord 2").mkdir()
    assert free_place(tmp_path, "Nord") == tmp_path / "Nord 3"
