"""Write the small wheel that gives the environment its heatdesk command.

pip's own editable install builds the project first, for which it fetches setuptools from
the network or needs a newer one in the environment than Debian's Python brings. What such
an editable wheel holds is a path and three small texts. So it is written here, and pip
only unpacks it: offline, and with the right launcher (heatdesk.exe) on Windows.

Usage: python packaging/command_wheel.py FOLDER, with the Python of the environment; prints
the wheel's file name.

Source: the wheel format (PEP 427) and the entry points specification.
"""

import base64
import hashlib
import os
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(folder: Path) -> int:
    """Write the wheel into a folder and print its name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = f"{project['name']}-{project['version']}-py3-none-any.whl"
    write_wheel(folder / name, project["name"], project["version"], project["scripts"])
    sys.stdout.write(f"{name}\n")
    return 0


def write_wheel(wheel: Path, name: str, version: str, scripts: dict[str, str]) -> None:
    """Write a wheel that puts this project's folder on the path and declares its commands."""
    info = f"{name}-{version}.dist-info"
    commands = "".join(f"{command} = {goal}\n" for command, goal in scripts.items())
    files = {
        # Relative to site-packages, so that it is plain ASCII wherever the folder lies.
        f"{name}.pth": os.path.relpath(ROOT, sysconfig.get_path("purelib")) + "\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": (
            "Wheel-Version: 1.0\nGenerator: heatdesk\n"
            "Root-Is-Purelib: true\nTag: py3-none-any\n"
        ),
        f"{info}/entry_points.txt": f"[console_scripts]\n{commands}",
    }
    record = "".join(f"{file},{fingerprint(text)}\n" for file, text in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)


def fingerprint(text: str) -> str:
    """Return a text's hash and length the way a wheel's RECORD writes them."""
    raw = hashlib.sha256(text.encode()).digest()
    return f"sha256={base64.urlsafe_b64encode(raw).rstrip(b'=').decode()},{len(text.encode())}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
