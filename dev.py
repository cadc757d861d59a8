#!/usr/bin/env python3
"""Set Heatdesk up on this machine, then start the demo plant, test it or list its proofs.

The standard library alone: this file runs before anything is installed. Its text stays
readable for Python 3.9, so that an older Python gets a sentence and no syntax error.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
BAD_INPUT = 2

# What Qt's own libraries ask of a Debian machine; found by starting every page in a bare one.
OFFSCREEN_PACKAGES = (
    *("fonts-dejavu-core", "fonts-droid-fallback"),  # Chinese letters are of the second
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libglib2.0-0",
    "libxkbcommon0",
)
# Peers of other hands that the tests meet: masters, a library to build servers on, a broker.
PEER_PACKAGES = ("curl", "gcc", "libc6-dev", "libmodbus-dev", "mbpoll", "mosquitto")
# A real window in addition; xvfb stays out, because nothing here starts a false display.
WINDOW_PACKAGES = (
    *("libx11-xcb1", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1"),
    *("libxcb-randr0", "libxcb-shape0", "libxcb-xkb1", "libxkbcommon-x11-0"),
)


class Refusal(Exception):
    """The machine lacks something; the text says what, and what to do about it."""


def main(arguments: Sequence[str]) -> int:
    """Run one sub command and return its exit code; 2 means the machine needs something."""
    if sys.version_info < OLDEST_PYTHON:
        say(
            "Heatdesk needs Python {}.{} or newer; this is Python {}.{}. Debian 12 brings "
            "3.11 as python3, for Windows take it from python.org.".format(
                *OLDEST_PYTHON, *sys.version_info[:2]
            )
        )
        return BAD_INPUT
    name, *rest = arguments or ["--help"]
    if name not in COMMANDS:
        lines = "".join(f"  {known:8} {what}\n" for known, (_, what) in COMMANDS.items())
        say(f"usage: python3 dev.py COMMAND [options]\n\n{lines}")
        return 0 if name in ("-h", "--help") else BAD_INPUT
    try:
        return COMMANDS[name][0](rest)
    except (Refusal, OSError) as reason:
        say(str(reason))
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130


def run(rest: list[str]) -> int:
    """Start the demo plant: on the desktop, or headless for a minute where there is none."""
    if has_display():
        prepare("runtime.lock", OFFSCREEN_PACKAGES + WINDOW_PACKAGES)
        return hand_over([str(in_venv("heatdesk")), "demo", *rest])
    say(
        "There is no display here, so the demo plant runs without a screen for 60 s "
        "and leaves pictures, the commissioning report and a summary."
    )
    prepare("runtime.lock", OFFSCREEN_PACKAGES)
    return hand_over([str(in_venv("python")), script("headless_demo.py"), *rest])


def test(rest: list[str]) -> int:
    """Run every check and the tests; all of them run even when one fails."""
    prepare("develop.lock", OFFSCREEN_PACKAGES + PEER_PACKAGES)
    return hand_over([str(in_venv("python")), script("checks.py"), *rest])


def trace(rest: list[str]) -> int:
    """Print the promised functions beside their proofs; needs no environment at all."""
    return hand_over([sys.executable, script("tracing.py"), *rest])


def words(rest: list[str]) -> int:
    """Gather the texts shown to people and renew the catalogues of the languages."""
    prepare("develop.lock", [])
    return hand_over([str(in_venv("python")), script("catalogues.py"), *rest])


def pictures(rest: list[str]) -> int:
    """Make the pictures of the help anew from a demo project that ran for some hours."""
    prepare("runtime.lock", OFFSCREEN_PACKAGES)
    return hand_over([str(in_venv("python")), "-m", "app.compose.helppictures", *rest])


def bench(rest: list[str]) -> int:
    """Measure the promises of benchmarks/."""
    prepare("runtime.lock", OFFSCREEN_PACKAGES)
    return hand_over([str(in_venv("heatdesk")), "bench", *(rest or ["all"])])


def setup(rest: list[str]) -> int:
    """Prepare the environment and start nothing."""
    if rest:
        raise Refusal(f"setup takes no options; it does not know {' '.join(rest)}.")
    window = WINDOW_PACKAGES if has_display() else ()
    prepare("develop.lock", OFFSCREEN_PACKAGES + window)
    say(f"Ready: {in_venv('heatdesk')}")
    return 0


def has_display() -> bool:
    """Tell whether a window can be opened here."""
    always = sys.platform in ("win32", "darwin")
    return always or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def prepare(lock: str, packages: Sequence[str]) -> None:
    """Bring the Debian packages, .venv, the locked libraries and the command up to date."""
    with one_at_a_time():
        rebuild = not venv_is_sound()
        wanted = list(packages)
        if rebuild and importlib.util.find_spec("ensurepip") is None:
            wanted.append("python3-venv")  # Debian keeps this part of Python apart
        add_debian_packages(wanted, become_root)
        if rebuild:
            make_venv()
        install_lock(lock)
        install_command()


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let two terminals that start at once build the environment one after the other.

    The operating system frees the lock when its holder dies, so nothing stale can remain.
    """
    with (ROOT / ".venv.lock").open("a+b") as held:
        if sys.platform == "win32":
            import msvcrt

            while True:
                held.seek(0)
                with contextlib.suppress(OSError):  # it gives up after ten seconds
                    msvcrt.locking(held.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def in_venv(program: str) -> Path:
    """Return where a program of the environment lies on this operating system."""
    folder, ending = ("Scripts", ".exe") if sys.platform == "win32" else ("bin", "")
    return ROOT / ".venv" / folder / f"{program}{ending}"


def half_built() -> Path:
    """Return the mark that stands while .venv is changed; only a killed build leaves it."""
    return ROOT / ".venv" / "half-built"


def venv_is_sound() -> bool:
    """Tell whether .venv is complete, belongs to this folder and still finds its Python."""
    if half_built().exists() or read_stamp().get("root", str(ROOT)) != str(ROOT):
        return False
    probe = f"import pip, sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        done = subprocess.run(
            [str(in_venv("python")), "-c", probe], capture_output=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def make_venv() -> None:
    """Make .venv anew; what a broken-off build left there goes first."""
    if importlib.util.find_spec("ensurepip") is None and not is_debian():
        raise Refusal("This Python lacks its modules venv and ensurepip: install them first.")
    say("Making .venv …")
    with half_built_while_running():
        command = [sys.executable, "-m", "venv", "--clear", str(ROOT / ".venv")]
        if (code := quietly(command)) != 0:
            raise Refusal(
                f"{shlex.join(command)} ended with code {code}; the lines above say why."
            )


def install_lock(lock: str) -> None:
    """Install the exact libraries of a lock file, unless this very lock is installed."""
    file = ROOT / "packaging" / lock
    stamp = read_stamp()
    if stamp.get(lock) == digest(file):
        return
    say(f"Installing the locked libraries of packaging/{lock} …")
    with half_built_while_running():
        options = ["--require-hashes", "--no-deps", "--requirement", str(file)]
        if (code := pip_install(options)) != 0:
            raise Refusal(
                f"The libraries of packaging/{lock} were not installed (pip ended with code "
                f"{code}, see above). Is the network there? Start again when it is."
            )
        # On all cores, as pip does not.
        quietly([str(in_venv("python")), "-m", "compileall", "-q", "-j0", str(ROOT / ".venv")])
    stamp[lock] = digest(file)
    if lock == "develop.lock":  # it holds every pin of the runtime lock; a house rule checks
        stamp["runtime.lock"] = digest(ROOT / "packaging" / "runtime.lock")
    write_stamp(stamp)


def install_command() -> None:
    """Give .venv its heatdesk command, which runs this folder's files as they are."""
    stamp = read_stamp()
    project = digest(ROOT / "pyproject.toml")
    if stamp.get("project") == project and in_venv("heatdesk").exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        maker = [str(in_venv("python")), script("command_wheel.py"), folder]
        wheel = subprocess.check_output(maker, encoding="utf-8").strip()
        options = ["--no-deps", "--no-index", "--force-reinstall", str(Path(folder) / wheel)]
        if (code := pip_install(options)) != 0:
            raise Refusal(f"The heatdesk command was not installed (pip: code {code}).")
    write_stamp({**stamp, "project": project})


@contextlib.contextmanager
def half_built_while_running() -> Iterator[None]:
    """Keep the half-built mark on .venv until the work inside has ended by itself.

    A refusal (no network) changes nothing and lifts the mark; a kill or Ctrl-C leaves it,
    and the next start builds .venv anew instead of trusting a torn library.
    """
    half_built().parent.mkdir(exist_ok=True)
    half_built().touch()
    try:
        yield
    except Refusal:
        half_built().unlink(missing_ok=True)
        raise
    half_built().unlink(missing_ok=True)


def pip_install(options: Sequence[str]) -> int:
    """Run pip inside .venv; wheels only, so that no foreign build script ever runs here."""
    base = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    wheels = ["--only-binary", ":all:", "--no-compile", "--no-input", "--progress-bar", "off"]
    return quietly([str(in_venv("python")), *base, *wheels, *options])


def quietly(command: Sequence[str]) -> int:
    """Run a program that gets no keyboard and may only complain; return its exit code."""
    silent = subprocess.DEVNULL
    code = subprocess.run(command, stdin=silent, stdout=silent, check=False).returncode
    if code < 0:
        raise SystemExit(f"{command[0]} was ended by signal {-code}; start again.")
    return code


def read_stamp() -> dict[str, str]:
    """Return what .venv was last brought up to: a digest per lock, and the folder."""
    try:
        stamp = json.loads((ROOT / ".venv" / "heatdesk.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Write down what .venv holds now."""
    text = json.dumps({**stamp, "root": str(ROOT)}, indent=1, sort_keys=True)
    (ROOT / ".venv" / "heatdesk.json").write_text(text + "\n", encoding="utf-8")


def digest(file: Path) -> str:
    """Return the SHA-256 of a file's text, the same with either kind of line end."""
    return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def is_debian() -> bool:
    """Tell whether packages of this machine come by apt."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-query"))


def missing_debian_packages(wanted: Sequence[str]) -> list[str]:
    """Return which of the wanted packages are neither installed nor provided by another.

    Newer Debian and Ubuntu renamed libraries (libglib2.0-0t64) and let them provide the
    old name; asking for the name alone would call apt at every start.
    """
    listing = subprocess.check_output(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}, ${Provides}\n"],
        encoding="utf-8",
    )
    there: set[str] = set()
    for line in listing.splitlines():
        status, _, names = line.partition("\t")
        if status == "installed":
            there.update(name.split(" (")[0].strip() for name in names.split(","))
    return sorted(set(wanted) - there)


def add_debian_packages(
    wanted: Sequence[str], becoming_root: Callable[[], list[str] | None]
) -> None:
    """Install the missing Debian packages, or say the exact command and stop."""
    if not is_debian() or not (missing := missing_debian_packages(wanted)):
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    by_hand = f"apt-get update && {shlex.join(install)}"
    become = becoming_root()
    if become is None:
        raise Refusal(
            "Heatdesk needs Debian packages that only the administrator may add. "
            f"Run this as root, then start again:\n    {by_hand}"
        )
    say(f"Adding Debian packages: {' '.join(missing)} …")
    quiet = [*become, "env", "DEBIAN_FRONTEND=noninteractive"]
    quietly([*quiet, "apt-get", "update", "--quiet=2"])  # a dead extra source is no obstacle
    if (code := quietly([*quiet, *install, "--quiet=2"])) != 0:
        raise Refusal(
            f"apt-get ended with code {code}. Run this as root to see why:\n    {by_hand}"
        )


def become_root() -> list[str] | None:
    """Return what to put before a command to run it as root; None when nothing helps."""
    if sys.platform != "win32":
        if os.geteuid() == 0:
            return []
        if shutil.which("sudo") and quietly_succeeds(["sudo", "-n", "true"]):
            return ["sudo", "-n"]
    return None


def quietly_succeeds(command: Sequence[str]) -> bool:
    """Tell whether a program ends well, showing nothing of it."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


def script(name: str) -> str:
    """Return the path of a helper script; they lie beside the locks."""
    return str(ROOT / "packaging" / name)


def hand_over(command: Sequence[str]) -> int:
    """Start the given program in this folder and return its exit code once it has ended."""
    started = subprocess.Popen(command, cwd=ROOT)
    signal.signal(signal.SIGTERM, lambda _number, _frame: started.terminate())
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the program hears Ctrl-C itself
            code = started.wait()
            return code if code >= 0 else 128 - code


def say(sentence: str) -> None:
    """Write a sentence for the person at the terminal, whatever its code page."""
    stream = sys.stderr
    wanted = stream.encoding or "ascii"
    stream.write(sentence.encode(wanted, "replace").decode(wanted) + "\n")
    stream.flush()


COMMANDS: dict[str, tuple[Callable[[list[str]], int], str]] = {
    "run": (run, "start the demo plant on the desktop; options go to heatdesk demo"),
    "test": (test, "check style, types, imports, house rules, tests; options go to pytest"),
    "trace": (trace, "list every promised function with the tests that prove it [--csv]"),
    "words": (
        words,
        "renew the catalogues of the languages after a text changed [--check]",
    ),
    "pictures": (pictures, "make the pictures of the help anew: PROJECT [PICTURE...]"),
    "bench": (bench, "measure the promised speeds; options go to heatdesk bench"),
    "setup": (setup, "only prepare .venv with everything that run and test need"),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
