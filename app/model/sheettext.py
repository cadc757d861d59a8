"""Texts that go into tables of other programs, so that none is ever taken for a formula."""

# A text that begins so could be taken for a formula; the last four are the wide forms of the
# first ones, which some programs take for the same.
RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_GUARD = "'"  # a spreadsheet shows what follows as it stands


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"{_GUARD}{text}" if text.lstrip(_GUARD).startswith(RISKY) else text


def guarded_value(text: str) -> str:
    """Return the same where numbers stand too: one may begin with minus."""
    number = text[1:].replace(".", "").replace(",", "").isdigit()
    return text if number else guarded(text)


def unguarded(text: str) -> str:
    """Return what a guarded text said before; the inverse of `guarded`."""
    guarded_here = text.startswith(_GUARD) and text.lstrip(_GUARD).startswith(RISKY)
    return text[1:] if guarded_here else text
