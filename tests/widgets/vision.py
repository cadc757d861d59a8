"""What people who lack a kind of cone see, and how far colours are apart for them.

Simulation: Machado, Oliveira, Fernandes 2009, severity 1, on linear light. Distance: CIEDE2000
(Sharma, Wu, Dalal 2005), in which 2.3 is just noticeable side by side.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QColor, QImage

from tests.pixels import parts_of

Floats = NDArray[np.float64]

EYES: Mapping[str, Floats] = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
    "grey paper": np.tile(np.array([0.2126, 0.7152, 0.0722]), (3, 1)),
}  # fmt: skip
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
_WHITE = np.array([0.95047, 1.0, 1.08883])


def seen(colour: str, eye: str) -> str:
    """Return the colour that a person with such eyes takes ``#rrggbb`` for."""
    there = _of_light(EYES[eye] @ _light(_rgb(colour)))
    red, green, blue = (round(float(each) * 255) for each in there)
    return QColor(red, green, blue).name()


def picture_seen(picture: QImage, eye: str) -> Floats:
    """Return the lightness L* and a*, b* of every pixel as such eyes see it."""
    rows = parts_of(picture)
    light = _light(rows.reshape(-1, 3) / 255.0)
    there = np.clip(light @ EYES[eye].T, 0, 1)
    return _lab(there).reshape(rows.shape)


def apart(one: str, other: str, eye: str = "usual") -> float:
    """Return how far two colours are apart for such eyes."""
    labs = [
        _lab(np.clip(EYES[eye] @ _light(_rgb(each)), 0, 1)[None])[0] for each in (one, other)
    ]
    return ciede2000(labs[0], labs[1])


def pixels_apart(one: QImage, other: QImage, eye: str, noticeable: float = 12.0) -> int:
    """Return how many pixels of two pictures are clearly different for such eyes."""
    first, second = picture_seen(one, eye), picture_seen(other, eye)
    assert first.shape == second.shape
    return int((np.linalg.norm(first - second, axis=2) > noticeable).sum())


def ciede2000(one: Sequence[float] | Floats, other: Sequence[float] | Floats) -> float:
    """Return the distance of two L*a*b* colours."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    big_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    mean_l, mean_cc = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + turn / 2 if c1 * c2 else h1 + h2
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_cc, 1 + 0.015 * mean_cc * t
    spread = 30 * np.exp(-(((mean_h % 360 - 275) / 25) ** 2))
    r_t = -2 * np.sqrt(mean_cc**7 / (mean_cc**7 + 25.0**7)) * np.sin(np.radians(2 * spread))
    parts = (l2 - l1) / s_l, (c2 - c1) / s_c, big_h / s_h
    return float(np.sqrt(sum(each**2 for each in parts) + r_t * parts[1] * parts[2]))


def _rgb(colour: str) -> Floats:
    there = QColor(colour)
    return np.array([there.redF(), there.greenF(), there.blueF()])


def _light(rgb: Floats) -> Floats:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _of_light(light: Floats) -> Floats:
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def _lab(light: Floats) -> Floats:
    ratio = light @ _TO_XYZ.T / _WHITE
    bent = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = bent[:, 0], bent[:, 1], bent[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)
