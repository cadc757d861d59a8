"""Where somebody's files go: the folder they used last in this project, never in another.

Left to itself the system's dialog opens where the last file of the program went, which may
be the folder of another customer's plant.
"""

from pathlib import Path

from PyQt6.QtCore import QStandardPaths

from widgets.pagetype import PageContext

KEY = "files_folder"


def own_folder(context: PageContext) -> Path:
    """Return where a dialog begins: where this person went last here, else the documents."""
    kept = context.desk.value(KEY)
    if isinstance(kept, str) and kept and Path(kept).is_dir():
        return Path(kept)
    documents = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(documents))


def note_folder(context: PageContext, file: Path) -> None:
    """Remember where a file was put or found."""
    context.desk.keep(KEY, str(file.parent))
