"""Settings come from the project or the user, faults go where their owner finds them."""

import sys
import threading
from pathlib import Path

import pytest

from app.compose.places import crash_reports, faults_of_ours, settings_of, user_folder
from app.errors import BadInput


def test_everything_of_a_user_lies_under_one_folder(home: Path) -> None:
    assert user_folder().is_relative_to(home)
    assert user_folder().name == "heatdesk"


def test_settings_are_the_project_s_own_else_the_user_s_else_as_we_ship_them(
    home: Path,
) -> None:
    project = home / "site"
    project.mkdir()
    assert settings_of(project).desktop.theme == "day"
    user_folder().mkdir(parents=True)
    mine = user_folder() / "settings.toml"
    mine.write_text('[desktop]\ntheme = "night"\n', encoding="utf-8")
    assert settings_of(project).desktop.theme == "night"
    (project / "settings.toml").write_text('[desktop]\ntheme = "day"\n', encoding="utf-8")
    assert settings_of(project).desktop.theme == "day"


def test_a_mistake_in_the_settings_names_its_file_and_line(home: Path) -> None:
    (home / "settings.toml").write_text('[desktop]\nteme = "day"\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"settings\.toml:2"):
        settings_of(home)


def test_faults_are_caught_for_the_length_of_a_block_and_lie_in_the_project_s_logs(
    home: Path,
) -> None:
    before = (sys.excepthook, threading.excepthook)
    with crash_reports(home / "site") as crash:
        assert sys.excepthook != before[0]
        report = crash.report(ZeroDivisionError("odd"), "a test")
        assert report.parent == home / "site" / "logs"
    assert sys.excepthook is sys.__excepthook__
    sys.excepthook, threading.excepthook = before


def test_faults_outside_any_project_lie_with_the_user(home: Path) -> None:
    report = faults_of_ours().report(ZeroDivisionError("odd"), "a test")
    assert report.parent == user_folder() / "faults"
