"""Measures, sizes and greys of printed paper, as the page design states them."""

from dataclasses import dataclass, replace

from app.reports.render.fonts import Face

PAPER_MM = (210.0, 297.0)  # A4 portrait
LEFT_MM, RIGHT_MM, TOP_MM, BOTTOM_MM = 22.0, 12.0, 12.0, 8.0  # left: room for punch holes
TEXT_MM = PAPER_MM[0] - LEFT_MM - RIGHT_MM  # 176: twelve columns of 11, gutters of 4
RIGHT_EDGE_MM = LEFT_MM + TEXT_MM
HALF_MM, GUTTER_MM = 86.0, 4.0
HEADER_RULE_MM = 18.0  # from the top edge
BODY_TOP_MM = 20.0  # below the header, from page 2
BODY_END_MM = 272.1  # nothing of the body is printed below
FOOTER_RULE_MM = 281.5
PT_MM = 25.4 / 72

HAIR_PT, THIN_PT, LINE_PT, FRAME_PT, TITLE_RULE_PT = 0.25, 0.5, 0.5, 0.75, 1.2
BLACK, DARK, SOFT, DIM, STALE = 0.0, 0.2, 0.267, 0.333, 0.4  # #000 #333 #444 #555 #666
RULE, HAIR = 0.533, 0.71  # #888, #b5b5b5
PALE, LIGHT, MIDDLE, WHITE = 0.933, 0.851, 0.733, 1.0  # #eee, #d9d9d9, #bbb

ROW_MM, MEASURED_ROW_MM, FACT_ROW_MM = 3.95, 4.15, 4.35
GROUP_HEAD_MM, TABLE_HEAD_MM = 6.25, 4.8
FRACTION_MM = 2.7  # behind the decimal mark's place


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set: size in points, face, grey (0 black … 1 white)."""

    size_pt: float = 8.5
    face: Face = Face.REGULAR
    grey: float = BLACK

    def bold(self) -> "Type":
        """Return the same in bold."""
        return replace(self, face=Face.BOLD)

    def italic(self) -> "Type":
        """Return the same in italic."""
        return replace(self, face=Face.ITALIC)

    def in_grey(self, grey: float) -> "Type":
        """Return the same in another grey."""
        return replace(self, grey=grey)


BODY = Type()
TITLE = Type(21, Face.BOLD)
SUBTITLE = Type(11, grey=DARK)
FIGURE = Type(15, Face.BOLD)
PAGE_TITLE = Type(12, Face.BOLD)
SECTION = Type(9.5, Face.BOLD)
GROUP = Type(9, Face.BOLD)
STRONG = Type(8.5, Face.BOLD)
HEAD = Type(7.5, grey=DIM)
SMALL = Type(7.5, grey=SOFT)
FOOT = Type(7, grey=SOFT)
CODE = Type(8, Face.MONO)
