"""Print every promised function of docs/features.csv beside the tests that prove it.

Usage: python packaging/tracing.py [--csv] [--root FOLDER]. A test claims a row by
`@pytest.mark.feature("LM-23")`; on a class or as `pytestmark` the claim holds for all its
tests. The tests are read, not run, so this needs no environment. A claim to a row that
does not exist ends with 1.
"""

import argparse
import ast
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class TraceError(Exception):
    """Claims that cannot be; one line each, beginning with the place."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Row:
    """One promised function and the tests that claim to prove it."""

    identifier: str
    sentence: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """One feature mark: the row it names (empty when unreadable), the test, the place."""

    identifier: str
    test: str
    place: str


def main(arguments: Sequence[str]) -> int:
    """Print the rows with their tests; 1 when a test claims a row that does not exist."""
    parser = argparse.ArgumentParser(prog="dev.py trace", description=__doc__.splitlines()[0])
    parser.add_argument("--csv", action="store_true", help="columns id, sentence, tests")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    chosen = parser.parse_args(arguments)
    try:
        rows = trace(chosen.root)
    except TraceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if chosen.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(["id", "sentence", "tests"])
        writer.writerows([row.identifier, row.sentence, " ".join(row.tests)] for row in rows)
    else:
        print("\n".join(as_text(rows)))
    return 0


def trace(root: Path) -> list[Row]:
    """Return the rows of docs/features.csv in their order, each with its tests.

    Raises:
        TraceError: A mark names no known row, or names it by other than a plain text.
    """
    sentences = read_rows(root / "docs" / "features.csv")
    proofs: dict[str, list[str]] = {identifier: [] for identifier in sentences}
    wrong = []
    for claim in claims(root):
        if claim.identifier in proofs:
            proofs[claim.identifier].append(claim.test)
        elif claim.identifier:
            wrong.append(f"{claim.place}: docs/features.csv has no row {claim.identifier}")
        else:
            wrong.append(f"{claim.place}: a feature mark takes row names as plain texts")
    if wrong:
        raise TraceError(wrong)
    return [
        Row(identifier, sentence, tuple(sorted(set(proofs[identifier]))))
        for identifier, sentence in sentences.items()
    ]


def read_rows(file: Path) -> dict[str, str]:
    """Return the promised functions, identifier to sentence; none where the list is absent."""
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row["sentence"] for row in csv.DictReader(lines)}


def claims(root: Path) -> Iterator[Claim]:
    """Yield every feature mark under tests/."""
    for file in sorted((root / "tests").rglob("*.py")):
        path = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8")
        if "feature" in text:  # few files have one; all of them are many to read
            yield from _claims_below(ast.parse(text, filename=path), path, path)


def as_text(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of the listing: rows, their tests, and the totals at the end."""
    for row in rows:
        yield f"{row.identifier:9} {row.sentence}"
        yield from (f"{'':9}   {test}" for test in row.tests or ("no test",))
    proved = [row for row in rows if row.tests]
    tests = {test for row in rows for test in row.tests}
    yield ""
    yield (
        f"{len(rows)} rows: {len(proved)} with a test, {len(rows) - len(proved)} without; "
        f"{len(tests)} tests carry a mark"
    )


def _claims_below(node: ast.AST, owner: str, path: str) -> Iterator[Claim]:
    """Yield the marks of a node and below it, each with the test, class or module it marks."""
    if isinstance(node, DEFINITIONS):
        owner = f"{owner}::{node.name}"
    if isinstance(node, ast.Call) and _is_claim(node.func):
        place = f"{path}:{node.lineno}"
        for argument in [*node.args, *(word.value for word in node.keywords)] or [node]:
            value = argument.value if isinstance(argument, ast.Constant) else None
            yield Claim(value if isinstance(value, str) else "", owner, place)
    for below in ast.iter_child_nodes(node):
        yield from _claims_below(below, owner, path)


def _is_claim(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr == "feature"
        and ast.unparse(called.value).endswith("mark")
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
