"""Takes the drawings of resources/icons that come from a published set out of its package.

``python packaging/vendor_icons.py FOLDER`` where FOLDER is the unpacked npm package
``@tabler/icons`` of the version named in resources/icons/sources.csv. Every row with that
set is written anew: the paths stay as they are, colour and width become the desk's own.
"""

import csv
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ICONS = Path(__file__).parents[1] / "resources" / "icons"
SOURCES = ICONS / "sources.csv"
SET = "@tabler/icons"
FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
    'stroke="$colour" stroke-width="$stroke" stroke-linecap="round" '
    'stroke-linejoin="round">{shapes}</svg>\n'
)
SHAPE = re.compile(r"<(?:path|circle|rect|line|polyline|ellipse)\b[^>]*/>")
FIELD = 'd="M0 0h24v24H0z"'  # the empty square that frames each drawing


def rows() -> Iterator[dict[str, str]]:
    """Yield the rows of the table of sources."""
    with SOURCES.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def ours(svg: str) -> str:
    """Return a drawing of the set as the desk keeps it."""
    shapes = [" ".join(each.split()) for each in SHAPE.findall(svg) if FIELD not in each]
    if not shapes:
        raise ValueError("there is no shape in it")
    return FRAME.format(shapes="".join(shapes))


def vendor(package: Path) -> int:
    """Write every drawing of the set anew; returns how many there are."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    count = 0
    for row in rows():
        if row["set"] != SET:
            continue
        if row["version"] != version:
            raise ValueError(f"{row['file']}: version {row['version']} instead of {version}")
        source = package / "icons" / "outline" / f"{row['original']}.svg"
        target = ICONS / row["file"]
        target.write_text(ours(source.read_text(encoding="utf-8")), encoding="utf-8")
        count += 1
    licence = (package / "LICENSE").read_text(encoding="utf-8")
    (ICONS / "LICENSE-tabler.txt").write_text(licence, encoding="utf-8")
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{vendor(Path(sys.argv[1]))} drawings\n")
