"""Where this installation keeps what belongs to no project, and fault reports to theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from app.crash import CrashReports
from app.project.folder import ProjectFolder
from app.settings.load import load_settings
from app.settings.parts import Settings

SETTINGS_NAME = "settings.toml"


def user_folder() -> Path:
    """Return this user's own data folder."""
    return platformdirs.user_data_path("heatdesk", appauthor=False)


def settings_of(folder: Path) -> Settings:
    """Return the settings for a project: its own ``settings.toml``, else the user's."""
    return load_settings(settings_file(folder))


def settings_file(folder: Path) -> Path:
    """Return the file that holds for a project, there or not: its own, else the user's."""
    own = folder / SETTINGS_NAME
    return own if own.exists() else user_folder() / SETTINGS_NAME


def faults_folder() -> Path:
    """Return where reports of faults go that happen outside any project."""
    return user_folder() / "faults"


def faults_of_ours() -> CrashReports:
    """Return where faults go that happen outside any project; nothing is hooked yet."""
    return CrashReports(faults_folder())


@contextmanager
def crash_reports(folder: Path) -> Iterator[CrashReports]:
    """Keep reports of faults in the project's log folder for the length of a block."""
    crash = CrashReports(ProjectFolder(folder).logs)
    crash.install()
    try:
        yield crash
    finally:
        crash.uninstall()
