"""Hexadecimal digits as people paste them: grouped, marked, over several lines, out of a dump.

Bytes may be marked (0x68, or x68 behind a backslash) and stand apart by blanks, ``_``, ``|``,
``,``, ``:``, ``-``, or each by ``;``. A dump with offsets is one whose first line begins at
0000 and whose every line begins where the one before it ends. Nothing is guessed: what is not
clear is refused by its line and letter.
"""

import re
from typing import NoReturn

from app.clipped import clipped
from app.words import _
from drivers.mbus.telegram import BrokenTelegram, Why

_PART = re.compile(
    r"(?P<byte>(?:0[xX]|\\x)?(?P<digits>[0-9a-fA-F]+))(?![xX])|(?P<soft>[\s_|]+)|(?P<hard>[,:;\-])"
)
_ONE_BYTE = re.compile(r"\s*(?:0[xX]|\\x)?[0-9a-fA-F]{2}\s*")
_DUMPED = re.compile(
    r"\s*(?:0[xX])?(?P<offset>[0-9a-fA-F]{4,8})(?::|(?=\s)|\Z)(?P<rest>.*)", re.DOTALL
)
_DUMP = re.compile(r"\s*(?:0[xX])?0{4,8}(?::\s*|\s+)[0-9a-fA-F]{2}")
_HEX_ROW = re.compile(r"\s*(?:(?:[0-9a-fA-F]{2})+(?:\s+|\Z))*")
_BARRED = re.compile(r"(?P<row>[^|]*)\s\|(?P<text>.*)\|\s*", re.DOTALL)
_WIDE_GAP = re.compile(r"\s{2,}")


def bytes_in(text: str) -> bytes:
    """Return the bytes of a text; pure.

    Raises:
        BrokenTelegram: A letter that is none of them, half a byte, an offset that does not fit.
            The sentence names the line and the letter, both from 1.
    """
    return _of_dump(text) if _DUMP.match(text) else _of_parts(text)


def is_bytewise(text: str) -> bool:
    """Whether “;” stands between single bytes, and not before a key."""
    pieces = text.strip().removesuffix(";").split(";")
    return len(pieces) > 1 and all(_ONE_BYTE.fullmatch(each) for each in pieces)


def _of_parts(text: str) -> bytes:
    digits, at, marks = "", 0, 0
    bytewise = is_bytewise(text)
    while at < len(text):
        part = _PART.match(text, at)
        letter = text[at]
        if part is None or (letter == ";" and not bytewise):
            said = _("line {line}, letter {letter}: {sign!r} is no hexadecimal digit")
            _refuse(said, text, _wrong_at(text, at), len(digits) // 2)
        if part["hard"]:
            marks += 1
            if len(digits) % 2 or not digits or marks > 1:
                _refuse(
                    _("line {line}, letter {letter}: before {sign!r} half a byte is missing")
                    if len(digits) % 2
                    else _("line {line}, letter {letter}: before {sign!r} a byte is missing"),
                    text, at, len(digits) // 2,
                )  # fmt: skip
        elif part["byte"]:
            marks = 0
            marked = len(part["byte"]) > len(part["digits"])
            if marked and (len(digits) % 2 or len(part["digits"]) % 2):
                said = _("line {line}, letter {letter}: half a byte stands at {sign!r}")
                _refuse(said, text, at, len(digits) // 2)
            digits += part["digits"]
        at = part.end()
    if len(digits) % 2:
        said = _("the last byte has only one hexadecimal digit")
        raise BrokenTelegram(Why.NOT_HEX, len(digits) // 2, said)
    return bytes.fromhex(digits)


def _wrong_at(text: str, at: int) -> int:
    """Return where the letter is that is none: behind digits, as the “x” of “68x40”."""
    found = re.compile("[0-9a-fA-F]*").match(text, at)
    return at if found is None or found.end() == len(text) else found.end()


def _of_dump(text: str) -> bytes:
    rows = [(nth, line) for nth, line in enumerate(text.splitlines(), 1) if line.strip()]
    known = b""
    for at, (nth, line) in enumerate(rows):
        said = _DUMPED.match(line)
        if said is None or int(said["offset"], 16) != len(known):
            raise _unclear(
                _("line {line}: it does not begin with the offset {offset}"), nth, known
            )
        follows = _DUMPED.match(rows[at + 1][1]) if at + 1 < len(rows) else None
        found = _rows(said["rest"])
        if follows is not None:
            ends = int(follows["offset"], 16)
            found = {each for each in found if len(known) + len(each) == ends}
        if len(found) != 1:
            raise _unclear(
                _("line {line}: what are the bytes from offset {offset} on is not clear"),
                nth,
                known,
            )
        known += found.pop()
    return known


def _rows(rest: str) -> set[bytes]:
    """Return what a line of a dump may say, with and without its letters at the right."""
    if (barred := _BARRED.fullmatch(rest)) is not None:
        data = _row(barred["row"])
        return set() if data is None or len(data) != len(barred["text"]) else {data}
    whole = _row(rest)
    found = set() if whole is None else {whole}
    for gap in _WIDE_GAP.finditer(rest):
        data = _row(rest[: gap.start()])
        if data and any(
            len(rest[at:]) == len(data) for at in range(gap.start() + 1, gap.end() + 1)
        ):
            found.add(data)
    return found


def _row(text: str) -> bytes | None:
    return bytes.fromhex(text) if _HEX_ROW.fullmatch(text) else None


def _unclear(said: str, line: int, known: bytes) -> BrokenTelegram:
    words = said.format(line=line, offset=f"{len(known):04X}")
    return BrokenTelegram(Why.NOT_HEX, len(known), words)


def _refuse(said: str, text: str, at: int, offset: int) -> NoReturn:
    before = text[:at].splitlines() or [""]
    if text[:at].endswith(("\n", "\r")):
        before.append("")
    words = said.format(line=len(before), letter=len(before[-1]) + 1, sign=clipped(text[at], 1))
    raise BrokenTelegram(Why.NOT_HEX, offset, words)
