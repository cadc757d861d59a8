"""A table that a command writes: as CSV or as a spreadsheet, whole or not at all."""

from pathlib import Path
from typing import Annotated

import typer

from app.errors import BadInput
from app.reports.sheets.plaintable import PlainTable, plain_csv, plain_xlsx
from app.reports.words import Words
from app.words import _

Out = Annotated[
    Path | None, typer.Option("--out", help=_("Write the table: a .csv or .xlsx file."))
]
_FORMS = {".csv": plain_csv, ".xlsx": plain_xlsx}


def require_form(out: Path | None) -> None:
    """Raise `BadInput` for a file that is neither; before anything is asked."""
    if out is not None and out.suffix.lower() not in _FORMS:
        raise BadInput(_("{file}: it must end with .csv or .xlsx").format(file=out))


def write_table(out: Path, table: PlainTable, words: Words) -> None:
    """Write the table; `BadInput` with the system's word where it cannot be."""
    content = _FORMS[out.suffix.lower()](table, words)
    half = out.with_name(f".{out.name}.part")
    try:
        half.write_bytes(content)
        half.replace(out)
    except OSError as error:
        raise BadInput(f"{out}: {error.strerror}") from error
