"""``heatdesk database``: where a project's databases lie, moved to a server and back."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, User
from app.cli.person import server_password, who
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.words import _

if TYPE_CHECKING:
    from app.project.moving import Carried

_ACTIONS = ("status", "to", "back")


def run(
    action: Annotated[
        str,
        typer.Argument(
            help=_("status, to (a server) or back (into the folder)."), metavar="ACTION"
        ),
    ],
    project: Annotated[Path, typer.Argument(help=_("The project's folder."))],
    address: Annotated[
        str,
        typer.Argument(help=_("With “to”: postgresql://user@host:5432/database.")),
    ] = "",
    database_password_file: Annotated[
        Path | None,
        typer.Option(help=_("A file whose first line is the password at the server.")),
    ] = None,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Tell where a project's databases lie, or move them to a PostgreSQL server and back."""
    if action not in _ACTIONS:
        raise BadInput(
            _("there is no {action!r} here: it is one of {actions}").format(
                action=action, actions=", ".join(_ACTIONS)
            )
        )
    if (action == "to") is not bool(address):
        raise BadInput(_("an address is given with “to”, and with nothing else"))
    if action == "status":
        _status(project, as_json=as_json)
        return
    from app.compose.databasemove import to_folder, to_server
    from app.databaseserver import parse_place

    place = parse_place(address) if address else None
    person = who(project, user, password_file)
    if place is not None:
        arrived = to_server(project, place, server_password(database_password_file), person)
        _told(arrived, str(place), as_json=as_json)
    else:
        _told(to_folder(project, person), str(project), as_json=as_json)


def _status(project: Path, *, as_json: bool) -> None:
    from app.project.folder import read_mark

    server = read_mark(project).server
    if as_json:
        tell_json({"server": None if server is None else dict(server)})
    elif server is None:
        tell(_("{folder} holds its databases itself").format(folder=project))
    else:
        tell(
            _("the databases of {folder} lie on {host}:{port}/{database}").format(
                folder=project, **{name: server[name] for name in ("host", "port", "database")}
            )
        )


def _told(arrived: "Sequence[Carried]", where: str, *, as_json: bool) -> None:
    if as_json:
        tell_json({"where": where, "tables": [asdict(each) for each in arrived]})
        return
    for each in arrived:
        tell(f"{each.table:24} {each.rows:9}  {each.sha256[:16]}")
    tell(
        _(
            "{rows} rows in {tables} tables arrived as they were; they lie on {where} now"
        ).format(rows=sum(each.rows for each in arrived), tables=len(arrived), where=where)
    )


COMMAND = Command("database", run, 44)
