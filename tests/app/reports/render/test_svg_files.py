"""Logos as drawing programs save them are read whole, whatever their encoding."""

from math import pi

import pytest

from app.errors import BadInput
from app.reports.render.svg import Shape, read_svg
from tests.app.reports.render.outlines import area, box, kinds
from tests.app.reports.render.test_svg import HEAD, SQUARE, svg


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_the_files_encoding_does_not_matter(encoding: str) -> None:
    text = f"{HEAD}<title>Østerby Fjernvarme</title><rect {SQUARE}/></svg>"
    assert len(read_svg(text.encode(encoding), "logo.svg").shapes) == 1
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{text}'
    assert len(read_svg(declared.encode(encoding), "logo.svg").shapes) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_however_they_are_written(encoding: str) -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    text = f'<?xml version="1.0"?>{bomb}{HEAD}<rect id="&b;" {SQUARE}/></svg>'
    with pytest.raises(BadInput, match=r"logo\.svg: a logo with entities is not read"):
        read_svg(text.encode(encoding), "logo.svg")


def test_a_logo_as_illustrator_saves_it_is_read_whole() -> None:
    drawing = svg(
        "<defs><style>.cls-1{fill:none;}.cls-2,.cls-3{fill:#004b87;}.cls-3,.cls-1{stroke:#e30613;"
        "stroke-miterlimit:10;stroke-width:2px;}</style></defs>"
        '<title>logo</title><g id="Ebene_2" data-name="Ebene 2"><g id="Ebene_1-2">'
        '<path class="cls-2" d="M44.15,1.5a42.65,42.65,0,1,1-.01,0Z"/>'
        '<polyline class="cls-1" points="10,10 20,30,30 10"/>'
        '<rect class="cls-3" x="90" y="12.5" width="80" height="20" rx="4"/></g></g>'
    )
    blue = 1 - (1 - (0.7152 * 0x4B + 0.0722 * 0x87) / 255)
    ring, line, plate = drawing.shapes
    assert ring.fill == pytest.approx(blue, abs=1e-3)
    assert area(ring.outline) == pytest.approx(pi * 42.65**2, rel=1e-2)
    assert (line.fill, line.stroke_width) == (None, 2.0)
    assert line.stroke == pytest.approx(
        (0.2126 * 0xE3 + 0.7152 * 6 + 0.0722 * 0x13) / 255, abs=1e-3
    )
    assert kinds(plate.outline) == "MLCLCLCLCZ"


def test_a_logo_as_inkscape_saves_it_is_read_whole() -> None:
    head = (
        '<svg width="44mm" height="14mm" viewBox="0 0 44 14" '
        'xmlns="http://www.w3.org/2000/svg" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd">'
    )
    drawing = svg(
        '<sodipodi:namedview id="base" pagecolor="#ffffff"/><defs id="defs2"/>'
        '<g inkscape:groupmode="layer" style="display:none"><path style="fill:#ff0000" '
        'd="M 0,0 H 44 V 14 H 0 Z"/></g>'
        '<g inkscape:groupmode="layer" transform="translate(-2,-3)">'
        '<path style="fill:#1a1a1a;fill-opacity:1;stroke:none" d="m 3,4 h 10 v 5 h -10 z"/>'
        "</g>",
        head,
    )
    guide, sign = drawing.shapes
    assert (drawing.width, drawing.height) == (44.0, 14.0)
    assert (guide.fill, guide.stroke) == (None, None)
    assert box(sign.outline) == pytest.approx((1, 1, 11, 6))
    assert sign.fill == pytest.approx(0x1A / 255, abs=1e-3)


def test_shapes_keep_the_order_in_which_they_lie_on_each_other() -> None:
    shapes: tuple[Shape, ...] = svg(
        "".join(f'<rect fill="#{n}{n}{n}" {SQUARE}/>' for n in "0369cf")
    ).shapes
    greys = [shape.fill for shape in shapes if shape.fill is not None]
    assert greys == sorted(greys)
    assert len(greys) == 6
