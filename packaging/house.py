"""The project's files as the house rules see them: what git tracks, read and parsed once."""

import ast
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

# What tools leave behind; only where git cannot say what belongs to the project.
NOT_OURS = frozenset(
    {".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    | {".import_linter_cache", ".hypothesis", "build", "dist", "output"}
)


@dataclass(frozen=True)
class Finding:
    """One breach of a rule, with the place and a sentence that says what to do."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


@dataclass(frozen=True)
class Module:
    """One Python file, parsed."""

    path: str
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in the tree, gathered once for all rules."""
        return list(ast.walk(self.tree))

    @property
    def is_test(self) -> bool:
        """Tell whether the file belongs to the tests."""
        return self.path.startswith("tests/")


class House:
    """The files of one project folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def files(self) -> list[str]:
        """The project's files, relative, with forward slashes, sorted.

        A clone is asked through git, new files included and ignored ones left out; an
        unpacked archive, or a machine without git, is walked.
        """
        listed = self._from_git() if (self.root / ".git").exists() else None
        return sorted(self._walked() if listed is None else listed)

    @cached_property
    def modules(self) -> list[Module]:
        """Every Python file; one that does not parse stops the check with its place."""
        parsed = []
        for path in self.files:
            if path.endswith(".py"):
                text = (self.root / path).read_text(encoding="utf-8")
                parsed.append(Module(path, text, ast.parse(text, filename=path)))
        return parsed

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield each text file with its path; pictures, fonts and databases are left out."""
        for path in self.files:
            raw = (self.root / path).read_bytes()
            if b"\0" in raw:
                continue
            try:
                yield path, raw.decode("utf-8")
            except UnicodeDecodeError:
                continue

    def _from_git(self) -> list[str] | None:
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        try:
            done = subprocess.run(command, cwd=self.root, capture_output=True, check=False)
        except OSError:
            return None
        if done.returncode != 0:
            return None
        names = set(done.stdout.decode("utf-8").split("\0")) - {""}
        return [name for name in names if (self.root / name).is_file()]

    def _walked(self) -> Iterator[str]:
        for folder, below, names in os.walk(self.root):
            below[:] = [name for name in below if name not in NOT_OURS]
            for name in names:
                relative = Path(folder, name).relative_to(self.root)
                yield str(PurePosixPath(relative))
