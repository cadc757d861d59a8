"""CSV files of any concentrator, dropped into a folder and read by a layout of their columns.

``table:FOLDER`` reads by FOLDER/layout.toml; ``table:FOLDER?layout=FILE`` by one that several
folders share. See `drivers.wireless.layout`.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from app.clipped import clipped
from app.errors import BadInput
from app.history.exchange.csvin import CsvFile
from app.words import _
from drivers.receivers.folder import Rows, look_into, watch
from drivers.receivers.receiver import Outlet, ReceiverType
from drivers.wireless.caught import Caught
from drivers.wireless.layout import load_layout
from drivers.wireless.rows import Fault, table_rows

LAYOUT = "layout.toml"


def place_of(text: str) -> tuple[Path, Path]:
    """Return the folder and the file of its layout; raises `BadInput`."""
    folder, mark, option = text.partition("?")
    if not folder:  # not the one that the program happens to stand in
        raise BadInput(_("{text!r} names no folder").format(text=clipped(text)))
    key, _equals, name = option.partition("=")
    if not mark:
        return Path(unquote(folder)), Path(unquote(folder)) / LAYOUT
    if key != "layout" or not name:
        raise BadInput(_("{text!r}: write FOLDER?layout=FILE").format(text=clipped(text)))
    return Path(unquote(folder)), Path(unquote(name))


async def run(rest: str, outlet: Outlet) -> None:
    """Hand on the rows of files until cancelled; `BadInput` while the layout is wrong."""
    await watch(*await asyncio.to_thread(_opened, rest), outlet)


async def look(rest: str, outlet: Outlet) -> None:
    """Hand on the first rows of the newest file; nothing is taken."""
    await look_into(*await asyncio.to_thread(_opened, rest), outlet)


def _opened(rest: str) -> tuple[Path, Rows]:
    folder, file = place_of(rest)
    layout = load_layout(file)

    def rows(path: Path) -> Iterator[Caught | Fault]:
        with path.open("rb") as stream:
            content = CsvFile(path, stream, layout.encoding, layout.separator)
            yield from table_rows(content, layout, datetime.now(UTC))

    return folder, rows


RECEIVER = ReceiverType("table", place_of, run, seldom=True, tells_battery=True, look=look)
