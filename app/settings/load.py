"""Read ``settings.toml`` once, with every mistake named by its line."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

from app.clipped import quoted
from app.errors import BadInput
from app.settings.parts import Settings

_CHOICES = {
    ("log", "level"): ("debug", "info", "warning", "error"),
    ("desktop", "theme"): ("day", "night"),
}
_RANGES = {
    ("desktop", "idle_lock_min"): (0, 24 * 60),
    ("history", "fast_hours"): (1, 24 * 366),
    ("history", "commit_s"): (0.1, 60.0),
    ("audit", "limit_mb"): (1, 1_000_000),
    ("audit", "keep_free_mb"): (1, 1_000_000),
}


def load_settings(path: Path) -> Settings:
    """Return the settings in ``path``; the defaults when there is no such file.

    Raises `BadInput` naming file and line.
    """
    if not path.exists():
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: {error}") from error
    hints = get_type_hints(Settings)
    parts = {}
    for name, table in raw.items():
        if name not in hints or not isinstance(table, dict):
            raise BadInput(f"{path.name}:{_line(text, name)}: there is no part [{name}]")
        parts[name] = _part(hints[name], name, table, path.name, text)
    return Settings(**parts)


def _part(kind: Any, part: str, table: dict[str, Any], file: str, text: str) -> Any:
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}
    for key, value in table.items():
        place = f"{file}:{_line(text, key)}: {part}.{key}"
        if key not in known:
            raise BadInput(f"{place}: there is no such setting")
        wanted = hints[key]
        fits = isinstance(value, wanted) or (wanted is float and isinstance(value, int))
        if not fits or (isinstance(value, bool) and wanted is not bool):
            raise BadInput(f"{place}: {quoted(value)} is no {wanted.__name__}")
        choices = _CHOICES.get((part, key))
        if choices and value not in choices:
            raise BadInput(f"{place}: {quoted(value)} is none of {', '.join(choices)}")
        low, high = _RANGES.get((part, key), (value, value))
        if not low <= value <= high:
            raise BadInput(f"{place}: {value} is outside {low} … {high}")
    return kind(**table)


def _line(text: str, word: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip().lstrip("[").startswith(word):
            return number
    return 1
