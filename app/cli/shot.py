"""``heatdesk shot``: a picture of any page, no screen needed."""

import re
from pathlib import Path
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import PasswordFile, User, check_language
from app.cli.person import who
from app.compose.terminal import tell
from app.errors import BadInput
from app.words import _

NARROWEST, LOWEST = 960, 600  # px; the window gets no smaller
LARGEST = 7680  # px, the long side of an 8K screen: a picture takes 4 bytes a px to make


def run(
    page: Annotated[str | None, typer.Argument(help=_("Which page; see --list."))] = None,
    project: Annotated[Path | None, typer.Argument(help=_("The project's folder."))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=_("A .png file."))] = None,
    size: Annotated[str, typer.Option("--size", help=_("Width x height."))] = "1920x1080",
    theme: Annotated[str, typer.Option("--theme", help=_("day or night."))] = "day",
    language: Annotated[str, typer.Option("--language", help=_("Of the screen."))] = "en",
    device: Annotated[
        str | None, typer.Option("--device", help=_("For a device's page."))
    ] = None,
    list_pages: Annotated[bool, typer.Option("--list", help=_("Print the pages."))] = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Take a picture of a page."""
    from app.compose.picture import page_names, take_picture

    if list_pages:
        for name in page_names():
            tell(name)
        return
    if page is None or project is None or out is None:
        raise BadInput(
            _("say which page, of which project, and --out; --list prints the pages")
        )
    measured = _measured(size)
    check_language(language)
    if not out.absolute().parent.is_dir():
        raise BadInput(_("{folder}: there is no such folder").format(folder=out.parent))
    if theme not in ("day", "night"):
        raise BadInput(_("{theme!r} is neither day nor night").format(theme=theme))
    take_picture(
        page,
        project,
        who(project, user, password_file),
        out,
        size=measured,
        theme=theme,
        language=language,
        device=device,
    )
    tell(str(out))


def _measured(size: str) -> tuple[int, int]:
    """Return width and height, in px; `BadInput` for what no window can be."""
    found = re.fullmatch(r"([0-9]{1,9})x([0-9]{1,9})", size)
    if found is None:
        raise BadInput(_("{size!r} is no size such as 1920x1080").format(size=size))
    width, height = int(found[1]), int(found[2])
    if not (NARROWEST <= width <= LARGEST and LOWEST <= height <= LARGEST):
        raise BadInput(
            _("{size}: a picture of the window is {least} to {most} px large").format(
                size=size, least=f"{NARROWEST}x{LOWEST}", most=f"{LARGEST}x{LARGEST}"
            )
        )
    return width, height


COMMAND = Command("shot", run, 90)
