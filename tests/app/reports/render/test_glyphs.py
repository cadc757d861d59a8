"""The table of equally wide figures is read in every form the font format allows."""

import struct

import pymupdf_fonts
import pytest

from app.reports.render.glyphs import equal_width_figures


def words(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}H", *(number & 0xFFFF for number in numbers))


def coverage_list(glyphs: list[int]) -> bytes:
    return words(1, len(glyphs), *glyphs)


def coverage_ranges(first: int, last: int) -> bytes:
    return words(2, 1, first, last, 0)


def by_delta(delta: int, coverage: bytes) -> bytes:
    return words(1, 6, delta) + coverage


def by_list(glyphs: list[int], coverage: bytes) -> bytes:
    head = words(2, 6 + 2 * len(glyphs), len(glyphs), *glyphs)
    return head + coverage


def lookup(kind: int, *subtables: bytes) -> bytes:
    head = 6 + 2 * len(subtables)
    offsets, at = [], head
    for table in subtables:
        offsets.append(at)
        at += len(table)
    return words(kind, 0, len(subtables), *offsets) + b"".join(subtables)


def extension(kind: int, subtable: bytes) -> bytes:
    return words(1, kind) + struct.pack(">I", 8) + subtable


def font(tag: bytes, lookups: list[bytes], uses: list[int]) -> bytes:
    """A file with nothing but a GSUB table in which ``tag`` uses some lookups."""
    features = words(1) + tag + words(8) + words(0, len(uses), *uses)
    head = 2 + 2 * len(lookups)
    offsets, at = [], head
    for one in lookups:
        offsets.append(at)
        at += len(one)
    listed = words(len(lookups), *offsets) + b"".join(lookups)
    start = 10
    table = words(1, 0, start, start, start + len(features)) + features + listed
    directory = (
        b"\0\1\0\0" + words(1, 16, 0, 0) + b"GSUB" + struct.pack(">III", 0, 28, len(table))
    )
    return directory + table


def test_figures_moved_by_a_fixed_number() -> None:
    made = font(b"tnum", [lookup(1, by_delta(7, coverage_list([10, 11, 12])))], [0])
    assert equal_width_figures(made) == {10: 17, 11: 18, 12: 19}


def test_figures_moved_backwards() -> None:
    made = font(b"tnum", [lookup(1, by_delta(-3, coverage_ranges(10, 12)))], [0])
    assert equal_width_figures(made) == {10: 7, 11: 8, 12: 9}


def test_figures_named_one_by_one() -> None:
    made = font(b"tnum", [lookup(1, by_list([90, 95, 91], coverage_list([10, 11, 12])))], [0])
    assert equal_width_figures(made) == {10: 90, 11: 95, 12: 91}


def test_figures_behind_an_extension() -> None:
    inner = by_list([90, 91], coverage_ranges(10, 11))
    made = font(b"tnum", [lookup(7, extension(1, inner))], [0])
    assert equal_width_figures(made) == {10: 90, 11: 91}


def test_other_features_are_left_alone() -> None:
    made = font(b"onum", [lookup(1, by_delta(7, coverage_list([10])))], [0])
    assert equal_width_figures(made) == {}


def test_other_kinds_of_substitution_are_left_alone() -> None:
    made = font(b"tnum", [lookup(4, by_delta(7, coverage_list([10])))], [0])
    assert equal_width_figures(made) == {}


def test_only_the_lookups_of_the_feature_count() -> None:
    lookups = [
        lookup(1, by_delta(1, coverage_list([5]))),
        lookup(1, by_delta(2, coverage_list([6]))),
    ]
    assert equal_width_figures(font(b"tnum", lookups, [1])) == {6: 8}


def test_several_tables_are_put_together() -> None:
    tables = (by_delta(1, coverage_list([5])), by_list([70], coverage_list([6])))
    assert equal_width_figures(font(b"tnum", [lookup(1, *tables)], [0])) == {5: 6, 6: 70}


@pytest.mark.parametrize("face", ["figo", "figbo", "figit"])
def test_the_papers_own_faces_have_them(face: str) -> None:
    assert len(equal_width_figures(pymupdf_fonts.myfont(face))) > 100


def test_a_font_without_the_table_has_none() -> None:
    assert equal_width_figures(b"\0\1\0\0" + words(0, 0, 0, 0)) == {}
