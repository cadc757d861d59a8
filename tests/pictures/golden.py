"""The pictures every page is held against: taken, kept small, compared; renewed by command.

``python -m tests.pictures.golden`` renews them all, with names only the pages named
(``device-chart alarms``). Look at what changed before it is committed.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication

from tests.pixels import parts_of
from tests.scripts import ROOT

FOLDER = Path(__file__).with_name("golden")
SIZE = (1280, 800)
NEAR = 24  # of 255: a channel further off counts as another colour
_SHADES = [min((shade + 4) // 8 * 8, 255) for shade in range(256)]  # a third less to keep
AT_MOST = 0.0005  # of all pixels may be of another colour
KIND = "webp"  # without loss, half as large as PNG
# How hard Pillow's packer works: seconds a picture, for what is kept; for a look none.
MOST_WORK, LEAST_WORK = 6, 1
_HABITS = ("QT_", "FONTCONFIG_", "LC_", "LANG", "FREETYPE_", "XDG_", "TZ")
Pixels = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Look:
    """One way every page is pictured."""

    name: str
    language: str = "en"
    theme: str = "day"
    scale: int = 1


LOOKS = (
    Look("day"),
    Look("night", theme="night"),
    Look("day-2x", scale=2),
    Look("night-2x", theme="night", scale=2),
    Look("de", "de"),
    Look("xx", "xx"),
)


def golden(place: str, look: Look) -> Path:
    """Return where the picture of a page is kept."""
    return FOLDER / f"{place}-{look.name}.{KIND}"


def undisturbed(around: Mapping[str, str], scale: int) -> Mapping[str, str]:
    """Return an environment in which every machine draws alike, whatever its habits."""
    kept = {key: text for key, text in around.items() if not key.startswith(_HABITS)}
    return kept | {
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": str(scale),
        "FONTCONFIG_FILE": str(FOLDER.with_name("fonts.conf")),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def take(
    out: Path,
    scale: int,
    places: Sequence[str] = (),
    looks: Sequence[str] = (),
    around: Mapping[str, str] = os.environ,
    work: int = LEAST_WORK,
) -> None:
    """Take pictures in a process of that scale into a folder; no names mean all.

    Pictures of double scale are kept at half size: what is drawn coarsely there is
    seen, and the repository stays small.
    """
    command = [sys.executable, "-m", "tests.pictures.taking", str(out), str(scale)]
    done = subprocess.run(
        [*command, ",".join(places), ",".join(looks), str(work)],
        cwd=ROOT,
        env=undisturbed(around, scale),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def keep(picture: QImage, file: Path, work: int) -> None:
    """Write a picture at the size of the window, whatever its scale."""
    plain = QImage(picture)
    plain.setDevicePixelRatio(1)
    if plain.width() != SIZE[0]:
        plain = plain.scaled(
            *SIZE,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    plain = plain.convertToFormat(QImage.Format.Format_RGB888)
    bits = plain.constBits()
    assert bits is not None
    rows = bits.asstring(plain.sizeInBytes())
    size = (plain.width(), plain.height())
    packed = Image.frombytes("RGB", size, rows, "raw", "RGB", plain.bytesPerLine())
    packed = packed.point(_SHADES * 3)
    if work == MOST_WORK:  # 8 of 255 off at most, and another third less to keep
        fewer = packed.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        packed = fewer.convert("RGB")
    effort = 100 if work == MOST_WORK else 0
    packed.save(file, KIND, lossless=True, quality=effort, method=work)


def pixels(file: Path) -> Pixels:
    """Return a picture's rows of red, green and blue."""
    read = QImage(str(file))
    if read.isNull():
        raise FileNotFoundError(file)
    return parts_of(read)


def difference(one: Pixels, other: Pixels) -> str:
    """Return "" when two pictures are alike, else how much differs and where."""
    if one.shape != other.shape:
        return f"{other.shape[1]}×{other.shape[0]} instead of {one.shape[1]}×{one.shape[0]}"
    far = np.abs(one - other).max(axis=2) > NEAR
    part = float(far.mean())
    if part <= AT_MOST:
        return ""
    rows, columns = np.nonzero(far.any(axis=1))[0], np.nonzero(far.any(axis=0))[0]
    box = f"{columns[0]},{rows[0]} to {columns[-1]},{rows[-1]}"
    return f"{part:.2%} of it is different, from {box}"


@contextmanager
def renewing() -> Iterator[Path]:
    """Give the folder of the pictures, made when it is missing."""
    FOLDER.mkdir(exist_ok=True)
    yield FOLDER


def renew(places: Sequence[str]) -> None:
    """Take the pictures anew; of pages that are gone they are removed."""
    with renewing() as folder:
        if not places:
            for old in folder.glob(f"*.{KIND}"):
                old.unlink()
        for scale in (1, 2):
            take(folder, scale, places, work=MOST_WORK)
    whole = sum(each.stat().st_size for each in folder.iterdir())
    sys.stdout.write(f"{len(list(folder.iterdir()))} pictures, {whole / 1e6:.1f} MB\n")


if __name__ == "__main__":
    application = QApplication.instance()  # none is needed to compare
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*")
    renew(parser.parse_args().places)
