"""The utility's logo in greys: PNG and JPEG flattened on white, SVG as shapes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from reportlab.lib.utils import ImageReader

from app.errors import BadInput
from app.reports.render.sheet import Sheet
from app.reports.render.svg import Drawing, read_svg
from app.words import _

LOGO_MM = (44.0, 14.0)
_MOST_PIXELS = 1600  # of either side: 900 dpi in print; larger files are made smaller
MOST_BYTES = 20_000_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo ready to be placed; its size in mm keeps the picture's own proportions."""

    width: float
    height: float
    draw: Callable[[Sheet, float, float], None]


def load_logo(path: Path | None) -> Logo | None:
    """Return the logo in ``path``; None without one.

    A file that cannot be used is logged with its name and left out: the report of a
    controller must not wait for a picture.
    """
    if path is None:
        return None
    try:
        return read_logo(path)
    except BadInput as error:
        _log.warning("the report is printed without its logo: %s", error)
        return None


def read_logo(path: Path) -> Logo:
    """Return the logo in ``path``; `BadInput` names the file and what is wrong with it."""
    return logo_of(logo_bytes(path), path.name)


def logo_bytes(path: Path) -> bytes:
    """Return what lies in a file that shall be a logo; `BadInput` when it will not do."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or str(error)
        words = _("{file}: the logo cannot be read: {why}")
        raise BadInput(words.format(file=path.name, why=why)) from error
    return raw


def logo_of(raw: bytes, name: str) -> Logo:
    """Return the logo in the bytes of a file; `BadInput` says what is wrong with it."""
    if len(raw) > MOST_BYTES:
        words = _("{file}: a logo takes at most {count} MB")
        raise BadInput(words.format(file=name, count=MOST_BYTES // 1_000_000))
    if name.lower().endswith(".svg"):
        return _vector(read_svg(raw, name))
    return _bitmap(raw, name)


def _vector(drawing: Drawing) -> Logo:
    scale = min(LOGO_MM[0] / drawing.width, LOGO_MM[1] / drawing.height)

    def draw(sheet: Sheet, x: float, y: float) -> None:
        drawing.draw(sheet, x, y, scale)

    return Logo(drawing.width * scale, drawing.height * scale, draw)


def _bitmap(raw: bytes, name: str) -> Logo:
    try:
        with Image.open(BytesIO(raw), formats=("PNG", "JPEG")) as opened:
            opened.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
            image = _in_greys(opened)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        words = _("{file}: this is no picture for a logo (PNG, JPEG or SVG)")
        raise BadInput(words.format(file=name)) from error
    scale = min(LOGO_MM[0] / image.width, LOGO_MM[1] / image.height)
    size = (image.width * scale, image.height * scale)

    def draw(sheet: Sheet, x: float, y: float) -> None:
        sheet.picture(x, y, size, ImageReader(image))

    return Logo(*size, draw)


def _in_greys(image: Image.Image) -> Image.Image:
    flat = Image.new("RGBA", image.size, "white")
    flat.alpha_composite(image.convert("RGBA"))
    return flat.convert("L")
