"""Words for people come from one catalogue, and English needs none."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.words import _, language, ngettext, retold, use_language

DANISH = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
    "Supply": "Fremløb",
    "{count} device\0{count} devices": "{count} enhed\0{count} enheder",
}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def test_without_a_choice_words_are_english() -> None:
    assert language() == "en"
    assert _("Supply") == "Supply"
    assert ngettext("{n} device", "{n} devices", 1) == "{n} device"
    assert ngettext("{n} device", "{n} devices", 2) == "{n} devices"


@pytest.mark.parametrize("code", ["yy", "C", "", "en", "../../etc"])
def test_a_language_nobody_wrote_gives_english(code: str) -> None:
    use_language(code)
    assert _("Supply") == "Supply"
    assert language() == code


def test_a_language_holds_until_another_is_chosen(tmp_path: Path) -> None:
    folder = tmp_path / "da" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "heatdesk.mo").write_bytes(compiled(DANISH))
    use_language("da", tmp_path)
    assert language() == "da"
    assert _("Supply") == "Fremløb"
    assert _("a word nobody translated") == "a word nobody translated"
    assert ngettext("{count} device", "{count} devices", 1) == "{count} enhed"
    assert ngettext("{count} device", "{count} devices", 0) == "{count} enheder"
    use_language("en")
    assert _("Supply") == "Supply"


def compiled(words: dict[str, str]) -> bytes:
    """A gettext catalogue in its binary form (GNU gettext manual, 10.3)."""
    pairs = [(k.encode(), v.encode()) for k, v in sorted(words.items())]
    count, at = len(pairs), 28 + 16 * len(pairs)
    tables, body = [b"", b""], b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), at + len(body))
            body += pair[side] + b"\0"
    head = struct.pack("<IIIIIII", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    return head + tables[0] + tables[1] + body


@pytest.mark.parametrize(
    ("spoken", "wanted", "text", "told"),
    [
        ("da", "de", "Indstillinger", "Einstellungen"),
        ("en", "fr", "Settings", "Réglages"),
        ("fr", "en", "Réglages", "Settings"),
        ("de", "de", "Einstellungen", "Einstellungen"),
        ("da", "de", "Ahornvej 14", "Ahornvej 14"),
        ("da", "de", "Indstillinger, −7 d", "Einstellungen, −7 d"),
        ("da", "de", "", ""),
    ],
)
def test_a_text_of_the_screen_is_told_in_another_language(
    spoken: str, wanted: str, text: str, told: str
) -> None:
    use_language(spoken)
    assert retold(text, wanted) == told
    use_language("en")
