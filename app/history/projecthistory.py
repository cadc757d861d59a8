"""Where a project's history lies: in files of its folder, or on the server of its databases."""

from app.history.history import History
from app.history.store import EmbeddedHistory
from app.project.databases import Databases
from app.project.folder import ProjectFolder


def history_of(folder: ProjectFolder, databases: Databases) -> History:
    """Return the history of an open project, for who does not record; to be closed."""
    server = databases.server
    if server is None:
        return EmbeddedHistory(folder.history)
    from app.history.serverhistory import ServerHistory

    return ServerHistory(server)
