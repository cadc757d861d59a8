"""A receiver tried before it is kept: connected for some seconds, its first lines in words."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path

from app.errors import BadInput, PlantError
from app.model.device import LinkConfig
from app.model.reception import ReceiverTried, TriedLine
from app.words import _, ngettext

LISTENS_S = 6.0
MOST_LINES, MOST_ROWS = 10, 20


def require_line(link: LinkConfig) -> None:
    """Raise `BadInput` for the first option of a line by radio that cannot be."""
    from drivers.wmbus import collectors_of, receivers_of, watch_of

    receivers_of(link)
    watch_of(link)
    collectors_of(link)


def ways_named(link: LinkConfig) -> list[tuple[str, str, str]]:
    """Return name, kind and place of a line's receivers, of broken ones what there is."""
    from drivers.receivers.receiver import parts_of

    return parts_of(str(link.options.get("receivers") or ""))


async def try_receiver(text: str, secret: str, own: Mapping[str, str]) -> ReceiverTried:
    """Connect to the receiver ``NAME=KIND:PLACE`` and listen for `LISTENS_S` at most.

    Args:
        text: The receiver as its line's option has it.
        secret: Its password or token.
        own: Names of the plant's meters, by number.

    Raises:
        BadInput: The text names no receiver, or several.
    """
    from drivers.receivers.receiver import Outlet, ways_of
    from drivers.wireless.caught import NOTHING, Caught, caught_in
    from drivers.wireless.spoken import spoken

    ways = ways_of(text)
    if len(ways) != 1:
        raise BadInput(_("one receiver is tried at a time"))
    lines: list[TriedLine] = []
    stood, enough = asyncio.Event(), asyncio.Event()

    def note(line: TriedLine) -> None:
        if len(lines) < MOST_LINES:
            lines.append(line)
        if len(lines) >= MOST_LINES:
            enough.set()

    async def take(line: bytes | Caught) -> None:
        caught = caught_in(line) if isinstance(line, bytes) else line
        if caught is not NOTHING:
            note(spoken(caught, line if isinstance(line, bytes) else b"", own))
        await asyncio.sleep(0)

    def fault(sentence: str) -> None:
        note(TriedLine(sentence, good=False))

    outlet = Outlet(take, stood.set, lambda: secret, fault)
    kind = ways[0].type
    running = asyncio.ensure_future((kind.look or kind.run)(ways[0].rest, outlet))
    waiting = asyncio.ensure_future(enough.wait())
    try:
        both = (running, waiting)
        await asyncio.wait(both, timeout=LISTENS_S, return_when=asyncio.FIRST_COMPLETED)
        why = _end_of(running)
    finally:
        running.cancel()
        waiting.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
    return ReceiverTried(stood.is_set(), _said(lines, why, stood=stood.is_set()), tuple(lines))


def try_layout(text: str, name: str, content: bytes) -> ReceiverTried:
    """Return the first rows of a file as a layout would have them read; blocks shortly.

    Args:
        text: The layout, in TOML.
        name: Of the file, for sentences.
        content: Its beginning; a last line that was cut is left out.

    Raises:
        BadInput: The layout cannot be, or the head of the file is another one.
    """
    from app.history.exchange.csvin import CsvFile
    from drivers.wireless.caught import Caught
    from drivers.wireless.layout import layout_in
    from drivers.wireless.rows import table_rows
    from drivers.wireless.spoken import spoken

    try:
        layout = layout_in(text)
    except BadInput as error:
        raise BadInput(_("layout: {error}").format(error=error)) from error
    file = CsvFile(Path(name), BytesIO(content), layout.encoding, layout.separator)
    lines: list[TriedLine] = []
    for row in islice(table_rows(file, layout, datetime.now(UTC)), MOST_ROWS):
        if isinstance(row, Caught):
            lines.append(spoken(row, b"", {}))
            continue
        said = _("line {line}, column {column}: {says}")
        said = said.format(line=row.line, column=row.column, says=row.says)
        lines.append(TriedLine(said, good=False))
    wrong = sum(not each.good for each in lines)
    told = ngettext("{count} row looked at", "{count} rows looked at", len(lines))
    bad = ngettext("{count} of them is wrong", "{count} of them are wrong", wrong)
    parts = (told.format(count=len(lines)), bad.format(count=wrong) if wrong else "")
    return ReceiverTried(
        stood=True, says=", ".join(each for each in parts if each), lines=tuple(lines)
    )


def _end_of(running: "asyncio.Future[None]") -> str:
    """Return why a receiver was lost; "" where it was not. A fault of ours comes out."""
    error = running.exception() if running.done() else None
    if error is None:
        return ""
    from drivers.links.whylost import why_lost

    if not isinstance(error, OSError | TimeoutError | PlantError):
        raise error
    return str(error) if isinstance(error, PlantError) else why_lost(error)


def _said(lines: list[TriedLine], why: str, *, stood: bool) -> str:
    if why and not stood:
        return _("not connected: {why}").format(why=why)
    if not stood:
        return _("not connected within {seconds} s").format(seconds=round(LISTENS_S))
    if not lines:
        quiet = _("connected; nothing came within {seconds} s").format(seconds=round(LISTENS_S))
        return f"{quiet}; {why}" if why else quiet
    came = ngettext("connected; {count} line came", "connected; {count} lines came", len(lines))
    return came.format(count=len(lines))
