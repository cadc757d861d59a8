"""For whom a command acts: login and password, from wherever they may come."""

import os
import stat
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from getpass import getpass
from pathlib import Path

from app.compose.demoplant import DEMO_FILE, DEMO_LOGIN
from app.compose.terminal import complain
from app.errors import BadInput, NotPermitted
from app.project.folder import read_mark
from app.words import _

FILE_VARIABLE = "HEATDESK_PASSWORD_FILE"


def who(project: Path, user: str | None, password_file: Path | None) -> tuple[str, str]:
    """Return login and password for a command on ``project``.

    In this order: ``--password-file``, the file named by HEATDESK_PASSWORD_FILE, the
    demo's own file, a prompt. Raises `BadInput` when there is nobody to ask.
    """
    read_mark(project)  # what is no project says so before anything is asked
    named = password_file or _from_environment()
    if named is not None:
        return user or _only_login(project), first_line(named)
    demo = project / DEMO_FILE
    if demo.is_file() and user in (None, DEMO_LOGIN):
        _require_private(demo)
        return DEMO_LOGIN, first_line(demo)
    if not sys.stdin.isatty():
        raise BadInput(
            _("no password: give --password-file or set {variable}").format(
                variable=FILE_VARIABLE
            )
        )
    import typer

    login = user or typer.prompt(_("User"), err=True)
    return str(login), _hidden(_("Password"))


def _only_login(project: Path) -> str:
    if (project / DEMO_FILE).is_file():
        return DEMO_LOGIN
    from app.project.databases import looked_at
    from app.project.upgrade import CONFIG
    from app.users.accounts import Accounts

    now = partial(datetime.now, UTC)
    with ExitStack() as ending:
        logins = Accounts(looked_at(project, ending).look(CONFIG), now).logins()
    if len(logins) != 1:
        raise BadInput(_("say for whom: --user"))
    return logins[0]


def _from_environment() -> Path | None:
    named = os.environ.get(FILE_VARIABLE)
    return Path(named) if named else None


def first_line(file: Path) -> str:
    """Return the first line of a file; what editors of Windows set before it is none of it."""
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()[0]
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: {error}") from error
    except IndexError:
        raise BadInput(f"{file}: it is empty") from None


def _require_private(file: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise NotPermitted(f"{file}: others may read it; make it private first")


def first_password(password_file: Path | None) -> str:
    """Return the password chosen for a new administrator."""
    named = password_file or _from_environment()
    if named is not None:
        return first_line(named)
    if not sys.stdin.isatty():
        raise BadInput(
            _("no password: give --password-file or set {variable}").format(
                variable=FILE_VARIABLE
            )
        )
    return _hidden(_("Password"), again=_("Password again"))


def server_password(file: Path | None) -> str:
    """Return the password at a database server; asked for where there is no file."""
    if file is not None:
        return first_line(file)
    if not sys.stdin.isatty():
        raise BadInput(_("no password at the server: give --database-password-file"))
    return _hidden(_("Password at the database server"))


def receiver_password(file: Path | None) -> str:
    """Return the password or token of a receiver; an empty file's line forgets it."""
    if file is not None:
        return first_line(file)
    if not sys.stdin.isatty():
        raise BadInput(_("no password of the receiver: give --secret-file"))
    return _hidden(_("Password of the receiver"))


def passphrase(file: Path | None, *, new: bool = False) -> str:
    """Return what seals the secrets of a packed project; a new one is asked for twice."""
    if file is not None:
        return first_line(file)
    if not sys.stdin.isatty():
        raise BadInput(_("no passphrase: give --passphrase-file"))
    return _hidden(_("Passphrase"), again=_("Passphrase again") if new else "")


def _hidden(asks: str, again: str = "") -> str:
    """Ask for something nobody may see; a second time, if it is new.

    The terminal stops showing what is typed before the question stands there: whoever
    answers at once is not seen either.
    """
    import typer

    try:
        while True:
            typed = getpass(f"{asks}: ")
            if typed and (not again or getpass(f"{again}: ") == typed):
                return typed
            if typed:
                complain(_("The two are not the same."))
    except EOFError:
        raise typer.Abort from None
