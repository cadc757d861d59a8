"""Somebody logged out: the next person says who they are, and the core goes on meanwhile."""

from contextlib import ExitStack
from pathlib import Path

from app.compose.desktop import enter_aside
from app.compose.joining import Joined, join, joined_by_another
from app.errors import NotPermitted


def next_person(leaving: ExitStack, joined: Joined, project: Path, title: str) -> Joined | None:
    """Ask who is there until somebody may come in; None when nobody wants to (GUI thread).

    ``leaving`` ends what ``joined`` needs: at once where another process runs the core,
    so that nobody is logged in there meanwhile; at the very end where it runs here.
    """
    from widgets.shell.login import LoginDialog

    own = joined.core is not None
    if not own:
        leaving.close()
    wrong = joined.viewer.rights.ended  # who was sent away reads why
    while True:
        dialog = LoginDialog(title, wrong)
        accepted = dialog.exec() == LoginDialog.DialogCode.Accepted
        person, language = (dialog.login, dialog.password), dialog.language
        dialog.deleteLater()
        if not accepted:
            return None
        coming = joined_by_another(joined, *person) if own else join(project, *person)
        try:
            entered = enter_aside(leaving, coming)
        except NotPermitted as error:
            wrong = str(error)
        else:
            entered.language = language
            return entered
