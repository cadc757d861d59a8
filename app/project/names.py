"""File names that are safe on every system a project may be carried to."""

import re
import unicodedata

LONGEST = 80  # characters; leaves room for the folder within Windows' 260
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\..*)?",
    re.IGNORECASE,
)


def is_reserved(name: str) -> bool:
    """Whether Windows keeps ``name`` for one of its own devices, whatever its ending."""
    return _RESERVED.fullmatch(name.rstrip(" .")) is not None


def slug(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` as a file name part of a-z, 0-9 and single hyphens.

    Letters with accents lose them; what has no such letter is left out. Never empty:
    a text that leaves nothing gives "document".
    """
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLED_OUT)).casefold()
    ascii_only = plain.encode("ascii", "ignore").decode()
    short = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:longest].rstrip("-")
    if not short:
        return "document"
    return f"{short}-file" if is_reserved(short) else short


# Letters that do not come apart into a plain one and an accent.
_SPELLED_OUT = str.maketrans(
    {
        "æ": "ae", "Æ": "Ae", "ø": "oe", "Ø": "Oe", "å": "aa", "Å": "Aa", "ß": "ss",
        "ä": "ae", "Ä": "Ae", "ö": "oe", "Ö": "Oe", "ü": "ue", "Ü": "Ue", "ł": "l",
        "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "þ": "th", "ı": "i",
    }
)  # fmt: skip
