"""Check that the house rules hold: sizes, names, pins, paths, and no Linux-only shortcuts.

Usage: python packaging/gates.py [--root FOLDER] [--list] [RULE …]; prints one line per
finding and ends with 1 when there is any. The standard library alone, so that it runs
before anything is installed.
"""

import argparse
import gc
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import gates_files
import gates_python
from house import Finding, House

Rule = Callable[[House], Iterable[Finding]]

RULES: dict[str, Rule] = {
    "module-size": gates_python.long_modules,
    "function-size": gates_python.long_functions,
    "class-size": gates_python.crowded_classes,
    "globals": gates_python.global_statements,
    "excepts": gates_python.broad_excepts,
    "docstrings": gates_python.missing_first_sentences,
    "unfinished": gates_python.unfinished_words,
    "windows": gates_python.posix_only_imports,
    "qt": gates_python.qt_traps,
    "hosts": gates_files.registry_hosts,
    "paths": gates_files.machine_paths,
    "packaging": gates_files.hiding_packages,
    "locks": gates_files.loose_locks,
    "decisions": gates_files.careless_decisions,
    "features": gates_files.unknown_features,
    "balance": gates_files.too_few_tests,
}


def main(arguments: Sequence[str]) -> int:
    """Print what breaks the chosen rules (all without a choice); 1 when anything does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rules", nargs="*", metavar="RULE", help="only these rules")
    parser.add_argument("--list", action="store_true", help="print the rules' names")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.rules) - set(RULES)):
        parser.error(f"no such rule: {', '.join(unknown)}")
    if chosen.list:
        print("\n".join(RULES))
        return 0
    house = House(chosen.root)
    names = chosen.rules or list(RULES)
    try:
        findings = [(name, found) for name in names for found in RULES[name](house)]
    except SyntaxError as error:
        print(f"{error.filename}:{error.lineno}: is not Python: {error.msg}")
        return 1
    for name, found in findings:
        print(f"{found} [{name}]")
    if not findings:
        print(f"{len(names)} house rules hold for {len(house.files)} files.")
    return 1 if findings else 0


if __name__ == "__main__":
    gc.disable()  # it would count millions of nodes over and over that all stay
    sys.exit(main(sys.argv[1:]))
