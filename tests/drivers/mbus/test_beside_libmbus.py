"""Every row of the tables beside libmbus, which nobody here wrote, over bytes of chance.

Where the two differ on purpose the row is left out, and says why.
"""

import html
import random
import re
import struct
import subprocess
from pathlib import Path

import pytest

from drivers.mbus.decoder import Decoder
from drivers.mbus.telegram import Record
from tests.drivers.mbus.telegrams import long_head, wired
from tests.drivers.peers.libmbus import libmbus_sources_or_skip

_READER = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "mbus.h"
int main(void) {
    char line[2048];
    while (fgets(line, sizeof line, stdin)) {
        unsigned char bytes[512]; unsigned one; size_t size = 0;
        for (char *at = line; sscanf(at, "%2x", &one) == 1; at += 2) bytes[size++] = one;
        mbus_frame frame; mbus_frame_data data;
        memset(&frame, 0, sizeof frame); memset(&data, 0, sizeof data);
        char *xml = NULL;
        if (mbus_parse(&frame, bytes, size) == 0 && mbus_frame_data_parse(&frame, &data) == 0)
            xml = mbus_frame_data_xml_normalized(&data);
        printf("%s\\n----\\n", xml ? xml : "");
        free(xml);
        if (data.data_var.record) mbus_data_record_free(data.data_var.record);
    }
}
"""
# What a unit of ours is in one of libmbus', which knows neither multiples nor minutes.
_UNITS = {
    "Wh": ("Wh", 1.0), "kWh": ("Wh", 1e3), "MWh": ("Wh", 1e6), "MJ": ("J", 1e6),
    "GJ": ("J", 1e9), "GJ/h": ("J", 1e9), "W": ("W", 1.0), "kW": ("W", 1e3),
    "MW": ("W", 1e6), "m3": ("m^3", 1.0), "m3/h": ("m^3/h", 1.0), "kg": ("kg", 1.0),
    "t": ("kg", 1e3), "kg/h": ("kg/h", 1.0), "s": ("s", 1.0), "min": ("s", 60.0),
    "h": ("s", 3600.0), "d": ("s", 86400.0), "°C": ("°C", 1.0), "K": ("K", 1.0),
    "bar": ("bar", 1.0), "V": ("V", 1.0), "A": ("A", 1.0),
    "month": ("s", 2_629_743.83), "year": ("s", 31_556_926.0),  # of the mean length
}  # fmt: skip
_TO_OURS = {"J/h": ("W", 1 / 3600), "m^3/min": ("m^3/h", 60.0), "m^3/s": ("m^3/h", 3600.0)}
_NOT_COMPARED = {
    "6C", "6D", "FD30", "FD65", "FD70",  # times, which a number of chance hardly is
    "FD3B", "FD72", "FD73", "FD76",  # containers
    "FB08", "FB09",  # libmbus calls their unit reserved
    "FB79",  # libmbus tells a tenth of what the standard says
    "FB20", "FB21", "FB22", "FB23", "FB24", "FB25", "FB26",  # feet and gallons, told in m³
    *(f"FB{vif:02X}" for vif in range(0x58, 0x68)),  # °F, told in °C
    *(f"FB{vif:02X}" for vif in range(0x70, 0x74)),
}  # fmt: skip
_VIFS = [
    *(f"{vif:02X}" for vif in range(0x7B)),
    *(f"FB{vif:02X}" for vif in range(0x80)),
    *(f"FD{vif:02X}" for vif in range(0x7D)),
]
_SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 7: 8}
_DIGITS = {9: 1, 10: 2, 11: 3, 12: 4, 14: 6}


def _value(chance: random.Random, data_field: int) -> bytes:
    """Return bytes of a value that both take for a number, and for the same sign."""
    if data_field in _SIZES:
        return chance.randbytes(_SIZES[data_field] - 1) + bytes([chance.randrange(0x7F)])
    if data_field in _DIGITS:
        digits = "".join(str(chance.randrange(10)) for _nth in range(2 * _DIGITS[data_field]))
        return bytes.fromhex(digits)
    return struct.pack("<f", chance.uniform(-1000, 1000))


def _block(chance: random.Random, data_field: int) -> bytes:
    """Return a DIF with a function, and up to three DIFEs."""
    extensions = chance.randrange(4)
    first = data_field | chance.randrange(8) << 4 | (0x80 if extensions else 0)
    chain = [
        chance.randrange(0x80) | (0x80 if nth < extensions - 1 else 0)
        for nth in range(extensions)
    ]
    return bytes([first, *chain])


def _told(xml: str, tag: str) -> str:
    found = re.search(f"<{tag}>(.*?)</{tag}>", xml, re.DOTALL)
    return html.unescape(found.group(1)) if found else ""


def _same(record: Record, xml: str) -> bool:
    heading = record.heading
    own, factor = _UNITS.get(heading.unit, ("", 1.0))
    theirs, times = _TO_OURS.get(_told(xml, "Unit"), (_told(xml, "Unit"), 1.0))
    number = float(_told(xml, "Value")) * times
    places = tuple(int(_told(xml, tag) or 0) for tag in ("StorageNumber", "Tariff", "Device"))
    return (
        record.value is not None
        and (not own or own == theirs)
        and places == (heading.storage, heading.tariff, heading.subunit)
        and record.value * factor == pytest.approx(number, rel=1e-6, abs=2e-6 * max(times, 1))
    )


@pytest.mark.campaign
def test_every_row_is_read_as_libmbus_reads_it(tmp_path: Path) -> None:
    mbus = libmbus_sources_or_skip()
    (tmp_path / "reader.c").write_text(_READER, encoding="utf-8")
    program, sources = tmp_path / "reader", [str(each) for each in sorted(mbus.glob("m*.c"))]
    places = [f"-I{place}" for place in (mbus.parents[2], mbus.parent, mbus)]
    build = ["cc", "-w", "-o", str(program), *places, str(tmp_path / "reader.c"), *sources]
    subprocess.run([*build, "-lm"], check=True, capture_output=True, timeout=60)
    chance = random.Random(6)
    asked: list[tuple[str, bytes]] = []
    for vif in _VIFS:
        for data_field in (*_SIZES, *_DIGITS, 5):
            data = _block(chance, data_field) + bytes.fromhex(vif) + _value(chance, data_field)
            asked.append((vif, wired(long_head() + data)))
    lines = "".join(f"{frame.hex()}\n" for _vif, frame in asked)
    answered = subprocess.run(
        [program], input=lines, capture_output=True, text=True, errors="replace", check=True
    ).stdout.split("----\n")
    compared, wrong = 0, []
    for (vif, frame), xml in zip(asked, answered, strict=False):
        if vif in _NOT_COMPARED or _told(xml, "Quantity") in ("", "Reserved"):
            continue
        (record,) = Decoder().decode(frame).body.records
        compared += 1
        if not _same(record, xml):
            wrong.append((vif, frame.hex(), xml))
    assert compared > 2_500
    assert wrong == []
