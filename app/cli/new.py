"""``heatdesk new``: an empty project with its first administrator."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.command import Command
from app.cli.options import PasswordFile
from app.cli.person import first_password, server_password
from app.compose.terminal import tell
from app.words import _

if TYPE_CHECKING:
    from app.databaseserver import ServerPlace


def run(
    folder: Annotated[Path, typer.Argument(help=_("Where the project shall lie."))],
    title: Annotated[str, typer.Option("--title", help=_("Its name."))] = "",
    utility: Annotated[str, typer.Option("--utility", help=_("Who runs the plant."))] = "",
    address: Annotated[
        str, typer.Option("--address", help=_("Of the utility, for reports."))
    ] = "",
    logo: Annotated[
        Path | None, typer.Option("--logo", help=_("For reports: a PNG, JPEG or SVG file."))
    ] = None,
    zone: Annotated[str, typer.Option("--zone", help=_("The plant's time zone."))] = (
        "Europe/Copenhagen"
    ),
    user: Annotated[str, typer.Option("--user", help=_("The first administrator."))] = "admin",
    name: Annotated[str, typer.Option("--name", help=_("That person's full name."))] = "",
    password_file: PasswordFile = None,
    server: Annotated[
        str,
        typer.Option(help=_("Keep its databases there: postgresql://user@host:5432/database.")),
    ] = "",
    database_password_file: Annotated[
        Path | None,
        typer.Option(help=_("A file whose first line is the password at the server.")),
    ] = None,
) -> None:
    """Create an empty project."""
    from app.compose.letterhead import give_letterhead, require_logo
    from app.project.opening import Administrator, create_project

    if logo is not None:
        require_logo(logo)
    password = first_password(password_file)
    create_project(
        folder,
        title=title or folder.name,
        zone=zone,
        administrator=Administrator(user, name or user, password),
        utility=utility,
        server=_place(server, database_password_file),
    )
    if logo is not None or address:
        give_letterhead(folder, user, logo=logo, address=address)
    tell(
        _("project {folder} created; its administrator is {user}").format(
            folder=folder, user=user
        )
    )


def _place(server: str, password_file: Path | None) -> "tuple[ServerPlace, str] | None":
    if not server:
        return None
    from app.databaseserver import parse_place

    return parse_place(server), server_password(password_file)


COMMAND = Command("new", run, 30)
