"""The house rules hold for this tree, and each of them finds what it is there to find."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.scripts import ROOT, lay_out, run_script

RULES = (
    "module-size",
    "function-size",
    "class-size",
    "globals",
    "excepts",
    "docstrings",
    "unfinished",
    "windows",
    "qt",
    "hosts",
    "paths",
    "packaging",
    "locks",
    "decisions",
    "features",
    "balance",
)
# Put together here, because the rules read this file too.
REGISTRY = "https://pypi" + ".org/simple"
FIRST = '"""Counts the heat of a circuit."""\n'
DECISION = "# Water stays wet\n\nBecause it is water.\n"
HASH = "--hash=sha256:" + "ab" * 32
LOCKED = f"colorama==0.4.6 {HASH}\npywin32-ctypes==0.2.3 ; sys_platform == 'win32' {HASH}\n"


def findings(root: Path, *rules: str) -> list[str]:
    """Return what the rules find in a folder, one line each."""
    done = run_script("gates.py", "--root", str(root), *rules)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    found = [line for line in lines if line.endswith("]")]
    assert done.returncode == (1 if found else 0)
    return found


@pytest.fixture(scope="module")
def breaches() -> list[str]:
    """What all rules together find in this tree, which is read and parsed once."""
    return findings(ROOT)


@pytest.mark.campaign  # packaging/checks.py runs them all beside the tests
@pytest.mark.parametrize("rule", RULES)
def test_this_project_keeps_its_house_rule(rule: str, breaches: list[str]) -> None:
    assert [line for line in breaches if line.endswith(f"[{rule}]")] == []


def test_no_house_rule_is_left_untested() -> None:
    assert tuple(run_script("gates.py", "--list").stdout.split()) == RULES


def test_an_unknown_rule_is_refused_instead_of_passing() -> None:
    done = run_script("gates.py", "sizes")
    assert done.returncode == 2
    assert "no such rule: sizes" in done.stderr


def at(*folders: str) -> str:
    return "/" + "/".join(folders)


def function(lines: int, name: str = "pump") -> str:
    return f"def {name}():\n" + "    run = 1\n" * (lines - 1)


def many_methods(count: int) -> str:
    methods = "".join(f"    def part_{number}(self): ...\n" for number in range(count))
    return f"{FIRST}class Boiler:\n{methods}"


BROKEN = {
    "a module over 400 lines": ("module-size", "app/a.py", FIRST + "flow = 1\n" * 400, ":1:"),
    "a function over 60 lines": ("function-size", "app/a.py", FIRST + function(61), ":2:"),
    "a long test": ("function-size", "tests/test_a.py", FIRST + function(61), "pump"),
    "a class over 20 methods": ("class-size", "app/a.py", many_methods(21), "21 methods"),
    "a global": ("globals", "app/a.py", f"{FIRST}def a():\n    global b, c\n", "b, c"),
    "a bare except": ("excepts", "app/a.py", "try: a\nexcept: b\n", ":2:"),
    "except Exception": ("excepts", "tests/a.py", "try: a\nexcept Exception: b\n", ":2:"),
    "a hidden broad except": (
        "excepts",
        "app/a.py",
        "try: a\nexcept (OSError, builtins.BaseException): b\n",
        "catches every error",
    ),
    "a broad suppress": (
        "excepts",
        "app/a.py",
        "with contextlib.suppress(Exception): b\n",
        "catches every error",
    ),
    "no first sentence": ("docstrings", "app/a.py", "import os\n", "docstring"),
    "a first sentence on line 2": ("docstrings", "tests/a.py", f"\n{FIRST}", "docstring"),
    "half a first sentence": ("docstrings", "app/a.py", '"""Helpers"""\n', "whole sentence"),
    "unfinished work": ("unfinished", "app/a.py", f"{FIRST}# todo: the pump\n", ":2:"),
    "a Linux-only module": ("windows", "drivers/a.py", "import os, fcntl\n", "fcntl"),
    "a painter's device": (
        "qt",
        "widgets/a.py",
        "ratio = painter.device().devicePixelRatioF()\n",
        "pixel_ratio",
    ),
    "a filter before everything": (
        "qt",
        "widgets/a.py",
        "app.installEventFilter(door)\n",
        "install it at the windows",
    ),
    "a Linux-only name": ("windows", "widgets/a.py", "from pwd import getpwuid\n", "pwd"),
    "a try around it": (
        "windows",
        "app/a.py",
        "try:\n    import resource\nexcept ValueError:\n    pass\n",
        ":2:",
    ),
    "a registry in the manual": ("hosts", "docs/install.md", f"See {REGISTRY}\n", ":1:"),
    "a registry in a lock": (
        "hosts",
        "packaging/runtime.lock",
        f"--index-url {REGISTRY}\n{LOCKED}",
        ":1:",
    ),
    "somebody's home": ("paths", "README.md", f"cd {at('home', 'anna')}\n", "folder of one"),
    "root's folder": ("paths", "app/a.py", f"AT = '{at('root')}'\n", "folder of one"),
    "a folder of a machine": (
        "paths",
        "tests/a.py",
        f"'{at('work', 'main', 'app')}'\n",
        "folder of",
    ),
    "the temporary folder": ("paths", ".ci/run", f"cat {at('tmp', 'log')}\n", ":1:"),
    "a Windows home": ("paths", "docs/a.md", "C:" + "\\Users\\anna\n", "Users"),
    "a loose version": (
        "locks",
        "packaging/runtime.lock",
        f"{LOCKED}numpy>=2 {HASH}\n",
        "numpy",
    ),
    "a pin without hash": ("locks", "packaging/develop.lock", f"{LOCKED}ruff==1.0\n", ":3:"),
    "a pin by address": (
        "locks",
        "packaging/runtime.lock",
        f"{LOCKED}a @ https://example.org/a.whl {HASH}\n",
        ":3:",
    ),
    "a lock for one system": (
        "locks",
        "packaging/runtime.lock",
        f"colorama==0.4.6 {HASH}\n",
        "pywin32-ctypes",
    ),
    "a Linux marker": (
        "locks",
        "packaging/runtime.lock",
        LOCKED.replace("win32'", "linux'"),
        "pywin32-ctypes",
    ),
    "a package in the way": ("packaging", "packaging/__init__.py", "", "hides the library"),
    "an unnumbered decision": ("decisions", "docs/decisions/why.md", DECISION, "NNNN"),
    "a decision without title": ("decisions", "docs/decisions/0007-why.md", "So.\n", "title"),
    "an invented row": (
        "features",
        "tests/test_a.py",
        f'{FIRST}@pytest.mark.feature("LM-999")\ndef test_a(): ...\n',
        "LM-999",
    ),
    "more code than tests": ("balance", "app/a.py", FIRST + "a = 1\n" * 9, "10 lines"),
}


@pytest.mark.parametrize("sample", BROKEN)
def test_a_house_rule_finds(sample: str, tmp_path: Path) -> None:
    rule, path, text, expected = BROKEN[sample]
    found = findings(lay_out(tmp_path, {path: text}), rule)
    assert len(found) == 1
    assert expected in found[0]
    assert found[0].endswith(f"[{rule}]")


ALLOWED = {
    "400 lines": ("module-size", "app/a.py", FIRST + "flow = 1\n" * 399),
    "a long test module": ("module-size", "tests/a.py", FIRST + "flow = 1\n" * 900),
    "60 lines": ("function-size", "app/a.py", FIRST + function(60)),
    "20 methods": ("class-size", "app/a.py", many_methods(20)),
    "a supervisor's except": (
        "excepts",
        "app/acquisition/supervisor.py",
        "try: a\nexcept Exception: b\n",
    ),
    "an error by its name": ("excepts", "app/a.py", "try: a\nexcept OSError: b\n"),
    "a suppressed name": ("excepts", "app/a.py", "with suppress(KeyError): b\n"),
    "an empty file": ("docstrings", "tests/__init__.py", ""),
    "a script": ("docstrings", "dev.py", f"#!/usr/bin/env python3\n{FIRST}"),
    "the colour of a hint": (
        "unfinished",
        "app/a.py",
        'SHEET = "placeholder-text-color: $quiet"\n',
    ),
    "a word within a word": ("unfinished", "app/a.py", "field.setPlaceholderText(_(name))\n"),
    "an import where it is used": (
        "windows",
        "app/a.py",
        "def lock():\n    import fcntl\n",
    ),
    "an import under a check": (
        "windows",
        "app/a.py",
        'if sys.platform != "win32":\n    import fcntl\n',
    ),
    "our own module of that name": ("windows", "app/a.py", "from . import resource\n"),
    "an address": ("paths", "docs/api.md", "GET https://plant.example/work/1 or /home\n"),
    "a relative folder": ("paths", "docs/a.md", "resources/tmp and ./root/a and ~/work\n"),
    "exact pins": (
        "locks",
        "packaging/runtime.lock",
        f"# a remark\n{LOCKED}ruff==1.0 \\\n    {HASH} \\\n    {HASH}\n    # via x\n",
    ),
    "a whole decision": ("decisions", "docs/decisions/0007-why.md", DECISION),
    "the decisions' own rules": ("decisions", "docs/decisions/README.md", "# Decisions\n"),
    "an even house": ("balance", "tests/a.py", FIRST),
}


@pytest.mark.parametrize("sample", ALLOWED)
def test_a_house_rule_lets_pass(sample: str, tmp_path: Path) -> None:
    rule, path, text = ALLOWED[sample]
    assert findings(lay_out(tmp_path, {path: text}), rule) == []


def test_both_locks_must_name_the_same_versions(tmp_path: Path) -> None:
    locks = {
        "packaging/runtime.lock": f"{LOCKED}numpy==2.4.6 {HASH}\nzstandard==0.25.0 {HASH}\n",
        "packaging/develop.lock": f"{LOCKED}numpy==2.4.5 {HASH}\nruff==1.0 {HASH}\n",
    }
    found = findings(lay_out(tmp_path, locks), "locks")
    assert ["numpy" in line or "zstandard" in line for line in found] == [True, True]


def test_no_two_decisions_share_a_number(tmp_path: Path) -> None:
    pages = {f"docs/decisions/0007-{name}.md": DECISION for name in ("gas", "water")}
    found = findings(lay_out(tmp_path, pages), "decisions")
    water, gas = "docs/decisions/0007-water.md", "docs/decisions/0007-gas.md"
    assert found == [f"{water}:1: has the number of {gas} [decisions]"]


@pytest.mark.skipif(shutil.which("git") is None, reason="no git: nothing tells what it ignores")
def test_what_git_ignores_is_not_judged(tmp_path: Path) -> None:
    bad = "try: a\nexcept: b\n"
    files = {".gitignore": "output/\n", "output/a.py": bad, "app/a.py": bad}
    lay_out(tmp_path, files)
    done = subprocess.run(
        ["git", "init", "--quiet", str(tmp_path)], capture_output=True, check=False
    )
    assert done.returncode == 0
    assert [line.split(":")[0] for line in findings(tmp_path, "excepts")] == ["app/a.py"]


def test_an_unpacked_archive_is_judged_without_git(tmp_path: Path) -> None:
    bad = "try: a\nexcept: b\n"
    lay_out(tmp_path, {".venv/lib/a.py": bad, "app/a.py": bad})
    assert [line.split(":")[0] for line in findings(tmp_path, "excepts")] == ["app/a.py"]


def test_pictures_and_databases_are_not_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "plant.png").write_bytes(b"\x89PNG\0" + REGISTRY.encode())
    (tmp_path / "old.csv").write_bytes(b"\xe9t\xe9")
    assert findings(tmp_path, "hosts", "paths") == []


def test_a_file_that_is_no_python_is_named(tmp_path: Path) -> None:
    lay_out(tmp_path, {"app/a.py": "def pump(:\n"})
    done = run_script("gates.py", "--root", str(tmp_path), "globals")
    assert done.returncode == 1
    assert done.stdout.startswith("app/a.py:1: is not Python")
