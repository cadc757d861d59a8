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
    own = folder / SETTINGS_NAME
    return load_settings(own if own.exists() else user_folder() / SETTINGS_NAME)


def faults_of_ours() -> CrashReports:
    """Return where faults go that happen outside any project; nothing is hooked yet."""
    return CrashReports(user_folder() / "faults")


@contextmanager
def crash_reports(folder: Path) -> Iterator[CrashReports]:
    """Keep reports of faults in the project's log folder for the length of a block."""
    crash = CrashReports(ProjectFolder(folder).logs)
    crash.install()
    try:
        yield crash
    finally:
        crash.uninstall()
