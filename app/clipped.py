"""How much of what somebody typed or pasted a sentence repeats."""

MOST_LETTERS = 60


def clipped(text: str, most: int = MOST_LETTERS) -> str:
    """Return a text as a refusal repeats it: at most ``most`` letters, “…” behind a longer one.

    Nobody reads ten thousand letters to learn that they are wrong; the beginning tells which
    text is meant.
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def clipped_file(path: str, most: int = MOST_LETTERS) -> str:
    """Return a path as a refusal repeats it: of a long one the end, which names the file."""
    return path if len(path) <= most else f"…{path[1 - most :]}"


def quoted(value: object) -> str:
    """Return anything that was filled in as a refusal quotes it: a text in quotation marks."""
    return repr(clipped(value)) if isinstance(value, str) else clipped(repr(value))
