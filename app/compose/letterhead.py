"""Gives a project its letterhead: the logo is kept as a document of the plant."""

from contextlib import closing
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path

from app.project.opening import open_project
from app.reports.filing import LOGO
from app.reports.render.logo import read_logo


def require_logo(file: Path) -> None:
    """Raise `BadInput` unless ``file`` can stand at the head of a report."""
    read_logo(file)


def give_letterhead(
    project: Path, login: str, *, logo: Traversable | None = None, address: str = ""
) -> None:
    """Let reports of ``project``, which nobody runs, carry a logo and an address.

    Raises `BadInput` for a picture that cannot be printed and what `open_project` raises.
    """
    with closing(open_project(project)) as opened:
        kept = ""
        if logo is not None:
            with as_file(logo) as file:
                require_logo(file)
                kept = opened.documents.file(
                    file, logo.name, title=logo.name, kind=LOGO, created_by=login
                ).id
        here = opened.accounts.viewer(login)
        opened.audit.append(
            login=here.login,
            name=here.name,
            workstation=here.workstation,
            verb="project.describe",
            entity="plant",
            new=", ".join(part for part in (logo.name if logo else "", address) if part),
            result="done",
        )
        opened.configuration.change(
            here.name, "", lambda plant: plant.with_letterhead(kept or plant.logo, address)
        )
