"""Figures of equal width inside a TrueType font, by the font's own substitution table."""

import struct


def equal_width_figures(font: bytes) -> dict[int, int]:
    """Return ``{glyph: its equally wide form}`` of a TrueType font; empty if it has none.

    Figures, minus and plus of most faces differ in width; columns of numbers need the
    forms the face keeps for tables (OpenType feature ``tnum``, GSUB lookup type 1 after
    the OpenType specification 1.9, chapter GSUB).
    """
    base = _table(font, b"GSUB")
    if base is None:
        return {}
    features, lookups = base + _u16(font, base + 6), base + _u16(font, base + 8)
    forms: dict[int, int] = {}
    for index in sorted(_lookups_of(font, features, b"tnum")):
        forms |= _single_substitutions(font, lookups + _u16(font, lookups + 2 + 2 * index))
    return forms


def _table(font: bytes, tag: bytes) -> int | None:
    for record in range(_u16(font, 4)):
        at = 12 + 16 * record
        if font[at : at + 4] == tag:
            return int(struct.unpack_from(">I", font, at + 8)[0])
    return None


def _lookups_of(font: bytes, features: int, tag: bytes) -> set[int]:
    found: set[int] = set()
    for record in range(_u16(font, features)):
        at = features + 2 + 6 * record
        if font[at : at + 4] == tag:
            feature = features + _u16(font, at + 4)
            count = _u16(font, feature + 2)
            found.update(_u16(font, feature + 4 + 2 * n) for n in range(count))
    return found


def _single_substitutions(font: bytes, lookup: int) -> dict[int, int]:
    forms: dict[int, int] = {}
    for n in range(_u16(font, lookup + 4)):
        kind, table = _u16(font, lookup), lookup + _u16(font, lookup + 6 + 2 * n)
        if kind == 7:  # noqa: PLR2004 – an extension points to a lookup of another type
            kind, offset = struct.unpack_from(">HI", font, table + 2)
            table += offset
        if kind != 1:
            continue
        glyphs = _coverage(font, table + _u16(font, table + 2))
        if _u16(font, table) == 1:
            delta = _u16(font, table + 4)
            forms |= {glyph: (glyph + delta) & 0xFFFF for glyph in glyphs}
        else:
            forms |= {glyph: _u16(font, table + 6 + 2 * i) for i, glyph in enumerate(glyphs)}
    return forms


def _coverage(font: bytes, at: int) -> list[int]:
    count = _u16(font, at + 2)
    if _u16(font, at) == 1:
        return [_u16(font, at + 4 + 2 * n) for n in range(count)]
    glyphs: list[int] = []
    for n in range(count):
        first, last = struct.unpack_from(">HH", font, at + 4 + 6 * n)
        glyphs.extend(range(first, last + 1))
    return glyphs


def _u16(font: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", font, at)[0])
