"""Small signs of the paper, told by shape: clock, hand, alarms, change bar, hatch."""

from math import cos, radians, sin

from app.reports.render.fonts import Face
from app.reports.render.sheet import Sheet, Spot
from app.reports.render.style import BLACK, DIM, LEFT_MM, PT_MM, RULE, WHITE, Type

MARK_MM = 3.5  # height and width of a sign in a table
_LEAST_PT = 7.0  # nothing is printed smaller
_HALF_FIGURE_MM = 0.69 / 2 * 25.4 / 72  # half the height of a figure, in sizes
_BAR_MM = 2.6  # the change bar stands this far left of the text


def clock(sheet: Sheet, x: float, middle: float, size: float = MARK_MM) -> None:
    """Draw the sign of a stale value around ``middle``, its left edge at ``x``."""
    radius, centre = size * 0.42, x + size / 2
    sheet.circle(centre, middle, radius, 0.6, DIM)
    hands = [(centre, middle - radius * 0.55), (centre, middle)]
    sheet.path([*hands, (centre + radius * 0.45, middle + radius * 0.3)], 0.6, DIM)


def hand(sheet: Sheet, x: float, middle: float, size: float = MARK_MM) -> None:
    """Draw the boxed M of a value held by hand."""
    side = size * 0.9
    left = x + (size - side) / 2
    sheet.box(left, middle - side / 2, (side, side), 0.7, BLACK, fill=WHITE, round_mm=0.4)
    _letter(sheet, left + side / 2, middle, "M", size)


def alarm(sheet: Sheet, x: float, middle: float, priority: int, size: float = MARK_MM) -> None:
    """Draw an alarm's shape with its priority: square 1, triangle 2, diamond 3, circle 4."""
    centre, half = x + size / 2, size * 0.46
    if priority == 1:
        side = half * 1.75
        place = (centre - side / 2, middle - side / 2)
        sheet.box(*place, (side, side), 0.75, BLACK, fill=WHITE)
    elif priority == 2:  # noqa: PLR2004 – the plant knows priorities 1 to 4
        corners = [(centre, middle - half * 1.15), (centre + half * 1.2, middle + half * 0.95)]
        corners.append((centre - half * 1.2, middle + half * 0.95))
        sheet.path(corners, 0.75, BLACK, fill=WHITE, closed=True)
    elif priority == 3:  # noqa: PLR2004
        corners = [(centre, middle - half), (centre + half, middle)]
        corners += [(centre, middle + half), (centre - half, middle)]
        sheet.path(corners, 0.75, BLACK, fill=WHITE, closed=True)
    else:
        sheet.circle(centre, middle, half * 0.93, 0.75, BLACK, fill=WHITE)
    lower = size * 0.12 if priority == 2 else 0.0  # noqa: PLR2004
    _letter(sheet, centre, middle + lower, str(priority), size)


def change_bar(sheet: Sheet, top: float, height: float, x: float = LEFT_MM - _BAR_MM) -> None:
    """Draw the bar in the margin: changed since the last report."""
    sheet.line((x, top), (x, top + height), 1.5, BLACK)


def hatch(sheet: Sheet, x: float, top: float, width: float, height: float) -> None:
    """Draw the hatched box of a value that cannot be believed."""
    step = 0.8
    start = x - height
    lines: list[tuple[str, tuple[Spot, ...]]] = []
    while start < x + width:
        low, high = max(start, x), min(start + height, x + width)
        if high > low:
            lines.append(("M", ((low, top + height - (low - start)),)))
            lines.append(("L", ((high, top + height - (high - start)),)))
        start += step
    sheet.shape(lines, fill=None, stroke=RULE, width_mm=0.35 * PT_MM)
    sheet.box(x, top, (width, height), 0.25, RULE)


def circuit(sheet: Sheet, x: float, middle: float, number: str, size: float = 3.6) -> None:
    """Draw a circuit's number in its box."""
    sheet.box(x, middle - size / 2, (size, size), 0.5, BLACK, round_mm=0.5)
    style = Type(max(size * 2.08, _LEAST_PT), Face.BOLD)
    sheet.text(x + size / 2, middle + style.size_pt * _HALF_FIGURE_MM, number, style, at=0.5)


def arrow_head(sheet: Sheet, x: float, y: float, degrees: float, size: float = 2.2) -> None:
    """Draw a flow arrow pointing along ``degrees`` (0 right, 90 down)."""
    turn = radians(degrees)
    along, across = (cos(turn), sin(turn)), (-sin(turn), cos(turn))
    tip = (x + along[0] * size / 2, y + along[1] * size / 2)
    back = (x - along[0] * size / 2, y - along[1] * size / 2)
    half = size / 2
    corners = [
        tip,
        (back[0] + across[0] * half, back[1] + across[1] * half),
        (back[0] - across[0] * half, back[1] - across[1] * half),
    ]
    sheet.path(corners, 0.6, WHITE, fill=BLACK, closed=True)


def _letter(sheet: Sheet, centre: float, middle: float, letter: str, size: float) -> None:
    style = Type(max(size * 1.75, _LEAST_PT), Face.BOLD)
    sheet.text(centre, middle + style.size_pt * _HALF_FIGURE_MM, letter, style, at=0.5)
