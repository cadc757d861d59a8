"""libmbus' own command line tools, compiled from its sources: a master nobody here wrote."""

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from benchmarks.mbus_decoder import libmbus_sources

Tool = Callable[..., str]


@cache
def _sources() -> Path | None:
    try:
        return libmbus_sources(Path(mkdtemp(prefix="libmbus-")))
    except (subprocess.CalledProcessError, ValueError):  # no network: nothing was packed
        return None


@cache
def _compiled(name: str) -> Path:
    mbus = _sources()
    assert mbus is not None
    program = mbus.parent / name
    sources = [str(each) for each in sorted(mbus.glob("*.c")) if each.name != "loop.c"]
    whole = ["cc", "-w", "-o", str(program), f"-I{mbus.parent}", f"-I{mbus}"]
    whole += [f"-I{mbus.parents[2]}", str(mbus.parent / "bin" / f"{name}.c"), *sources, "-lm"]
    subprocess.run(whole, check=True, capture_output=True, timeout=60)
    return program


def libmbus_sources_or_skip() -> Path:
    """Return the folder of its sources, or skip loudly where they cannot be had."""
    mbus = _sources()
    if mbus is None:
        pytest.skip("LIBMBUS IS NOT TRIED: npm, a C compiler and the network are needed")
    return mbus


def libmbus_tool(name: str) -> Tool:
    """Return a tool as a function of its arguments, or skip loudly where it cannot be had."""
    libmbus_sources_or_skip()
    program = _compiled(name)

    def run(*arguments: object) -> str:
        done = subprocess.run(
            [program, *(str(each) for each in arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=110,
        )
        return done.stdout + done.stderr

    return run
