"""A vector logo is printed as its drawing program shows it, in greys, or refused by name."""

from contextlib import suppress
from math import hypot, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.reports.render.svg import Drawing, read_svg
from tests.app.reports.papers import drawn
from tests.app.reports.render.outlines import area, box, kinds

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">'
SQUARE = 'x="10" y="20" width="30" height="30"'
NUMBERS = st.floats(-50, 50).map(lambda value: round(value, 2))


def svg(inside: str, head: str = HEAD) -> Drawing:
    return read_svg(f"{head}{inside}</svg>".encode(), "logo.svg")


def fill_of(attributes: str, inside: str = "") -> float | None:
    """The grey of one box; a black one stands beside it, so that something is printed."""
    return svg(f"{inside}<rect {attributes} {SQUARE}/><rect {SQUARE}/>").shapes[0].fill


def refused(inside: str, head: str = HEAD) -> str:
    with pytest.raises(BadInput) as caught:
        svg(inside, head)
    told = str(caught.value)
    assert told.startswith("logo.svg: ")
    return told


@pytest.mark.parametrize(
    ("paint", "grey"),
    [
        ("#000000", 0.0),
        ("#FFFFFF", 1.0),
        ("#fff", 1.0),
        ("#888", 0x88 / 255),
        ("#0000", None),  # black, but fully transparent
        ("#000f", 0.0),
        ("#00000080", 1 - 0x80 / 255),
        ("white", 1.0),
        ("WHITE", 1.0),
        (" black ", 0.0),
        ("rgb(255, 0, 0)", 0.2126),
        ("rgb(100%, 0%, 0%)", 0.2126),
        ("rgba(0,0,0,.25)", 0.75),
        ("hsl(120, 100%, 50%)", 0.7152),
        ("blue", 0.0722),
        ("currentColor", 0.0),
        ("none", None),
        ("transparent", None),
    ],
)
def test_a_paint_is_as_light_as_the_eye_sees_it(paint: str, grey: float | None) -> None:
    assert fill_of(f'fill="{paint}"') == (
        None if grey is None else pytest.approx(grey, abs=2e-3)
    )


@pytest.mark.parametrize(
    "paint",
    [
        "", "#12", "#12345", "#1234567", "#ggg", "rouge-vif", "url(#gradient)", "url(#a) red",
        "rgb(", "rgb(1,2)", "rgb(300,0,0)", "rgb(x,y,z)", "(1,1,1)", "[1,2,3,4]", "(0,0,0,1)",
        "7", "{}", "((((", "Blacker(red,1)", "cmyk(0,0,0,1)", "9" * 400, "__import__('os')",
    ],
)  # fmt: skip
def test_a_paint_nobody_knows_is_named(paint: str) -> None:
    told = refused(f"<rect fill='{paint.replace(chr(39), '&apos;')}' {SQUARE}/>")
    assert "its paint" in told
    assert "is not printed" in told


@given(st.text(max_size=30))
def test_no_paint_whatever_crashes_the_reader(paint: str) -> None:
    escaped = "".join(f"&#{ord(char)};" for char in paint if char.isprintable())
    with suppress(BadInput):
        grey = fill_of(f'fill="{escaped}"')
        assert grey is None or 0.0 <= grey <= 1.0


def test_one_rule_of_a_style_sheet_may_hold_for_several_classes() -> None:
    sheet = "<style>.cls-1, .cls-2 { fill: #fff }\n.cls-2{stroke:#000}</style>"
    drawing = svg(f'{sheet}<rect class="cls-1" {SQUARE}/><rect class="cls-2" {SQUARE}/>')
    assert [(shape.fill, shape.stroke) for shape in drawing.shapes] == [(1.0, None), (1.0, 0.0)]


def test_a_later_rule_adds_to_an_earlier_one_of_the_same_class() -> None:
    sheet = "<style>.a{fill:#fff;stroke:#000}.a{stroke:#888}</style>"
    (shape,) = svg(f'{sheet}<rect class="a" {SQUARE}/>').shapes
    assert shape.fill == 1.0
    assert shape.stroke == pytest.approx(0x88 / 255)


@pytest.mark.parametrize(
    ("rules", "own", "grey"),
    [
        ("*{fill:#fff}", "", 1.0),
        ("rect{fill:#fff}", "", 1.0),
        ("circle{fill:#fff}", "", 0.0),
        ("#sign{fill:#fff}", 'id="sign"', 1.0),
        ("rect.a{fill:#fff}", 'class="a"', 1.0),
        ("circle.a{fill:#fff}", 'class="a"', 0.0),
        (".a{fill:#000}rect{fill:#fff}", 'class="a"', 0.0),  # a class weighs more than a kind
        ("#sign{fill:#fff}.a{fill:#000}", 'class="a" id="sign"', 1.0),
        (
            ".a{fill:#000}.b{fill:#fff}",
            'class="b a"',
            1.0,
        ),  # the later rule, not the later name
        (
            ".a{fill:#fff}",
            'class="a" fill="black"',
            1.0,
        ),  # a rule weighs more than an attribute
        (".a{fill:#fff}", 'class="a" style="fill:#000"', 0.0),
        (".a{fill:#fff !important}", 'class="a"', 1.0),
        ("/* .a{fill:#000} */.a{fill:#fff}", 'class="a"', 1.0),
        ("@font-face{font-family:X}.a{fill:#fff}", 'class="a"', 1.0),
    ],
)
def test_style_sheets_weigh_as_a_browser_weighs_them(rules: str, own: str, grey: float) -> None:
    assert fill_of(own, f"<style>{rules}</style>") == grey
    assert fill_of(own, f"<defs><style><![CDATA[{rules}]]></style></defs>") == grey


def test_what_a_drawing_program_hides_is_not_printed() -> None:
    hidden = svg(
        '<g style="display:none"><rect fill="red" stroke="black"/><g><circle r="4"/></g></g>'
        f'<g visibility="hidden"><rect {SQUARE}/><rect visibility="visible" {SQUARE}/></g>'
    )
    assert [shape.fill for shape in hidden.shapes] == [None, None, None, 0.0]
    assert [shape.stroke for shape in hidden.shapes] == [None] * 4


def test_a_logo_with_nothing_but_hidden_layers_is_refused() -> None:
    for nothing in (
        f'<g display="none"><rect {SQUARE}/></g>',
        f'<rect fill="none" {SQUARE}/>',
        f'<rect fill-opacity="0" {SQUARE}/>',
        '<path d=""/>',
        f'<rect fill="none" stroke="black" stroke-width="0" {SQUARE}/>',
        '<line x2="5"/>',
    ):
        assert "nothing in it that can be printed" in refused(nothing)


@pytest.mark.parametrize(
    ("attributes", "grey"),
    [
        ('opacity="0.25"', 0.75),
        ('opacity="25%"', 0.75),
        ('fill-opacity="0.5"', 0.5),
        ('style="fill-opacity:0.5"', 0.5),
        ('opacity="0.5" fill-opacity="0.5"', 0.75),
        ('opacity="7"', 0.0),
        ('opacity="-1"', None),
        ('stroke-opacity="0"', 0.0),
        ('fill="inherit"', 0.0),
    ],
)
def test_what_is_half_transparent_is_half_as_dark(attributes: str, grey: float | None) -> None:
    assert fill_of(attributes) == grey


def test_opacities_of_groups_multiply_and_those_of_paints_are_inherited() -> None:
    drawing = svg(
        f'<g opacity="0.5"><g opacity="0.5" stroke="black"><rect {SQUARE}/></g></g>'
        f'<g fill-opacity="0.5" stroke-opacity="0.25" stroke="black"><rect {SQUARE}/></g>'
    )
    assert [(shape.fill, shape.stroke) for shape in drawing.shapes] == [
        (0.75, 0.75),
        (0.5, 0.75),
    ]


@pytest.mark.parametrize("text", ["x", "nan", "", "1/2"])
def test_an_opacity_that_is_no_number_is_refused(text: str) -> None:
    assert refused(f'<rect opacity="{text}" {SQUARE}/>')


def test_rounded_corners_stay_round() -> None:
    (shape,) = svg('<rect x="10" y="10" width="40" height="20" rx="5"/>').shapes
    assert kinds(shape.outline) == "MLCLCLCLCZ"
    assert area(shape.outline) == pytest.approx(40 * 20 - (4 - pi) * 25, rel=1e-3)
    assert box(shape.outline) == pytest.approx((10, 10, 50, 30))


@pytest.mark.parametrize(
    ("radii", "lost"),
    [
        ('ry="5"', (4 - pi) * 25),  # one radius stands for both
        ('rx="5" ry="2"', (4 - pi) * 10),
        ('rx="99" ry="99"', (4 - pi) * 20 * 10),  # no more than half a side: an ellipse
        ('rx="0" ry="5"', 0.0),
        ('rx="5" ry="0"', 0.0),
    ],
)
def test_corner_radii_follow_the_standard(radii: str, lost: float) -> None:
    (shape,) = svg(f'<rect width="40" height="20" {radii}/>').shapes
    assert area(shape.outline) == pytest.approx(800 - lost, rel=1e-3)


@pytest.mark.parametrize(
    ("shape", "edges"),
    [
        ('<rect width="100%" height="100%"/>', (0, 0, 200, 100)),
        ('<rect x="50%" y="50%" width="10%" height="10%"/>', (100, 50, 120, 60)),
        ('<circle cx="50%" cy="50%" r="20"/>', (80, 30, 120, 70)),
        ('<line x1="0" y1="0" x2="100%" y2="100%" stroke="black"/>', (0, 0, 200, 100)),
        ('<rect width="50px" height="20px"/>', (0, 0, 50, 20)),
    ],
)
def test_lengths_in_per_cent_are_parts_of_the_drawing(
    shape: str, edges: tuple[float, float, float, float]
) -> None:
    assert box(svg(shape).shapes[0].outline) == pytest.approx(edges, abs=0.05)


def test_a_radius_in_per_cent_is_part_of_the_diagonal() -> None:
    (shape,) = svg('<circle cx="100" cy="50" r="10%"/>').shapes
    radius = hypot(200, 100) / sqrt(2) / 10
    assert area(shape.outline) == pytest.approx(pi * radius**2, rel=1e-2)


@given(st.tuples(*[NUMBERS] * 6))
def test_a_transform_scales_areas_by_its_determinant(n: tuple[float, ...]) -> None:
    matrix = " ".join(str(one) for one in n)
    (shape, _other) = svg(
        f'<rect transform="matrix({matrix})" {SQUARE}/><rect {SQUARE}/>'
    ).shapes
    a, b, c, d, _e, _f = n
    assert area(shape.outline) == pytest.approx((a * d - b * c) * 900, rel=1e-6, abs=1e-6)


@given(st.integers(-360, 360), NUMBERS, NUMBERS)
def test_turning_there_and_back_moves_nothing(degrees: int, x: float, y: float) -> None:
    there = f"rotate({degrees} {x} {y}) translate({x},{y}) skewX(20)"
    back = f"skewX(-20) translate({-x} {-y}) rotate({-degrees},{x},{y})"
    (turned, plain) = svg(f'<rect transform="{there} {back}" {SQUARE}/><rect {SQUARE}/>').shapes
    for (_k, one), (_l, other) in zip(turned.outline, plain.outline, strict=True):
        assert [p for s in one for p in s] == pytest.approx(
            [p for s in other for p in s], abs=1e-9
        )


def test_a_scaled_line_is_as_thick_as_it_looks() -> None:
    thick, thin = svg(
        f'<g transform="scale(4 9)"><rect stroke="black" stroke-width="2" {SQUARE}/></g>'
        f'<rect stroke="black" stroke-width="3px" {SQUARE}/>'
    ).shapes
    assert thick.stroke_width == pytest.approx(12.0)  # the mean of both directions
    assert thin.stroke_width == 3.0


@pytest.mark.parametrize(
    "inside",
    [
        '<rect width="1e999" height="1"/>',
        '<circle r="1e200"/>',
        '<path d="M0 0L1e300 1e300"/>',
        '<path d="M0 0A1e999 1e999 0 0 1 1 0"/>',
        '<rect transform="skewX(90)" width="1" height="1"/>',
        '<rect transform="scale(1e9)" width="1" height="1"/>',
        '<rect transform="rotate(1e999)" width="1" height="1"/>',
        '<rect transform="spin(5)" width="1" height="1"/>',
        '<rect transform="matrix(1 2 3)" width="1" height="1"/>',
        '<path d="M0 0A1e-170 1e-170 0 0 1 1e-170 0"/>',
        "<image href='a.png'/>",
        "<use href='#a'/>",
        "<text>Varme</text>",
        "<linearGradient/>",
    ],
)
def test_what_cannot_be_printed_is_said_with_the_files_name(inside: str) -> None:
    assert refused(inside)


@pytest.mark.parametrize(
    "head",
    [
        "<svg>",
        '<svg viewBox="0 0 0 10">',
        '<svg viewBox="0 0 10 -10">',
        '<svg viewBox="0 0 1e999 10">',
        '<svg viewBox="0 0 1e-9 1e-9">',
        '<svg width="100%" height="0">',
        '<svg width="mm" height="mm">',
    ],
)
def test_a_drawing_must_say_how_large_it_is(head: str) -> None:
    assert "how large it is" in refused(f"<rect {SQUARE}/>", head)


@given(st.binary(max_size=80))
def test_no_file_whatever_crashes_the_reader(raw: bytes) -> None:
    for content in (raw, HEAD.encode() + raw + b"</svg>"):
        with pytest.raises(BadInput, match=r"^logo\.svg: "):
            read_svg(content, "logo.svg")


def test_a_drawing_is_placed_and_scaled_on_the_sheet() -> None:
    drawing = svg(
        '<rect x="0" y="0" width="200" height="100" fill="#888"/>'
        '<circle cx="100" cy="50" r="50" fill="none" stroke="black" stroke-width="4"/>'
    )
    page = drawn(lambda sheet: drawing.draw(sheet, 22.0, 12.0, 0.2))
    found = [shape for shape in page.shapes() if 12 <= shape.top <= 33]
    ground, ring = found[0], found[1]
    assert (ground.left, ground.top, ground.right, ground.bottom) == pytest.approx(
        (22, 12, 62, 32), abs=0.01
    )
    assert ground.fill == pytest.approx(0x88 / 255, abs=1e-3)
    assert ground.stroke is None
    assert ring.weight_pt == pytest.approx(0.8 * 72 / 25.4, abs=0.01)
    assert (ring.fill, ring.stroke) == (None, 0.0)
    assert ring.left == pytest.approx(32, abs=0.01)


@pytest.mark.parametrize(("rule", "operator"), [("evenodd", "f*"), ("nonzero", "f")])
def test_holes_are_cut_by_the_drawings_own_rule(rule: str, operator: str) -> None:
    path = f'<path fill-rule="{rule}" d="M0 0H90V90H0ZM20 20H60V60H20Z"/>'
    page = drawn(lambda sheet: svg(path).draw(sheet, 30, 30, 0.5))
    assert operator in {name for _page, _operands, name in page.operations}


def test_the_rule_for_holes_is_inherited_and_can_be_taken_back() -> None:
    drawing = svg(
        f'<g fill-rule="evenodd"><rect {SQUARE}/><rect fill-rule="nonzero" {SQUARE}/></g>'
    )
    assert [shape.even_odd for shape in drawing.shapes] == [True, False]
