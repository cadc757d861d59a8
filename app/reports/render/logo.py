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

LOGO_MM = (44.0, 14.0)
_MOST_PIXELS = 1600  # of either side: 900 dpi in print; larger files are made smaller
_MOST_BYTES = 20_000_000
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
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name}: the logo cannot be read: {error}") from error
    if len(raw) > _MOST_BYTES:
        raise BadInput(f"{path.name}: a logo of {len(raw)} bytes is too large")
    if path.suffix.lower() == ".svg":
        return _vector(read_svg(raw, path.name))
    return _bitmap(raw, path.name)


def _vector(drawing: Drawing) -> Logo:
    scale = min(LOGO_MM[0] / drawing.width, LOGO_MM[1] / drawing.height)

    def draw(sheet: Sheet, x: float, y: float) -> None:
        drawing.draw(sheet, x, y, scale)

    return Logo(drawing.width * scale, drawing.height * scale, draw)


def _bitmap(raw: bytes, name: str) -> Logo:
    try:
        with Image.open(BytesIO(raw)) as opened:
            opened.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
            image = _in_greys(opened)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadInput(f"{name}: this is no picture for a logo (PNG, JPEG or SVG)") from error
    scale = min(LOGO_MM[0] / image.width, LOGO_MM[1] / image.height)
    size = (image.width * scale, image.height * scale)

    def draw(sheet: Sheet, x: float, y: float) -> None:
        sheet.picture(x, y, size, ImageReader(image))

    return Logo(*size, draw)


def _in_greys(image: Image.Image) -> Image.Image:
    flat = Image.new("RGBA", image.size, "white")
    flat.alpha_composite(image.convert("RGBA"))
    return flat.convert("L")
