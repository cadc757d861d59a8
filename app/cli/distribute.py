"""``heatdesk history distribute``: a history on a server shared out over a Citus cluster."""

from dataclasses import asdict

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.compose.terminal import tell, tell_json
from app.words import ngettext


def run(
    project: Project,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Share the history on a server out over the machines of its Citus cluster."""
    from app.compose.distributed import distribute_for

    shared = distribute_for(project, who(project, user, password_file))
    if as_json:
        tell_json({"tables": [asdict(each) for each in shared]})
        return
    for each in shared:
        tell(f"{each.table:32} {each.by or '–'}")
    said = ngettext(
        "{count} table is shared out; all others were so already",
        "{count} tables are shared out; all others were so already",
        len(shared),
    )
    tell(said.format(count=len(shared)))


PART = Command("distribute", run, 6)
