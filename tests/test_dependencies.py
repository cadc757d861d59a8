"""The product stands on its own lock: what only the tests install is never imported by it."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.scripts import ROOT

PARTS = ("app", "drivers", "widgets", "flowdiagrams", "resources", "i18n", "benchmarks")


def locked(lock: str) -> set[str]:
    """Return the libraries of a lock, by their normalised names."""
    text = (ROOT / "packaging" / lock).read_text(encoding="utf-8")
    return {normalised(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imports(part: str) -> Iterator[tuple[str, str]]:
    """Yield each module outside our own tree that a part imports, with the place."""
    for file in sorted((ROOT / part).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            place = f"{file.relative_to(ROOT).as_posix()}:{node.lineno}"
            for top in {name.partition(".")[0] for name in names}:
                if top not in PARTS and top not in sys.stdlib_module_names:
                    yield top, place


def test_the_product_imports_only_what_its_own_lock_installs() -> None:
    owners = packages_distributions()
    there = locked("runtime.lock")
    missing = [
        f"{place} imports {top}"
        for part in PARTS
        for top, place in imports(part)
        if not there & {normalised(owner) for owner in owners.get(top, [])}
    ]
    assert missing == []


def test_every_library_of_the_product_is_there_for_the_tests_too() -> None:
    assert locked("runtime.lock") <= locked("develop.lock")
