"""What somebody who helps from afar asks first, without anybody's name or secret."""

import platform
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import PYQT_VERSION_STR, qVersion
from PyQt6.QtGui import QGuiApplication

from app.project.folder import FORMAT, ProjectFolder, is_project, read_mark
from app.users.roles import preset_roles
from app.words import LANGUAGES, _, language
from widgets.about.libraries import PROGRAM, version_of
from widgets.controls.quality import figures
from widgets.models.rights import role_name
from widgets.pagetype import PageContext

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Home:
    """Where this installation and the project lie on this computer."""

    project: Path
    settings: Path  # the file in force, there or not
    faults: Path  # reports of faults outside any project


def installation() -> Mapping[str, str]:
    """Return what runs here, by its name."""
    screens = [
        f"{each.size().width()} × {each.size().height()}, {each.devicePixelRatio() * 100:.0f} %"
        for each in QGuiApplication.screens()
    ]
    return {
        _("Version"): version_of(PROGRAM) or "–",
        "Python": f"{platform.python_version()} ({platform.machine()})",
        "Qt": f"{qVersion()} · PyQt {PYQT_VERSION_STR}",
        _("Operating system"): platform.platform(),
        _("Screens"): " · ".join(screens) or "–",
        _("Language"): LANGUAGES.get(language(), language()),
    }


def project(context: PageContext, title: str, home: Home | None) -> Mapping[str, str]:
    """Return what is open here, by its name; the rest of the paths with it."""
    zone = getattr(context.zone, "key", "") or "–"
    told = {
        _("Project"): title or "–",
        _("Devices"): figures(len(context.directory.views), 0),
        _("Time zone"): str(zone),
        _("Role"): _role(context.viewer.rights.role),
        _("Kind of database"): f"SQLite {sqlite3.sqlite_version}",
        _("Form of the project"): str(FORMAT),
    }
    if home is None:
        return told
    folder = ProjectFolder(home.project)
    sizes = [folder.config, folder.journal, folder.audit]
    mark = read_mark(home.project) if is_project(home.project) else None
    if mark is not None and mark.server is not None:
        place = "{host}:{port}/{database}".format(**mark.server)
        told[_("Kind of database")] = f"PostgreSQL, {place}"
        told[_("Form of the project")] = str(mark.format)
        sizes = []
    return {
        **told,
        _("Sizes"): " · ".join(f"{each.name} {_size(each)}" for each in sizes) or "–",
        _("Project folder"): shortened(home.project),
        _("Folder of the log"): shortened(folder.logs),
        _("Settings file"): shortened(home.settings),
        _("Reports of faults"): shortened(home.faults),
    }


def shortened(path: Path) -> str:
    """Return a path without whose home it lies in."""
    whole = path.absolute()
    try:
        return str(Path("~") / whole.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(whole)


def as_text(*parts: Mapping[str, str]) -> str:
    """Return all facts as lines, to be sent to somebody."""
    lines = ["Heatdesk"]
    for part in parts:
        lines += ["", *(f"{name}: {text}" for name, text in part.items())]
    return "\n".join(lines) + "\n"


def _role(known_as: str) -> str:
    """Return a role as people call it; one made here by its own name for itself."""
    preset = preset_roles().get(known_as)
    return role_name(preset) if preset is not None else known_as or "–"


def _size(file: Path) -> str:
    try:
        return f"{figures(file.stat().st_size / _MB, 1)} MB"
    except OSError:
        return "–"
