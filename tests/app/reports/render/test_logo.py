"""A logo is printed in greys whatever it was, or the file that cannot be is named."""

import logging
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from app.errors import BadInput
from app.reports.render.logo import LOGO_MM, load_logo, read_logo
from app.reports.render.svg import Drawing, read_svg
from app.reports.render.svgpath import commands

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50">'


def svg(inside: str, head: str = HEAD) -> Drawing:
    return read_svg(f"{head}{inside}</svg>".encode(), "logo.svg")


def greys(drawing: Drawing) -> list[float | None]:
    return [None if s.fill is None else round(s.fill, 2) for s in drawing.shapes]


def picture(
    folder: Path, name: str, mode: str = "RGB", size: tuple[int, int] = (400, 100)
) -> Path:
    image = Image.new(mode, size)
    ImageDraw.Draw(image).rectangle((10, 10, 200, 60), fill="red" if "RGB" in mode else 80)
    image.save(folder / name)
    return folder / name


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "RGB"), ("b.png", "RGBA"), ("c.jpg", "RGB"), ("d.png", "L"), ("e.png", "P")],
)
def test_a_bitmap_keeps_its_proportions_within_the_logos_place(
    tmp_path: Path, name: str, mode: str
) -> None:
    logo = read_logo(picture(tmp_path, name, mode))
    assert logo.width == pytest.approx(LOGO_MM[0])
    assert logo.height == pytest.approx(11.0)


def test_a_tall_logo_is_as_high_as_its_place(tmp_path: Path) -> None:
    logo = read_logo(picture(tmp_path, "tall.png", size=(100, 400)))
    assert logo.height == pytest.approx(LOGO_MM[1])
    assert logo.width == pytest.approx(3.5)


def test_no_logo_is_no_fault() -> None:
    assert load_logo(None) is None


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.png", b"not a picture", "x.png: this is no picture"),
        ("x.svg", b"<svg", "x.svg: this is no SVG"),
        ("x.svg", b"<svg/>", "does not say how large"),
        ("x.svg", f"{HEAD}</svg>".encode(), "nothing in it that can be printed"),
        ("x.svg", b'<!DOCTYPE a [<!ENTITY b "c">]><svg/>', "entities"),
        ("x.svg", f"{HEAD}<text>Varme</text></svg>".encode(), "<text>, which is not printed"),
        ("x.svg", f'{HEAD}<rect fill="url(#a)"/></svg>'.encode(), "paint 'url"),
        ("x.svg", f'{HEAD}<path d="M1"/></svg>'.encode(), "middle of M"),
        ("x.svg", f'{HEAD}<path d="1 2"/></svg>'.encode(), "begins with a number"),
        ("x.svg", f'{HEAD}<path d="M1 2 ? 3"/></svg>'.encode(), "holds '\\?"),
        ("x.svg", f'{HEAD}<g transform="spin(3)"><rect/></g></svg>'.encode(), "'spin'"),
        ("x.svg", f"{HEAD}{'<g>' * 60}<rect/>{'</g>' * 60}</svg>".encode(), "deep"),
    ],
)
def test_a_logo_that_cannot_be_printed_is_named(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=told):
        read_logo(tmp_path / name)


def test_a_report_does_not_wait_for_a_broken_logo(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert load_logo(tmp_path / "gone.png") is None
    assert "gone.png" in caplog.text


def test_a_huge_picture_is_made_smaller(tmp_path: Path) -> None:
    raw = BytesIO()
    Image.new("1", (6000, 3000)).save(raw, "PNG")
    (tmp_path / "huge.png").write_bytes(raw.getvalue())
    assert read_logo(tmp_path / "huge.png").width == pytest.approx(28.0)


def test_colours_become_greys_by_their_lightness() -> None:
    drawing = svg(
        '<rect fill="#000"/><rect fill="#fff"/><rect fill="red"/><rect fill="rgb(0,128,0)"/>'
        '<rect fill="none" stroke="black"/><rect fill="currentColor"/>'
    )
    assert greys(drawing) == [0.0, 1.0, 0.21, 0.36, None, 0.0]


def test_opacity_mixes_with_the_white_paper() -> None:
    assert greys(svg('<g opacity="0.5"><rect fill="black"/></g>')) == [0.5]


def test_classes_styles_and_groups_are_inherited() -> None:
    drawing = svg(
        "<style>.a{fill:#fff} .b { stroke : black; stroke-width: 4 }</style>"
        '<g class="a"><rect/><rect style="fill:#000"/></g><rect class="a b"/>'
        '<g style="display:none"><rect/></g>'
    )
    assert greys(drawing) == [1.0, 0.0, 1.0, None]
    assert drawing.shapes[2].stroke_width == 4.0


def test_transforms_move_what_they_should() -> None:
    drawing = svg(
        '<g transform="translate(10 5) scale(2)"><rect x="1" y="1" width="2" height="2"/></g>'
        '<rect transform="rotate(90 10 10)" x="10" y="10" width="2" height="1"/>'
        '<rect transform="matrix(1 0 0 1 3 4)" width="1" height="1"/>'
        '<rect transform="skewX(45)" x="0" y="2" width="1" height="1"/>'
    )
    first = [shape.outline[0][1][0] for shape in drawing.shapes]
    assert first[0] == (12.0, 7.0)
    assert first[1] == pytest.approx((10.0, 10.0))
    assert drawing.shapes[1].outline[1][1][0] == pytest.approx((10.0, 12.0))
    assert first[2] == (3.0, 4.0)
    assert first[3] == pytest.approx((2.0, 2.0))


def test_a_view_box_that_begins_elsewhere_is_moved_to_the_corner() -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="10 20 100 50">'
    drawing = svg('<rect x="10" y="20" width="5" height="5"/>', head)
    assert drawing.shapes[0].outline[0][1][0] == (0.0, 0.0)


def test_without_a_view_box_width_and_height_count() -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="80mm" height="20mm">'
    drawing = svg('<circle r="3"/>', head)
    assert (drawing.width, drawing.height) == (80.0, 20.0)


@pytest.mark.parametrize(
    ("shape", "kinds"),
    [
        ('<circle cx="5" cy="5" r="2"/>', "MCCCCZ"),
        ('<ellipse cx="5" cy="5" rx="2" ry="1"/>', "MCCCCZ"),
        ('<line x1="1" y1="1" x2="5" y2="2" stroke="black"/>', "ML"),
        ('<polygon points="0,0 5,5 0,5"/>', "MLLZ"),
        ('<polyline points="0,0 5,5 0,5"/>', "MLL"),
        ('<path d="M0 0H5V5L1 1Z"/>', "MLLLZ"),
        ('<path d="m1 1 2 2 2 2z"/>', "MLLZ"),
        ('<path d="M0 0C1 1 2 2 3 3S5 5 6 6"/>', "MCC"),
        ('<path d="M0 0Q1 1 2 0T4 0"/>', "MCC"),
        ('<path d="M0 0a5 5 0 0110 0"/>', "MCC"),
        ('<path d="M0 0A0 5 0 0 1 10 0"/>', "ML"),
        ('<path d="M3 3A5 5 0 0 1 3 3L1 1"/>', "ML"),
    ],
)
def test_every_shape_of_a_logo_becomes_an_outline(shape: str, kinds: str) -> None:
    assert "".join(kind for kind, _ in svg(shape).shapes[0].outline) == kinds


def test_a_half_circle_ends_where_it_should() -> None:
    path = commands("M0 0 A5 5 0 0 1 10 0")
    assert path[-1][1][-1] == pytest.approx((10.0, 0.0))
    lowest = min(point[1] for _kind, points in path for point in points)
    assert lowest == pytest.approx(-5.0)  # sweep 1 turns through the top
    under = commands("M0 0 A5 5 0 0 0 10 0")
    assert max(p[1] for _kind, points in under for p in points) == pytest.approx(5.0)


def test_a_smooth_curve_mirrors_the_handle_before_it() -> None:
    smooth = commands("M0 0C0 2 2 2 2 0S4 -2 4 0")
    assert smooth[2][1][0] == pytest.approx((2.0, -2.0))
    quadratic = commands("M0 0Q1 2 2 0T4 0")
    assert quadratic[2][1][0] == pytest.approx((2 + 2 / 3, -4 / 3))
    alone: Callable[[str], object] = commands
    assert alone("M1 1S2 2 3 3") == alone("M1 1C1 1 2 2 3 3")


def test_even_odd_holes_stay_holes() -> None:
    assert svg('<path fill-rule="evenodd" d="M0 0H9V9H0Z"/>').shapes[0].even_odd
