"""How many telegrams a second our decoder takes apart, beside pyMeterBus and libmbus.

pyMeterBus is measured where it is installed (``pip install pyMeterBus``). libmbus is
compiled for the run from the sources in the npm package ``node-mbus``, where ``npm`` and a
C compiler are at hand; it turns each telegram into its XML.
"""

import ctypes
import importlib
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.bench import Bench, Promise, at_least_faster, without_peer
from drivers.mbus.decoder import Decoder

ROUNDS, TURN_S = 5, 0.4
TIMES_PYMETERBUS, TIMES_LIBMBUS = 10.0, 0.5
_HEAD = "72785634122D2C1B042A000000"
_BODIES = (  # a heat meter, a water meter, an electricity meter, one of old times
    (
        "0406B80B00000413D2040000042215270000026C1F2C0259A00F025D68100261380B042D640000"
        "00043B0A0000001406A00F0000142D78000000440600000000441300000000426C1F2C04FF2200000000"
    ),
    "0C78785634120413D2040000046D1E0A722B441300000000426CFF2C02FD170000",
    (
        "0403D2040000841003D204000084200300000000042B6400000002FDC8FC01E50802FDC8FC02E608"
        "02FDC8FC03E70803FDD9FC0110270003FDD9FC0211270003FDD9FC03122700"
    ),
    "0C06783412000C13785634120B3B3412000A5A34020A5E12020A6222010C22563412004C0600000000",
)
_LOOP = """
#include <stdlib.h>
#include <string.h>
#include "mbus-protocol.h"
int decode(const unsigned char *bytes, size_t size, int times) {
    int done = 0;
    for (int turn = 0; turn < times; turn++) {
        mbus_frame reply;
        mbus_frame_data data;
        memset(&reply, 0, sizeof reply);
        memset(&data, 0, sizeof data);
        if (mbus_parse(&reply, (unsigned char *)bytes, size) != 0) return -1;
        if (mbus_frame_data_parse(&reply, &data) != 0) return -2;
        char *xml = mbus_frame_data_xml(&data);
        if (xml) { done++; free(xml); }
        if (data.data_var.record) mbus_data_record_free(data.data_var.record);
    }
    return done;
}
"""


def frames() -> list[bytes]:
    """Return wired telegrams as meters of four kinds send them."""
    return [_wired(bytes.fromhex(_HEAD + body)) for body in _BODIES]


def _wired(user: bytes) -> bytes:
    inner = b"\x08\x01" + user
    size = len(inner)
    return bytes([0x68, size, size, 0x68]) + inner + bytes([sum(inner) & 0xFF, 0x16])


def run() -> Sequence[Promise]:
    """Measure all three in turns."""
    with tempfile.TemporaryDirectory() as folder:
        told = frames()
        decoder = Decoder()
        ways: dict[str, Callable[[], None]] = {
            "ours": lambda: _each(told, decoder.decode),
        }
        python = _pymeterbus()
        if python is not None:
            ways["pyMeterBus"] = lambda: _each(told, python)
        native = _libmbus(Path(folder))
        if native is not None:
            ways["libmbus"] = lambda: _each(told, native)
        taken_us = _best_us(ways, len(told))
    bars = {"pyMeterBus": TIMES_PYMETERBUS, "libmbus": TIMES_LIBMBUS}
    return [_promise(peer, bar, taken_us) for peer, bar in bars.items()]


def _promise(peer: str, bar: float, taken_us: dict[str, float]) -> Promise:
    name, unit = f"a wired telegram decoded, against {peer}", "µs of processor a telegram"
    if peer not in taken_us:
        return without_peer(name, bar, unit, f"{peer} cannot be had here")
    detail = f"{len(_BODIES)} telegrams, best of {ROUNDS} rounds in turns"
    return at_least_faster(name, taken_us["ours"], taken_us[peer], bar, unit, detail)


def _each(told: list[bytes], decode: Callable[[bytes], object]) -> None:
    for frame in told:
        decode(frame)


def _best_us(ways: dict[str, Callable[[], None]], count: int) -> dict[str, float]:
    best: dict[str, float] = {}
    for _round in range(ROUNDS):
        for name, way in ways.items():
            way()
            turns, began = 0, time.process_time()
            while time.process_time() - began < TURN_S:
                way()
                turns += 1
            taken_us = (time.process_time() - began) / turns / count * 1e6
            best[name] = min(best.get(name, taken_us), taken_us)
    return best


def _pymeterbus() -> Callable[[bytes], object] | None:
    try:
        library = importlib.import_module("meterbus")
    except ImportError:
        return None

    def decode(frame: bytes) -> object:
        telegram = library.load(frame)
        return [(each.value, each.unit) for each in telegram.body.bodyPayload.records]

    return decode


def libmbus_sources(folder: Path) -> Path | None:
    """Unpack libmbus' C sources, ready for a compiler; None where there is no npm or none.

    They come with the npm package ``node-mbus``; its ``bin`` beside them holds the tools.
    """
    npm = shutil.which("npm")
    if npm is None or _compiler() is None:
        return None
    subprocess.run(
        [npm, "pack", "node-mbus", "--silent"], cwd=folder, check=True, capture_output=True
    )
    (packed,) = folder.glob("node-mbus-*.tgz")
    with tarfile.open(packed) as sources:
        sources.extractall(folder, filter="data")
    (folder / "config.h").touch()
    return folder / "package" / "libmbus" / "mbus"


def _compiler() -> str | None:
    return shutil.which("cc")


def _libmbus(folder: Path) -> Callable[[bytes], object] | None:
    """Compile libmbus with a loop around it; None where that cannot be done here."""
    place, compiler = libmbus_sources(folder), _compiler()
    if place is None or compiler is None:
        return None
    (place / "loop.c").write_text(_LOOP, encoding="utf-8")
    subprocess.run(
        [
            compiler,
            *("-O2", "-shared", "-fPIC", "-w", f"-I{folder}", f"-I{place}", "-o"),
            *("loop.so", "loop.c", "mbus-protocol.c", "-lm"),
        ],
        cwd=place,
        check=True,
        capture_output=True,
    )
    decode = ctypes.CDLL(str(place / "loop.so")).decode
    decode.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]

    def once(frame: bytes) -> object:
        if decode(frame, len(frame), _IN_C) != _IN_C:
            raise ValueError("libmbus does not read this telegram")
        return None

    return once


_IN_C = 1  # telegrams a call: crossing into C costs a thousandth of one


BENCH = Bench("mbus-decoder", "telegrams taken apart, beside pyMeterBus and libmbus", run)
