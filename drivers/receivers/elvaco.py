"""Files of Elvaco's concentrators (public report template 2001), dropped into a folder.

``elvaco:FOLDER?zone=Europe/Copenhagen``: the files do not say in which zone their clock runs.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.clipped import clipped
from app.errors import BadInput
from app.history.exchange.csvin import CsvFile
from app.words import _
from drivers.receivers.folder import Rows, look_into, watch
from drivers.receivers.receiver import Outlet, ReceiverType
from drivers.wireless.caught import Caught
from drivers.wireless.rows import Fault, elvaco_rows


def place_of(text: str) -> tuple[Path, ZoneInfo]:
    """Return folder and zone; raises `BadInput`."""
    folder, _mark, option = text.partition("?")
    if not folder:  # not the one that the program happens to stand in
        raise BadInput(_("{text!r} names no folder").format(text=clipped(text)))
    key, _equals, name = option.partition("=")
    if key != "zone":
        raise BadInput(
            _("{text!r}: write FOLDER?zone=Europe/Copenhagen").format(text=clipped(text))
        )
    try:
        return Path(unquote(folder)), ZoneInfo(unquote(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(_("{name!r} is no time zone").format(name=clipped(name))) from None


async def run(rest: str, outlet: Outlet) -> None:
    """Hand on the rows of files until cancelled; `OSError` where the folder is gone."""
    await watch(*_opened(rest), outlet)


async def look(rest: str, outlet: Outlet) -> None:
    """Hand on the first rows of the newest file; nothing is taken."""
    await look_into(*_opened(rest), outlet)


def _opened(rest: str) -> tuple[Path, Rows]:
    folder, zone = place_of(rest)

    def rows(path: Path) -> Iterator[Caught | Fault]:
        with path.open("rb") as stream:
            file = CsvFile(path, stream, separator=";")
            yield from elvaco_rows(file, zone, datetime.now(UTC))

    return folder, rows


RECEIVER = ReceiverType("elvaco", place_of, run, seldom=True, look=look)
