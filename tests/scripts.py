"""The helper scripts of packaging/ for the tests: started as processes, or loaded."""

import importlib.util
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


def run_script(
    name: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a script of packaging/ the way a person at a terminal does."""
    return subprocess.run(
        [sys.executable, "-X", "utf8", str(ROOT / "packaging" / name), *arguments],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=60,
        check=False,
    )


def load_script(name: str) -> ModuleType:
    """Load a script of packaging/, which is no package and stands on no path."""
    file = ROOT / "packaging" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"script_{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


def lay_out(root: Path, files: Mapping[str, str]) -> Path:
    """Write a small project: path to text."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root
