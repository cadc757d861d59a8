"""``heatdesk check``: is a project sound, and if not, what to do."""

from dataclasses import asdict

import typer

from app.cli.command import Command
from app.cli.options import AsJson, Project
from app.compose.terminal import tell, tell_json
from app.words import _


def run(project: Project, as_json: AsJson = False) -> None:
    """Check a project's files, databases, profiles, diagrams and clock."""
    from app.compose.checking import check

    findings = check(project)
    for finding in findings:
        if as_json:
            tell_json(asdict(finding) | {"severity": str(finding.severity.value)})
        else:
            tell(f"{finding.severity.value}: {finding.place}: {finding.sentence}")
            if finding.advice:
                tell(f"    {finding.advice}")
    is_sound = all(finding.severity.value != "error" for finding in findings)
    if as_json:
        tell_json({"sound": is_sound})
    elif is_sound:
        tell(_("the project is sound"))
    if not is_sound:
        raise typer.Exit(2)


COMMAND = Command("check", run, 35)
