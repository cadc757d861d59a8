"""Vector logos: the shapes of an SVG file, in greys; what cannot be printed is named."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import cos, hypot, isnan, pi, sin, sqrt, tan
from xml.etree import ElementTree as ET

from reportlab.lib import colors

from app.errors import BadInput
from app.reports.render.sheet import Sheet
from app.reports.render.svgpath import Command, Point, commands, ellipse
from app.words import _

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_TRANSFORM = re.compile(r"(\w+)\s*\(([^)]*)\)")
_RULE = re.compile(r"([^{}]+)\{([^}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_NAMED = re.compile(r"[a-z]+|(?:rgb|hsl)a?\([^()]*\)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_SKIPPED = frozenset({"title", "desc", "metadata", "defs", "style", "namedview", "script"})
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_UPRIGHT = frozenset({"y", "y1", "y2", "cy", "ry", "height"})
_DEEPEST = 50  # groups inside groups
_FARTHEST = 1e7  # of a place, in the drawing's units
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Shape:
    """One outline in the drawing's own units; greys 0 black … 1 white, None for not drawn."""

    outline: tuple[Command, ...]
    fill: float | None
    stroke: float | None
    stroke_width: float
    even_odd: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A logo made of shapes; width and height in its own units."""

    width: float
    height: float
    shapes: tuple[Shape, ...]

    def draw(self, sheet: Sheet, x: float, y: float, scale: float) -> None:
        """Draw with the upper left corner at (x, y) mm, ``scale`` mm a unit."""
        for shape in self.shapes:
            outline = [
                (kind, tuple((x + px * scale, y + py * scale) for px, py in points))
                for kind, points in shape.outline
            ]
            sheet.shape(
                outline,
                fill=shape.fill,
                stroke=shape.stroke,
                width_mm=shape.stroke_width * scale,
                even_odd=shape.even_odd,
            )


@dataclass(frozen=True, slots=True)
class _Style:
    """What a shape inherits from the groups around it."""

    frame: Point  # width and height of the whole drawing: what lengths in % are parts of
    matrix: Matrix = _SAME
    fill: str = "black"
    stroke: str = "none"
    stroke_width: float = 1.0
    even_odd: bool = False
    opacity: float = 1.0
    fill_opacity: float = 1.0
    stroke_opacity: float = 1.0
    hidden: bool = False  # with all that is inside
    visible: bool = True


def read_svg(raw: bytes, name: str) -> Drawing:
    """Return the drawing in an SVG file; `BadInput` names the file and the fault."""
    text = raw.decode("utf-16" if raw.startswith(_UTF_16) else "utf-8", errors="replace")
    if "<!ENTITY" in text:
        words = _("{file}: a logo with entities is not read")
        raise BadInput(words.format(file=name))
    try:
        root = ET.fromstring(text)  # noqa: S314 – entities are refused above
        width, height, start = _frame(root)
        rules = _rules(root)
        shapes = tuple(_shapes(root, _Style((width, height), start), rules, 0))
    except ET.ParseError as error:
        words = _("{file}: this is no SVG: {why}")
        raise BadInput(words.format(file=name, why=error)) from error
    except (BadInput, ValueError, OverflowError) as error:
        raise BadInput(f"{name}: {error}") from error
    if all(shape.fill is None and shape.stroke is None for shape in shapes):
        words = _("{file}: there is nothing in it that can be printed")
        raise BadInput(words.format(file=name))
    return Drawing(width, height, shapes)


def _frame(root: ET.Element) -> tuple[float, float, Matrix]:
    box = [float(n) for n in _NUMBER.findall(root.get("viewBox", ""))]
    if len(box) != 4:  # noqa: PLR2004 – x, y, width, height
        sizes = [_NUMBER.match(root.get(side, "")) for side in ("width", "height")]
        box = [0.0, 0.0, *(float(size[0]) if size else 0.0 for size in sizes)]
    x, y, width, height = box
    if not all(1 / _FARTHEST < side < _FARTHEST for side in (width, height)):
        raise BadInput(_("it does not say how large it is (viewBox)"))
    return width, height, (1.0, 0.0, 0.0, 1.0, -x, -y)


def _rules(root: ET.Element) -> dict[str, dict[str, str]]:
    """Return what the style sheets say, by selector; later rules add to earlier ones."""
    rules: dict[str, dict[str, str]] = {}
    texts = (e.text or "" for e in root.iter() if _local(e.tag) == "style")
    for match in _RULE.finditer("\n".join(_COMMENT.sub("", text) for text in texts)):
        for selector in match[1].split(","):
            rules.setdefault(selector.strip(), {}).update(_declared(match[2]))
    return rules


def _shapes(
    parent: ET.Element, style: _Style, rules: Mapping[str, dict[str, str]], depth: int
) -> Iterator[Shape]:
    if depth > _DEEPEST:
        raise BadInput(f"groups lie more than {_DEEPEST} deep in each other")
    for child in parent:
        kind = _local(child.tag)
        if kind in _SKIPPED or not kind:
            continue
        own = _inherit(child, style, rules)
        if kind in {"g", "svg", "a", "switch"}:
            yield from _shapes(child, own, rules, depth + 1)
        elif kind in _SHAPES:
            yield _shape(child, kind, own)
        else:
            words = _("it holds <{kind}>, which is not printed; turn it into paths")
            raise BadInput(words.format(kind=kind))


def _inherit(element: ET.Element, style: _Style, rules: Mapping[str, dict[str, str]]) -> _Style:
    told = _told(element, rules)
    width = _NUMBER.match(told.get("stroke-width", ""))
    return replace(
        style,
        matrix=_times(style.matrix, _matrix(told.get("transform", ""))),
        fill=told.get("fill", style.fill),
        stroke=told.get("stroke", style.stroke),
        stroke_width=float(width[0]) if width else style.stroke_width,
        even_odd=told.get("fill-rule", "evenodd" if style.even_odd else "") == "evenodd",
        opacity=style.opacity * _part(told.get("opacity", "1")),
        fill_opacity=_part(told.get("fill-opacity", str(style.fill_opacity))),
        stroke_opacity=_part(told.get("stroke-opacity", str(style.stroke_opacity))),
        hidden=style.hidden or told.get("display") == "none",
        visible=told.get("visibility", "visible" if style.visible else "hidden") == "visible",
    )


def _told(element: ET.Element, rules: Mapping[str, dict[str, str]]) -> dict[str, str]:
    """Return an element's own properties: attributes, style sheet, style, in rising weight."""
    told: dict[str, str] = dict(element.attrib)
    kind, classes = _local(element.tag), element.get("class", "").split()
    weight = {"*": 0, kind: 1} | {f".{one}": 2 for one in classes}
    weight |= {f"{kind}.{one}": 3 for one in classes} | {f"#{element.get('id', '')}": 4}
    for selector in sorted((one for one in rules if one in weight), key=weight.__getitem__):
        told |= rules[selector]
    told |= _declared(element.get("style", ""))
    return {name: value for name, value in told.items() if value != "inherit"}


def _shape(element: ET.Element, kind: str, style: _Style) -> Shape:
    outline = tuple(
        (letter, tuple(_moved(style.matrix, point) for point in points))
        for letter, points in _outline(element, kind, style.frame)
    )
    if not all(abs(part) < _FARTHEST for _kind, spots in outline for s in spots for part in s):
        raise BadInput("it holds a place far outside of the picture")
    a, b, c, d, _e, _f = style.matrix
    width = style.stroke_width * sqrt(abs(a * d - b * c))
    shown = bool(outline) and style.visible and not style.hidden
    filled, drawn = shown and kind != "line", shown and 0 < width < _FARTHEST
    return Shape(
        outline,
        _grey(style.fill, style.opacity * style.fill_opacity) if filled else None,
        _grey(style.stroke, style.opacity * style.stroke_opacity) if drawn else None,
        width,
        style.even_odd,
    )


def _outline(element: ET.Element, kind: str, frame: Point) -> list[Command]:
    def at(name: str) -> float:
        text = element.get(name, "0").strip()
        match = _NUMBER.match(text)
        length = float(match[0]) if match else 0.0
        if not text.endswith("%"):
            return length
        whole = frame[name in _UPRIGHT] if name != "r" else hypot(*frame) / sqrt(2)
        return length / 100 * whole

    if kind == "path":
        return commands(element.get("d", ""))
    if kind == "circle":
        return ellipse(at("cx"), at("cy"), at("r"), at("r"))
    if kind == "ellipse":
        return ellipse(at("cx"), at("cy"), at("rx"), at("ry"))
    if kind == "line":
        return [("M", ((at("x1"), at("y1")),)), ("L", ((at("x2"), at("y2")),))]
    if kind == "rect":
        radii = (
            at("rx" if "rx" in element.attrib else "ry"),
            at("ry" if "ry" in element.attrib else "rx"),
        )
        return _rectangle((at("x"), at("y")), (at("width"), at("height")), radii)
    flat = [float(number) for number in _NUMBER.findall(element.get("points", ""))]
    return _lines(list(zip(flat[::2], flat[1::2], strict=False)), closed=kind == "polygon")


def _rectangle(corner: Point, size: Point, radii: Point) -> list[Command]:
    (x, y), (width, height) = corner, size
    right, low = x + width, y + height
    rx, ry = min(abs(radii[0]), width / 2), min(abs(radii[1]), height / 2)
    if rx <= 0 or ry <= 0:
        return _lines([(x, y), (right, y), (right, low), (x, low)], closed=True)
    turn = f"A{rx} {ry} 0 0 1"
    return commands(
        f"M{x + rx} {y}H{right - rx}{turn} {right} {y + ry}V{low - ry}{turn} {right - rx} {low}"
        f"H{x + rx}{turn} {x} {low - ry}V{y + ry}{turn} {x + rx} {y}Z"
    )


def _lines(corners: list[Point], *, closed: bool) -> list[Command]:
    done: list[Command] = [("L" if index else "M", (p,)) for index, p in enumerate(corners)]
    return [*done, ("Z", ())] if closed and done else done


def _grey(paint: str, opacity: float) -> float | None:
    """Return how light a paint prints (Rec. 709 luma), mixed with white by its opacity."""
    plain = paint.strip().lower()
    if plain in {"none", "transparent"}:
        return None
    if plain == "currentcolor":
        plain = "black"
    colour = _colour(plain)
    if colour is None:
        raise BadInput(f"its paint {paint!r} is not printed")
    luma = 0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue
    paint_part = opacity * colour.alpha
    return float(1 - (1 - luma) * paint_part) if paint_part else None


def _colour(plain: str) -> colors.Color | None:
    """Return a colour by name, "#…" or "rgb(…)"; None for what is none."""
    try:
        if match := _HEX.fullmatch(plain):
            digits = match[1]
            if len(digits) < 6:  # noqa: PLR2004 – one digit stands for two
                digits = "".join(2 * digit for digit in digits)
            return colors.HexColor(f"#{digits}", hasAlpha=len(digits) == 8)  # noqa: PLR2004
        return colors.toColor(plain) if _NAMED.fullmatch(plain) else None
    except (ValueError, AttributeError, AssertionError):
        return None


def _part(text: str) -> float:
    """Return an opacity, 0 … 1: "0.5" or "50%"; what lies beyond counts as the end."""
    whole = 100.0 if text.strip().endswith("%") else 1.0
    part = float(text.strip().rstrip("%")) / whole
    if isnan(part):
        raise BadInput(f"its opacity {text!r} is none")
    return max(0.0, min(part, 1.0))


def _matrix(text: str) -> Matrix:
    whole = _SAME
    for kind, inside in _TRANSFORM.findall(text):
        n = [float(number) for number in _NUMBER.findall(inside)]
        whole = _times(whole, _one(kind, n))
    return whole


def _one(kind: str, n: list[float]) -> Matrix:
    if kind == "matrix" and len(n) == 6:  # noqa: PLR2004
        return (n[0], n[1], n[2], n[3], n[4], n[5])
    if kind == "translate" and n:
        return (1, 0, 0, 1, n[0], n[1] if len(n) > 1 else 0)
    if kind == "scale" and n:
        return (n[0], 0, 0, n[1] if len(n) > 1 else n[0], 0, 0)
    if kind == "rotate" and n:
        turn = n[0] * pi / 180
        x, y = (n[1], n[2]) if len(n) > 2 else (0.0, 0.0)  # noqa: PLR2004
        spun: Matrix = (cos(turn), sin(turn), -sin(turn), cos(turn), 0, 0)
        return _times(_times((1, 0, 0, 1, x, y), spun), (1, 0, 0, 1, -x, -y))
    if kind in {"skewX", "skewY"} and n:
        lean = tan(n[0] * pi / 180)
        return (1, 0, lean, 1, 0, 0) if kind == "skewX" else (1, lean, 0, 1, 0, 0)
    raise BadInput(f"its transform {kind!r} is not known")


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (
        a * g + c * h,
        b * g + d * h,
        a * i + c * j,
        b * i + d * j,
        a * k + c * m + e,
        b * k + d * m + f,
    )


def _moved(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def _declared(text: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in text.split(";") if ":" in part)
    return {
        name.strip(): value.strip().removesuffix("!important").strip()
        for name, _colon, value in pairs
    }


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
