"""Whatever a device, a point, a plant, a note or a person is called: it is only a name."""

import ast

import pytest
from PyQt6.QtWidgets import QLabel

from tests.pictures.findings import all_of
from tests.pictures.seen import texts
from tests.pictures.stage import SMALL, places, staged
from tests.pictures.strangenames import FIRST, LONGEST, person, strange, stranger
from tests.pictures.test_walk import EVERY, whole
from tests.scripts import ROOT

SEEDS = range(1, 12)
LONG_AND_VARIED = 158
pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("qapp")]


def stumbled(name: str, language: str) -> list[str]:
    """Walk every page and return what is cut, covered, read as markup, or not said at all."""
    found: list[str] = []
    with staged(language, "day", SMALL, stranger(name), person(name)) as stage:
        for place in places():
            window = stage.open(place)
            found += [f"{place}: {each}" for each in all_of(window, whole=whole(language))]
            said = [each.text for each in texts(window)]
            if not any(FIRST[:4] in each for each in said):
                found.append(f"{place}: nobody says {FIRST}")
            found += [
                f"{place}: markup in “{each.text()[:40]}”"
                for each in window.findChildren(QLabel)
                if FIRST in each.text() and each.textFormat().name != "PlainText"
            ]
    return found


def test_names_are_strange_and_never_longer_than_one_may_type() -> None:
    names = {strange(seed) for seed in range(200)}
    assert len(names) > 150
    assert all(name[: len(FIRST)] == FIRST for name in names)
    assert all(len(name) <= LONGEST for name in names)
    for sign in ("%s", "{}", "<img", "ת", "\u0301", "🔥"):
        assert any(sign in name for name in names)


@pytest.mark.campaign
def test_every_page_bears_a_strange_name() -> None:
    name = strange(LONG_AND_VARIED)
    assert len(name) == LONGEST
    assert {sign for sign in ("<img", "%s", "{}", "&lt;", "ת") if sign not in name} == set()
    assert stumbled(name, "en") == []


@pytest.mark.campaign
@pytest.mark.parametrize("language", EVERY)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_page_bears_many_strange_names(seed: int, language: str) -> None:
    assert stumbled(strange(seed), language) == []


def said_raw(source: str) -> list[int]:
    """Return the lines of a module that give a tip a text which may be taken for markup."""
    return [
        call.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "setToolTip"
        and not all(_is_safe(each) for each in call.args)
    ]


def _is_safe(said: ast.expr) -> bool:
    if isinstance(said, ast.IfExp):
        return _is_safe(said.body) and _is_safe(said.orelse)
    if isinstance(said, ast.Call) and isinstance(said.func, ast.Name):
        return said.func.id == "tip" or (
            said.func.id == "_" and all(isinstance(each, ast.Constant) for each in said.args)
        )
    return isinstance(said, ast.Constant) or (isinstance(said, ast.Name) and said.id.isupper())


def test_no_tip_takes_a_name_for_markup() -> None:
    assert said_raw("w.setToolTip(name)\nw.setToolTip(tip(name))\nw.setToolTip(KEYS)") == [1]
    assert said_raw('w.setToolTip("" if x else "\\n".join(said))\nw.setToolTip(_("A"))') == [1]
    modules = [*(ROOT / "widgets").rglob("*.py"), *(ROOT / "flowdiagrams").rglob("*.py")]
    found = {each: said_raw(each.read_text(encoding="utf-8")) for each in modules}
    assert {each: lines for each, lines in found.items() if lines} == {}
