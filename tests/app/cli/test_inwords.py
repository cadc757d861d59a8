"""Help and slips of the hand speak the user's language, the library's own words as well."""

import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout

import pytest
import typer
from typer.core import TyperGroup

from app.cli.inwords import slip
from app.cli.main import build, run
from app.words import PSEUDO, use_language

ENGLISH = (
    "Usage:", "Options:", "Arguments:", "Commands:", "[OPTIONS]", "Show this message",
    "[required]", "[default:", "<path>", "<text>", "<str>", "<number>",
)  # fmt: skip


def commands() -> list[tuple[str, ...]]:
    program = typer.main.get_command(build())
    assert isinstance(program, TyperGroup)
    found: list[tuple[str, ...]] = [()]
    for name, command in program.commands.items():
        found.append((name,))
        if isinstance(command, TyperGroup):
            found += [(name, part) for part in command.commands]
    return found


@pytest.fixture
def strange(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak the language in which every translated word looks strange."""
    monkeypatch.setenv("HEATDESK_LANGUAGE", PSEUDO)
    yield
    use_language("en")


def said(*arguments: str) -> tuple[str, str, int]:
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as complaints:
        code = run(arguments)
    return out.getvalue(), complaints.getvalue(), code


@pytest.mark.usefixtures("strange")
def test_no_help_keeps_an_english_word_of_the_library() -> None:
    for command in commands():
        text, complaints, code = said(*command, "--help")
        assert (complaints, code) == ("", 0), command
        assert [each for each in ENGLISH if each in text] == [], command
        assert "--help" in text or command == ("simulate",), command  # hands its own on


@pytest.mark.usefixtures("strange")
@pytest.mark.parametrize(
    "arguments",
    [
        ("shto",),
        ("nothing-like-it",),
        ("--foo",),
        ("devices", "--jsno"),
        ("write",),
        ("history",),
        ("history", "foo"),
        ("history", "export", "somewhere"),
        ("run", "somewhere", "--user"),
        ("devices", "somewhere", "--json=1"),
        ("check", "one", "two"),
        ("demo", "--for", "0"),
        ("demo", "--for", "soon"),
        ("write", "p", "d", "x", "1", "--lasts", "soon"),
        ("statements", "p", "--digits", "99"),
    ],
)
def test_a_slip_of_the_hand_is_told_in_ones_own_language(arguments: tuple[str, ...]) -> None:
    _text, complaints, code = said(*arguments)
    assert code == 2
    assert complaints.startswith("heatdesk: ["), complaints
    assert "Input should" not in complaints


def test_what_is_typed_stays_as_it_was_typed() -> None:
    assert slip("No such command 'shto'. Did you mean 'shot'?").endswith("'shot'?")
    assert slip("Invalid value for '--for': Input should be a valid number, unable to") == (
        "Invalid value for '--for': a number is wanted"
    )
    assert slip("something the library never said") == "something the library never said"


def test_commands_are_listed_in_one_order_whether_they_have_parts_or_not() -> None:
    rows = said("--help")[0].partition("Commands:")[2].splitlines()
    listed = [row.split()[0] for row in rows if row[2:3].isalpha()]
    assert listed.index("statements") < listed.index("history") < listed.index("report")
