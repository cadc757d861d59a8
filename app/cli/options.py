"""Options that many commands share, spelled once."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.errors import BadInput
from app.model.consumption import Step
from app.words import LANGUAGES, PSEUDO, _

Project = Annotated[Path, typer.Argument(help=_("The project's folder."), show_default=False)]
User = Annotated[str | None, typer.Option("--user", help=_("Act as this person."))]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", help=_("A file whose first line is the password.")),
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help=_("A file whose first line is the passphrase.")),
]
AsJson = Annotated[bool, typer.Option("--json", help=_("Print the result as JSON."))]
Seconds = Annotated[
    float | None,
    typer.Option("--for", min=0.1, help=_("End by itself after so many seconds.")),
]

Since = Annotated[str, typer.Option(help=_("First day, as 2026-02-28."))]
Until = Annotated[str, typer.Option(help=_("Last day."))]
Parts = Annotated[str, typer.Option("--step", help=_("Parts: hour, day, month or year."))]
FIRST_YEAR, LAST_YEAR = 1970, 2999  # a plant has samples of
_STEPS = {each.value: each for each in (Step.HOUR, Step.DAY, Step.MONTH, Step.YEAR)}


def check_language(language: str) -> None:
    """Raise `BadInput` unless it is one we speak, or the one of strange letters."""
    spoken = (*LANGUAGES, PSEUDO)
    if language not in spoken:
        raise BadInput(
            _("{language!r} is no language spoken here; there are {spoken}").format(
                language=language, spoken=", ".join(spoken)
            )
        )


def step_named(name: str) -> Step:
    """Return the parts of a time that are asked for by name; `BadInput` for others."""
    if name not in _STEPS:
        raise BadInput(_("{step!r} is no part: hour, day, month or year").format(step=name))
    return _STEPS[name]


def day_named(text: str, zone: ZoneInfo) -> datetime:
    """Return the begin of a day by the plant's clock; `BadInput` for what is none.

    A moment is none: its hours would be those of another zone, or of no day's begin.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(_("{day!r} is no day: write 2026-02-28").format(day=text)) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        said = _("{day} is no day of a plant: write one of the years {first} to {last}")
        raise BadInput(said.format(day=text, first=FIRST_YEAR, last=LAST_YEAR))
    return datetime.combine(day, time(), zone)
