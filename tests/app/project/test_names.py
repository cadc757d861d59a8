"""File names survive being carried to any system."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.project.names import is_reserved, slug


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Commissioning report", "commissioning-report"),
        ("Idriftsættelse, Østergården Åby", "idriftsaettelse-oestergaarden-aaby"),
        ("Übergabe Straße", "uebergabe-strasse"),
        ("Łódź", "lodz"),
        ("a/b\\c:d*e?f", "a-b-c-d-e-f"),
        ("../../etc/passwd", "etc-passwd"),
        ("  ...  ", "document"),
        ("", "document"),
        ("供热", "document"),
        ("con", "con-file"),
        ("CON", "con-file"),
        ("LPT1", "lpt1-file"),
        ("console", "console"),
        ("-a-", "a"),
    ],
)
def test_a_text_becomes_a_plain_name(text: str, name: str) -> None:
    assert slug(text) == name


@given(st.text())
@example("com¹")
@example("ﬁ" * 200)
def test_whatever_is_typed_the_name_is_safe_everywhere(text: str) -> None:
    name = slug(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert len(name) <= 80 + len("-file")
    assert not is_reserved(name)
    assert slug(name) == name or is_reserved(name.removesuffix("-file"))


@pytest.mark.parametrize(
    "name",
    [
        "con",
        "Con",
        "nul",
        "nul.txt",
        "aux. ",
        "com1",
        "lpt9.pdf",
        "conin$",
        "prn.",
        "con .txt",
        "CONOUT$",
        "CLOCK$",
        "clock$.txt",
        "COM¹",
        "lpt³.pdf",
    ],
)
def test_names_windows_keeps_for_itself_are_known(name: str) -> None:
    assert is_reserved(name)


@pytest.mark.parametrize("name", ["console", "com", "com10", "null", "a.con", "lpt", "clock"])
def test_names_that_only_look_like_those_are_free(name: str) -> None:
    assert not is_reserved(name)
