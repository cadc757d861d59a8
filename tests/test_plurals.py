"""One device is a device: whatever is counted on the screen has a form for one, too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import app

ROOT = Path(app.__file__).parent.parent
PLACES = ("app", "flowdiagrams", "widgets")
PLACE = r"\{(count|total|number|done|hours|minutes|n)\} "
COUNTED = re.compile(PLACE + r"([a-z]+ )?[a-z]{2,}s\b")
NEVER_ONE = re.compile(r"(at (most|least)|after) \{|1 to \{|Flood: |again\.$", re.IGNORECASE)


def plain_texts(source: str) -> Iterator[tuple[int, str]]:
    """Return the texts that are shown in one form, whatever is counted."""
    if not re.search(PLACE, source):
        return  # few modules count, and reading all as Python takes long
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text)), *_rest]):
                yield node.lineno, text


def without_a_form_for_one(source: str) -> list[tuple[int, str]]:
    return [
        (line, text)
        for line, text in plain_texts(source)
        if COUNTED.search(text) and not NEVER_ONE.search(text)
    ]


def test_a_count_without_a_form_for_one_is_found() -> None:
    assert without_a_form_for_one('_("{count} values come alive.")')
    assert without_a_form_for_one('_("{shown} of {total} devices")')
    assert without_a_form_for_one('_("{count} stored values")')
    assert not without_a_form_for_one('ngettext("{count} day", "{count} days", n)')
    assert not without_a_form_for_one('_("At most {count} columns.")')
    assert not without_a_form_for_one('_("{count} s")')


def test_whatever_is_counted_has_a_form_for_one() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for place in PLACES
        for file in sorted((ROOT / place).rglob("*.py"))
        for line, text in without_a_form_for_one(file.read_text(encoding="utf-8"))
    ]
    assert found == []
