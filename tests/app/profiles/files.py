"""Small profiles written to a folder, for tests of what the loader says of them."""

from pathlib import Path

from app.profiles.loader import ProfileSet, load_folders

SOUND = """\
schema: 1
profile: {id: acme.meter, version: 1, label: Acme, status: draft}
poll_groups: {slow: 60s}
points:
  - id: a
    name: First
    at: 1
    type: int16
"""


def load(folder: Path, *texts: str) -> ProfileSet:
    """Write the texts as ``acme.meter.yaml``, ``acme.two.yaml`` … and load the folder."""
    for name, text in zip(("acme.meter", "acme.two", "acme.three"), texts, strict=False):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_folders([folder])


def faults(folder: Path, *texts: str) -> list[str]:
    """Return what the loader says of the texts, one line a fault."""
    return [str(error) for error in load(folder, *texts).errors]
