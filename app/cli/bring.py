"""``heatdesk import``: what was packed on a laptop, compared with a project and merged."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PassphraseFile, PasswordFile, Project, User
from app.cli.person import passphrase, who
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.model.handover import STATES, Choice, Difference
from app.words import _

if TYPE_CHECKING:
    from app.compose.handover.importing import Importing

_HELP = _("KIND:ID=here or =laptop, as the comparison names it.")


def run(
    project: Project,
    package: Annotated[Path, typer.Argument(help=_("Made by “heatdesk pack”."))],
    diff: Annotated[bool, typer.Option("--diff", help=_("Compare only."))] = False,
    choose: Annotated[list[str] | None, typer.Option("--choose", help=_HELP)] = None,
    conflicts: Annotated[
        str | None, typer.Option("--conflicts", help=_("All others: here or laptop."))
    ] = None,
    as_json: AsJson = False,
    passphrase_file: PassphraseFile = None,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Compare a packed project with this one, and merge it: all of it or nothing."""
    from app.compose.handover.importing import importing
    from app.users.keyplaces import Keys

    keys = Keys.of_this_machine()
    person = who(project, user, password_file)
    secret = passphrase(passphrase_file)
    with importing(project, package, secret, person, keys) as found:
        if diff:
            _tell_all(found.differences, as_json=as_json)
            return
        choices = _choices(found, choose or [], conflicts)
        brought = found.apply(choices, keys)
    if as_json:
        tell_json(asdict(brought) | {"backup": str(brought.backup)})
        return
    words: dict[str, Any] = asdict(brought)
    tell(
        _(
            "taken from the laptop: {taken}; kept as here: {kept}; versions {versions}, notes "
            "{notes}, documents {documents}, alarms {alarms}, samples {samples}"
        ).format(**words)
    )
    if brought.statements:
        tell(_("statements about indexes: {count}").format(count=brought.statements))
    tell(_("the backup of before: {file}").format(file=brought.backup))


def _tell_all(differences: Sequence[Difference], *, as_json: bool) -> None:
    for each in differences:
        if as_json:
            tell_json(
                {
                    "key": each.key,
                    "name": each.name,
                    "state": each.state.value,
                    "lines": list(each.lines),
                    "holds": each.usual.value if each.usual else None,
                }
            )
            continue
        tell(f"{_(STATES[each.state])}: {each.key} ({each.name})")
        for line in each.lines:
            tell(f"    {line}")
    if not differences and not as_json:
        tell(_("nothing differs but records"))


def _choices(
    found: "Importing", named: Sequence[str], conflicts: str | None
) -> dict[str, Choice]:
    choices = {}
    for each in named:
        key, equals, holds = each.rpartition("=")
        if not equals:
            raise BadInput(
                _("{choice}: say KIND:ID=here or KIND:ID=laptop").format(choice=each)
            )
        choices[key] = _choice(holds)
    if conflicts is not None:
        rest = _choice(conflicts)
        choices |= {each.key: rest for each in found.open_questions(choices)}
    return choices


def _choice(word: str) -> Choice:
    try:
        return Choice(word)
    except ValueError:
        raise BadInput(_("{word!r}: say here or laptop").format(word=word)) from None


COMMAND = Command("import", run, 42)
