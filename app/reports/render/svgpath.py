"""The path language of SVG 1.1 (chapter 8) turned into plain moves, lines and curves."""

import re
from collections.abc import Iterator
from math import atan2, ceil, cos, pi, sin, sqrt, tan

from app.errors import BadInput

Point = tuple[float, float]
Command = tuple[str, tuple[Point, ...]]  # "M" and "L" one point, "C" three, "Z" none
_TOKEN = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def commands(text: str) -> list[Command]:
    """Return the absolute commands of a path's ``d``; `BadInput` for what is none.

    Lengths beyond what can be reckoned with are refused too.
    """
    pen = _Pen()
    try:
        for letter, numbers in _segments(text):
            pen.take(letter, numbers)
    except ArithmeticError as error:
        raise BadInput("a path holds an arc that is far too large or too small") from error
    return pen.done


def ellipse(x: float, y: float, rx: float, ry: float) -> list[Command]:
    """Return an ellipse around (x, y) as commands."""
    right = (x + rx, y)
    start: list[Command] = [("M", (right,))]
    return [
        *start,
        *_arcs(right, (x - rx, y), (rx, ry), 0),
        *_arcs((x - rx, y), right, (rx, ry), 0),
        ("Z", ()),
    ]


def _segments(text: str) -> Iterator[tuple[str, list[float]]]:
    letter, numbers, idle = "", list[float](), False  # idle: the letter has drawn nothing yet
    for sign, number in _numbers_and_letters(text):
        if sign:
            if numbers or idle:
                raise BadInput(f"a path ends in the middle of {letter}")
            if not letter and sign not in "Mm":
                raise BadInput(f"a path begins with {sign}, not with a move")
            letter, idle = sign, sign not in "Zz"
            if letter in "Zz":
                yield letter, []
            continue
        if not letter or letter in "Zz":
            raise BadInput("a path begins with a number")
        numbers.append(float(number))
        if len(numbers) == _TAKES[letter.upper()]:
            yield letter, numbers
            numbers, idle = [], False
            letter = {"M": "L", "m": "l"}.get(letter, letter)
    if numbers or idle:
        raise BadInput(f"a path ends in the middle of {letter}")


def _numbers_and_letters(text: str) -> Iterator[tuple[str, str]]:
    """Yield the tokens; the flags of an arc may stand without blanks ("a1 1 0 01.5.5")."""
    at, arc, seen = 0, False, 0
    while at < len(text):
        if text[at] in " \t\r\n,":
            at += 1
            continue
        if arc and seen % 7 in {3, 4} and text[at] in "01":
            yield "", text[at]
            at, seen = at + 1, seen + 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadInput(f"a path holds {text[at : at + 10]!r}")
        if match[1]:
            arc, seen = match[1] in "Aa", 0
        else:
            seen += 1
        yield match[1] or "", match[2] or ""
        at = match.end()


class _Pen:
    """Follows a path and writes down what it draws."""

    def __init__(self) -> None:
        self.done: list[Command] = []
        self._at: Point = (0.0, 0.0)
        self._start: Point = (0.0, 0.0)
        self._handle: Point | None = None  # of the last curve, for a smooth one
        self._last = ""

    def take(self, letter: str, n: list[float]) -> None:
        kind, base = letter.upper(), self._at if letter.islower() else (0.0, 0.0)
        at, handle = self._at, None
        if kind == "Z":
            self._put("Z")
            self._at = self._start
        elif kind in "HV":
            x, y = (base[0] + n[0], at[1]) if kind == "H" else (at[0], base[1] + n[0])
            self._put("L", (x, y))
        elif kind == "A":
            end = (base[0] + n[5], base[1] + n[6])
            self.done += _svg_arc(at, end, (abs(n[0]), abs(n[1])), n[2], bool(n[3]), bool(n[4]))
            self._at = end
        else:
            points = [(base[0] + x, base[1] + y) for x, y in zip(n[::2], n[1::2], strict=True)]
            handle = self._points(kind, points)
        self._handle, self._last = handle, kind

    def _points(self, kind: str, points: list[Point]) -> Point | None:
        """Take a command made of points; return the handle a smooth one goes on from."""
        at = self._at
        if kind in "ML":
            self._put(kind, points[0])
            if kind == "M":
                self._start = points[0]
            return None
        smooth_after = "CS" if kind in "CS" else "QT"
        mirrored = self._mirrored() if self._last and self._last in smooth_after else at
        if kind in "CS":
            first, second, end = points if kind == "C" else (mirrored, *points)
            self._put("C", first, second, end)
            return second
        handle, end = points if kind == "Q" else (mirrored, points[0])
        first = _between(at, handle, 2 / 3)
        self._put("C", first, _between(end, handle, 2 / 3), end)
        return handle

    def _mirrored(self) -> Point:
        x, y = self._handle or self._at
        return 2 * self._at[0] - x, 2 * self._at[1] - y

    def _put(self, kind: str, *points: Point) -> None:
        self.done.append((kind, points))
        if points:
            self._at = points[-1]


def _between(start: Point, end: Point, part: float) -> Point:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _svg_arc(
    start: Point,
    end: Point,
    radii: Point,
    degrees: float,
    large: bool,
    sweep: bool,
) -> list[Command]:
    """Return an elliptical arc as curves (SVG 1.1, implementation notes F.6)."""
    rx, ry = radii
    if start == end:
        return []
    if not rx or not ry:
        return [("L", (end,))]
    turn = degrees * pi / 180
    dx, dy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos(turn) * dx + sin(turn) * dy, -sin(turn) * dx + cos(turn) * dy
    stretch = sqrt(max(1.0, (x / rx) ** 2 + (y / ry) ** 2))
    rx, ry = rx * stretch, ry * stretch
    above = (rx * ry) ** 2 - (rx * y) ** 2 - (ry * x) ** 2
    factor = sqrt(max(0.0, above / ((rx * y) ** 2 + (ry * x) ** 2)))
    factor = -factor if large is sweep else factor
    cx, cy = factor * rx * y / ry, -factor * ry * x / rx
    first = _angle((1.0, 0.0), ((x - cx) / rx, (y - cy) / ry))
    span = _angle(((x - cx) / rx, (y - cy) / ry), ((-x - cx) / rx, (-y - cy) / ry))
    if sweep and span < 0:
        span += 2 * pi
    elif not sweep and span > 0:
        span -= 2 * pi
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    centre = (
        middle[0] + cos(turn) * cx - sin(turn) * cy,
        middle[1] + sin(turn) * cx + cos(turn) * cy,
    )
    curves = _curves(centre, (rx, ry), turn, (first, span))
    *handles, _near_end = curves[-1][1]
    return [*curves[:-1], ("C", (*handles, end))]


def _angle(one: Point, other: Point) -> float:
    return atan2(one[0] * other[1] - one[1] * other[0], one[0] * other[0] + one[1] * other[1])


def _curves(centre: Point, radii: Point, turn: float, angles: Point) -> list[Command]:
    first, span = angles
    count = max(1, ceil(abs(span) / (pi / 2) - 1e-6))
    step = span / count
    reach = 4 / 3 * tan(step / 4)
    done: list[Command] = []
    for number in range(count):
        one, other = first + number * step, first + (number + 1) * step
        raw = [
            (cos(one) - reach * sin(one), sin(one) + reach * cos(one)),
            (cos(other) + reach * sin(other), sin(other) - reach * cos(other)),
            (cos(other), sin(other)),
        ]
        placed = [(x * radii[0], y * radii[1]) for x, y in raw]
        turned = tuple(
            (
                centre[0] + cos(turn) * x - sin(turn) * y,
                centre[1] + sin(turn) * x + cos(turn) * y,
            )
            for x, y in placed
        )
        done.append(("C", turned))
    return done


def _arcs(start: Point, end: Point, radii: Point, degrees: float) -> list[Command]:
    return _svg_arc(start, end, radii, degrees, large=False, sweep=True)
