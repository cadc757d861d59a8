"""The pixels of a picture as numbers: asked one by one, Qt takes most of a test's time."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRect
from PyQt6.QtGui import QColor, QImage


def colours_of(picture: QImage) -> NDArray[np.uint32]:
    """Return rows of 0xRRGGBB."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    bits = plain.constBits()
    assert bits is not None
    words = np.frombuffer(bits.asstring(plain.sizeInBytes()), np.uint32)
    rows = words.reshape(plain.height(), plain.bytesPerLine() // 4)[:, : plain.width()]
    return rows & np.uint32(0xFFFFFF)


def parts_of(picture: QImage) -> NDArray[np.int16]:
    """Return rows of red, green and blue, 0–255 each."""
    whole = colours_of(picture)
    return np.stack([whole >> 16, whole >> 8 & 0xFF, whole & 0xFF], axis=2).astype(np.int16)


def number_of(colour: QColor) -> int:
    """Return a colour as 0xRRGGBB."""
    return colour.rgb() & 0xFFFFFF


def names_in(picture: QImage, area: QRect | None = None) -> set[str]:
    """Return every colour of an area, else of the whole, as ``#rrggbb``."""
    whole = colours_of(picture if area is None else picture.copy(area))
    return {f"#{int(each):06x}" for each in np.unique(whole)}


def most_frequent(rows: NDArray[np.uint32]) -> QColor:
    """Return the colour that most of the pixels have; of two the one that comes first."""
    return QColor(Counter(rows.ravel().tolist()).most_common(1)[0][0])
