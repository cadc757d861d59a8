"""Takes the font of resources/fonts out of its published package, as every system reads it.

``python packaging/vendor_fonts.py FOLDER`` where FOLDER is the unpacked npm package
``@fontsource/noto-emoji`` of the version named in resources/fonts/sources.csv. The package
holds it packed for the web (WOFF 1.0, W3C Recommendation of 2012); outlines and tables
stay as they are.
"""

import csv
import json
import struct
import sys
import zlib
from pathlib import Path

FONTS = Path(__file__).parents[1] / "resources" / "fonts"
SOURCES = FONTS / "sources.csv"
_HEAD, _ENTRY = struct.Struct(">4sIIH"), struct.Struct(">4sIIII")
_HEAD_BYTES = 44


def unpacked(woff: bytes) -> bytes:
    """Return the TrueType font in a WOFF file; `ValueError` for what is none."""
    mark, flavour, _length, count = _HEAD.unpack_from(woff)
    if mark != b"wOFF":
        raise ValueError("this is no WOFF file")
    tables = []
    for at in range(count):
        entry = _ENTRY.unpack_from(woff, _HEAD_BYTES + _ENTRY.size * at)
        tag, offset, packed, whole, check = entry
        data = woff[offset : offset + packed]
        data = zlib.decompress(data) if packed != whole else data
        if len(data) != whole:
            raise ValueError(f"table {tag!r} is spoilt")
        tables.append((tag, data, check))
    power = count.bit_length() - 1
    head = struct.pack(">IHHHH", flavour, count, 16 << power, power, 16 * count - (16 << power))
    body, start = b"", len(head) + 16 * count
    for tag, data, check in sorted(tables):
        head += struct.pack(">4sIII", tag, check, start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return head + body


def vendor(package: Path) -> int:
    """Write every font of the table anew; returns how many there are."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    with SOURCES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["version"] != version:
            raise ValueError(f"{row['file']}: version {row['version']} instead of {version}")
        woff = (package / "files" / row["original"]).read_bytes()
        (FONTS / row["file"]).write_bytes(unpacked(woff))
    licence = (package / "LICENSE").read_text(encoding="utf-8")
    (FONTS / "LICENSE-noto-emoji.txt").write_text(licence, encoding="utf-8")
    return len(rows)


if __name__ == "__main__":
    sys.stdout.write(f"{vendor(Path(sys.argv[1]))} fonts\n")
