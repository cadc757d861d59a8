"""One command prepares a bare machine, repairs what broke, and says what it cannot do."""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

import dev
from tests.scripts import ROOT, lay_out, load_script

command_wheel = load_script("command_wheel")

PREPARE = """
import dev, sys
try:
    dev.prepare("runtime.lock", ())
except dev.Refusal as reason:
    sys.exit(str(reason))
"""
DEBIAN = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no Debian packages")
COMMAND = '"""A."""\ndef main():\n    print("the plant")\n    return 0\n'


def in_python(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines against dev.py in a process of their own."""
    return subprocess.run(
        [sys.executable, "-c", f"import dev, sys\n{text}"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_an_older_python_gets_a_sentence() -> None:
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 9))
    done = in_python("dev.OLDEST_PYTHON = (99, 0)\nsys.exit(dev.main(['test']))")
    assert done.returncode == 2
    assert done.stderr.startswith("Heatdesk needs Python 99.0 or newer; this is Python 3.")


@pytest.mark.parametrize(("words", "code"), [(["runn"], 2), ([], 0), (["--help"], 0)])
def test_whoever_does_not_know_the_commands_sees_them(words: list[str], code: int) -> None:
    done = in_python(f"sys.exit(dev.main({words!r}))")
    assert done.returncode == code
    assert all(name in done.stderr for name in ("run", "test", "trace", "bench", "setup"))


def test_setup_refuses_options_it_does_not_know() -> None:
    done = in_python("sys.exit(dev.main(['setup', '--fast']))")
    assert done.returncode == 2
    assert "--fast" in done.stderr


def test_the_exit_code_of_the_started_program_is_ours() -> None:
    start = "sys.exit(dev.hand_over([sys.executable, '-c', 'raise SystemExit(7)']))"
    assert in_python(start).returncode == 7


@DEBIAN
def test_ending_dev_py_ends_the_program_it_started() -> None:
    child = "import time; print('up', flush=True); time.sleep(60)"
    start = f"sys.exit(dev.hand_over([sys.executable, '-c', {child!r}]))"
    with subprocess.Popen(
        [sys.executable, "-c", f"import dev, sys\n{start}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "up\n"
        started.terminate()
        assert started.wait(10) == 128 + 15
        assert started.stdout.read() == ""  # its end shows that the program is gone


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a desktop")
@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_display_is_there_when_the_desktop_names_one(name: str) -> None:
    nothing = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    ask = "print(dev.has_display())"
    assert in_python(ask, **nothing).stdout == "False\n"
    assert in_python(ask, **{**nothing, name: ":0"}).stdout == "True\n"


class DebianMachine:
    """A folder with programs that answer like dpkg-query and apt-get, and write down calls."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self.answer("dpkg-query", "installed\\tlibgl1, \\ninstalled\\tfont, fonts (= 2)\\n")
        self.answer("apt-get", "")
        self.answer("env", "", code='shift; exec "$@"')
        monkeypatch.setenv("PATH", str(folder))

    def answer(self, program: str, text: str, code: str = "") -> None:
        file = self._folder / program
        log = f"echo {program} $* >> {self._folder}/calls"
        file.write_text(f"#!/bin/sh\n{log}\nprintf '{text}'\n{code}\n", encoding="utf-8")
        file.chmod(0o755)

    def calls(self) -> list[str]:
        file = self._folder / "calls"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [line for line in lines if not line.startswith("env")]


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DebianMachine:
    return DebianMachine(tmp_path, monkeypatch)


def as_root() -> list[str]:
    return []


@DEBIAN
class TestDebianPackages:
    def test_only_what_is_missing_is_added(self, debian: DebianMachine) -> None:
        dev.add_debian_packages(["libgl1", "libegl1", "libdbus-1-3"], as_root)
        assert debian.calls()[1:] == [
            "apt-get update --quiet=2",
            "apt-get install --yes --no-install-recommends libdbus-1-3 libegl1 --quiet=2",
        ]

    def test_nothing_missing_asks_apt_for_nothing(self, debian: DebianMachine) -> None:
        dev.add_debian_packages(["libgl1"], as_root)
        assert [call.split()[0] for call in debian.calls()] == ["dpkg-query"]

    def test_a_renamed_library_counts_by_the_name_it_provides(
        self, debian: DebianMachine
    ) -> None:
        debian.answer("dpkg-query", "installed\\tlibglib2.0-0t64, libglib2.0-0 (= 2.80)\\n")
        assert dev.missing_debian_packages(["libglib2.0-0"]) == []

    def test_a_removed_library_is_missing(self, debian: DebianMachine) -> None:
        debian.answer("dpkg-query", "config-files\\tlibgl1, \\n")
        assert dev.missing_debian_packages(["libgl1"]) == ["libgl1"]

    def test_without_rights_the_exact_command_is_named(self, debian: DebianMachine) -> None:
        with pytest.raises(dev.Refusal) as refusal:
            dev.add_debian_packages(["libegl1", "libgl1"], lambda: None)
        command = "apt-get install --yes --no-install-recommends libegl1"
        assert str(refusal.value).endswith(f"\n    apt-get update && {command}")
        assert [call.split()[0] for call in debian.calls()] == ["dpkg-query"]

    def test_a_failing_apt_is_told_with_the_command(self, debian: DebianMachine) -> None:
        debian.answer("apt-get", "", code="exit 100")
        with pytest.raises(dev.Refusal, match="apt-get ended with code 100"):
            dev.add_debian_packages(["libegl1"], as_root)

    def test_sudo_that_asks_nothing_is_used(self, debian: DebianMachine) -> None:
        debian.answer("sudo", "", code='shift; exec "$@"')
        dev.add_debian_packages(["libegl1"], lambda: ["sudo", "-n"])
        install = "apt-get install --yes --no-install-recommends libegl1 --quiet=2"
        assert debian.calls()[-1] == install

    def test_another_kind_of_linux_is_left_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        dev.add_debian_packages(["libegl1"], as_root)


def small_wheel(folder: Path, version: str) -> str:
    """Write a library as a wheel; return its line for a lock file."""
    info = f"heatpump-{version}.dist-info"
    tag = "Wheel-Version: 1.0\nGenerator: a\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    wheel = folder / f"heatpump-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("heatpump.py", f"VERSION = '{version}'\n")
        about = f"Metadata-Version: 2.1\nName: heatpump\nVersion: {version}\n"
        archive.writestr(f"{info}/METADATA", about)
        archive.writestr(f"{info}/WHEEL", tag)
        archive.writestr(f"{info}/RECORD", "")
    return (
        f"heatpump=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    )


class SmallProject:
    """A copy of dev.py in a folder with a blank in its name, and libraries without network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "heat désk"
        self.shelf = folder / "shelf"
        self.shelf.mkdir()
        self.lock = self.folder / "packaging" / "runtime.lock"
        lay_out(self.folder, {"app/__init__.py": "", "app/__main__.py": COMMAND})
        for name in ("dev.py", "pyproject.toml", "packaging/command_wheel.py"):
            (self.folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(ROOT / name, self.folder / name)
        self.require("1.0")

    def require(self, version: str) -> None:
        self.lock.write_text(small_wheel(self.shelf, version), encoding="utf-8")

    def prepare(self) -> subprocess.CompletedProcess[str]:
        """Bring the environment up to date, without network and without Debian's programs."""
        return self._run([sys.executable, "-X", "utf8", "-c", PREPARE], self.folder)

    def inside(self, program: str, *arguments: str) -> str:
        """Run a program of the environment from somewhere else; return what it says."""
        folder = "Scripts" if sys.platform == "win32" else "bin"
        file = self.folder / ".venv" / folder / program
        return self._run([str(file), *arguments], self.shelf).stdout.strip()

    def _run(self, command: Sequence[str], where: Path) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PIP_")
        }
        environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
        environment |= {"PIP_FIND_LINKS": str(self.shelf), "PATH": str(self.shelf)}
        return subprocess.run(
            command,
            cwd=where,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=90,
            check=False,
        )


HEATPUMP = ("-c", "import heatpump; print(heatpump.VERSION)")


@pytest.fixture
def project(tmp_path: Path) -> SmallProject:
    return SmallProject(tmp_path)


@pytest.mark.campaign
def test_a_fresh_machine_gets_libraries_and_the_command(project: SmallProject) -> None:
    done = project.prepare()
    assert (done.returncode, done.stderr.count("…")) == (0, 2), done.stderr
    assert project.inside("python", *HEATPUMP) == "1.0"
    assert project.inside("heatdesk") == "the plant"
    about = "import importlib.metadata as m; print(m.version('heatdesk'))"
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project.inside("python", "-c", about) == version["version"]

    # The second start finds everything done and needs nothing, not even the libraries.
    shutil.rmtree(project.shelf)
    project.shelf.mkdir()
    again = project.prepare()
    assert (again.returncode, again.stderr) == (0, "")

    # A changed lock is installed; one whose file was swapped is refused, and nothing breaks.
    project.require("2.0")
    assert project.prepare().returncode == 0
    assert project.inside("python", *HEATPUMP) == "2.0"
    project.require("3.0")
    wheel = project.shelf / "heatpump-3.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes() + b"\n")
    refused = project.prepare()
    assert refused.returncode == 1
    assert "packaging/runtime.lock were not installed" in refused.stderr
    assert not (project.folder / ".venv" / "half-built").exists()
    assert project.inside("python", *HEATPUMP) == "2.0"


@pytest.mark.campaign  # builds two environments
def test_a_broken_environment_is_built_anew(project: SmallProject) -> None:
    assert project.prepare().returncode == 0
    venv = project.folder / ".venv"

    # The machine went down in the middle of an installation.
    (venv / "half-built").touch()
    (venv / "torn.py").touch()
    assert "Making .venv" in project.prepare().stderr
    assert not (venv / "torn.py").exists()
    assert project.inside("heatdesk") == "the plant"

    # The folder was moved: the programs inside still name the old place.
    moved = project.folder.with_name("moved")
    project.folder.rename(moved)
    project.folder = moved
    project.lock = moved / "packaging" / "runtime.lock"
    assert "Making .venv" in project.prepare().stderr
    assert project.inside("heatdesk") == "the plant"


def test_the_stamp_reads_alike_with_either_line_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"numpy==2\nruff==1\n")
    (tmp_path / "b").write_bytes(b"numpy==2\r\nruff==1\r\n")
    assert dev.digest(tmp_path / "a") == dev.digest(tmp_path / "b")


def test_the_command_wheel_names_each_of_its_files_with_its_hash(tmp_path: Path) -> None:
    wheel = tmp_path / "heatdesk-0.1.0-py3-none-any.whl"
    command_wheel.write_wheel(wheel, "heatdesk", "0.1.0", {"heatdesk": "app.__main__:main"})
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        record = archive.read("heatdesk-0.1.0.dist-info/RECORD").decode()
        path = archive.read("heatdesk.pth").decode()
    assert [line.split(",")[0] for line in record.splitlines()] == names
    assert path.isascii()
    assert not Path(path.strip()).is_absolute()
