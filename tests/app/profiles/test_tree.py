"""A file's words are read as they stand, and every one knows its line."""

import pytest

from app.profiles.tree import Items, Leaf, Table, plain, read_tree


def value(word: str) -> object:
    tree, faults = read_tree("x.yaml", f"a: {word}\n".encode())
    assert faults == ()
    assert tree is not None
    return plain(tree)["a"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("12:30", "12:30"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("2026-01-20", "2026-01-20"),
        (".5", ".5"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("True", "True"),
        ("'5'", "5"),
        ('"null"', "null"),
        ("true", True),
        ("false", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("0", 0),
        ("-15", -15),
        ("+5", 5),
        ("0x7FFF", 32767),
        ("0.01", 0.01),
        ("-9.9", -9.9),
        ("1e3", 1000.0),
        ("1.5e-3", 0.0015),
        ("°C", "°C"),
        ("m³/h", "m³/h"),
    ],
)
def test_a_word_is_a_number_only_when_it_plainly_is_one(word: str, meant: object) -> None:
    found = value(word)
    assert found == meant
    assert type(found) is type(meant)


def test_a_number_of_a_thousand_digits_is_no_number() -> None:
    assert isinstance(value("9" * 1000), str)


def test_every_node_knows_its_line() -> None:
    text = "a:\n  b: 1\n  c:\n    - x\n    - {d: 2,\n       e: 3}\n"
    tree, _ = read_tree("x.yaml", text.encode())
    assert isinstance(tree, Table)
    a = tree.get("a")
    assert isinstance(a, Table)
    assert (tree.line, tree.entries["a"].key_line, a.line) == (1, 1, 2)
    c = a.get("c")
    assert isinstance(c, Items)
    assert (a.entries["c"].key_line, c.line) == (3, 4)
    last = c.nodes[1]
    assert isinstance(last, Table)
    assert last.entries["e"].key_line == 6
    assert last.get("d") == Leaf(2, "x.yaml", 5)


def test_keys_are_text_so_a_number_cannot_be_given_twice_in_two_dresses() -> None:
    tree, faults = read_tree("x.yaml", b'0: a\n"0": b\n')
    assert [str(fault) for fault in faults] == ["x.yaml:2: '0' is given twice, first in line 1"]
    assert tree is not None
    assert plain(tree) == {"0": "a"}


def test_nothing_is_found_where_nothing_is() -> None:
    tree, _ = read_tree("x.yaml", b"a: 1\n")
    assert isinstance(tree, Table)
    assert tree.get("b") is None
