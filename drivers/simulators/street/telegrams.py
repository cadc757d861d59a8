"""How a meter of the street says what it counted (EN 13757-3, -4, -7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from drivers.mbus.checks import crc
from drivers.mbus.names import maker_letters
from drivers.mbus.sealing import BLOCK, derived, mac_of
from drivers.simulators.street.meters import Counted, StreetMeter

MODES = ("0", "5", "7", "ell")  # not sealed, AES-CBC, derived key with MAC, AES-CTR below
_MAKER = bytes.fromhex("2D2C")
MAKER = maker_letters(int.from_bytes(_MAKER, "little"))
_VERSION, _SND_NR = 0x1B, 0x44
_SHORT, _AFL, _ELL, _ELL_SEALED = 0x7A, 0x90, 0x8C, 0x8D
_HOPPED = 0x0003  # of the configuration field: repeated, and not to be once more
_ELL_HOPPED = 0x12  # the same two bits of the extended link layer's control byte
_FRAGMENT = 0x2C00  # what the AFL carries: control, counter and MAC
_MAC_CONTROL, _MAC_BYTES = 0x25, 8
_AES_CTR = 0x2000_0000  # in a session's number: sealed
_ENCRYPT = b"\x00"
_FILLER, _MARK = b"\x2f", b"\x2f\x2f"


@dataclass(frozen=True, slots=True)
class Said:
    """One telegram of a meter: when it was sent, and its number among the meter's own."""

    meter: StreetMeter
    at: datetime
    count: int  # of telegrams since the meter was fitted
    mode: str = "5"
    repeated: bool = False  # by a repeater: some bits differ, what it says does not

    @property
    def access_no(self) -> int:
        """Return the number a telegram carries; it wraps."""
        return self.count & 0xFF

    @property
    def sender(self) -> bytes:
        """Return maker, number, version and medium as sent."""
        number = bytes.fromhex(self.meter.number)[::-1]
        return _MAKER + number + bytes([_VERSION, self.meter.medium])


def frame_of(said: Said) -> bytes:
    """Return a telegram as receivers hand it on: without its checks."""
    user = _LAYERS[said.mode](said, records_of(said.meter, said.at))
    rest = bytes([_SND_NR]) + said.sender + user
    return bytes([len(rest)]) + rest


def format_a(frame: bytes) -> bytes:
    """Return a frame with the checks of format A, as it is on the air."""
    blocks = [frame[:10], *(frame[at : at + 16] for at in range(10, len(frame), 16))]
    return b"".join(block + crc(block).to_bytes(2, "big") for block in blocks)


def shown(meter: StreetMeter, at: datetime) -> Mapping[str, float]:
    """Return what a telegram tells: rounded down as the meter's display is."""
    counted = meter.at(at)
    if not meter.heat:
        return {
            "volume": int(counted.volume_m3 * 1000) / 1000,
            "flow": round(counted.flow_m3h * 1000) / 1000,
        }
    return _shown_heat(counted)


def _shown_heat(counted: Counted) -> Mapping[str, float]:
    return {
        "energy": float(int(counted.energy_kwh)),
        "volume": int(counted.volume_m3 * 100) / 100,
        "power": round(counted.power_kw * 10) / 10,
        "flow": round(counted.flow_m3h * 1000) / 1000,
        "supply": round(counted.supply_c * 10) / 10,
        "return": round(counted.return_c * 10) / 10,
    }


def records_of(meter: StreetMeter, at: datetime) -> bytes:
    """Return the records of a telegram: the moment, the indexes, the present values."""
    told = shown(meter, at)
    parts = [b"\x04\x6d", _type_f(at)]
    if meter.heat:
        parts += [b"\x04\x06", _number(told["energy"], 1, 4)]
        parts += [b"\x04\x14", _number(told["volume"], 100, 4)]
        parts += [b"\x02\x2d", _number(told["power"], 10, 2)]
        parts += [b"\x02\x3b", _number(told["flow"], 1000, 2)]
        parts += [b"\x02\x5a", _number(told["supply"], 10, 2)]
        parts += [b"\x02\x5e", _number(told["return"], 10, 2)]
    else:
        parts += [b"\x04\x13", _number(told["volume"], 1000, 4)]
        parts += [b"\x02\x3b", _number(told["flow"], 1000, 2)]
    return b"".join(parts)


def _number(value: float, steps: int, size: int) -> bytes:
    return round(value * steps).to_bytes(size, "little", signed=True)


def _type_f(at: datetime) -> bytes:
    """Return a moment of four bytes (EN 13757-3, type F), to the minute."""
    year = at.year - 2000
    return bytes(
        [at.minute, at.hour, at.day | (year & 7) << 5, at.month | (year >> 3 & 0x0F) << 4]
    )


def _plain(said: Said, records: bytes) -> bytes:
    return _short_head(said, _HOPPED if said.repeated else 0) + records


def _mode_5(said: Said, records: bytes) -> bytes:
    data = _padded(records)
    start = said.sender + bytes([said.access_no]) * 8
    config = 0x0500 | len(data) // BLOCK << 4 | (_HOPPED if said.repeated else 0)
    return _short_head(said, config) + _cbc(said.meter.key, start, data)


def _mode_7(said: Said, records: bytes) -> bytes:
    data, key = _padded(records), said.meter.key
    count, meter = said.count.to_bytes(4, "little"), said.sender[2:6]
    head = _short_head(said, 0x0700 | len(data) // BLOCK << 4) + b"\x10"
    own = derived(key, _ENCRYPT, meter, count)
    transport = head + _cbc(own, bytes(BLOCK), data)
    control = bytes([_MAC_CONTROL])
    mac = mac_of(key, meter, count, control + count + transport)[:_MAC_BYTES]
    fields = _FRAGMENT.to_bytes(2, "little") + control + count + mac
    # The repeater's bits stand below the layer that is authenticated.
    below = bytes([_ELL, _ELL_HOPPED if said.repeated else 0x00, said.access_no])
    return below + bytes([_AFL, len(fields)]) + fields + transport


def _ell(said: Said, records: bytes) -> bytes:
    """Return a session of the extended link layer; it is sealed without a repeater's bits."""
    inner = b"\x78" + records
    control, session = 0x20, (_AES_CTR | said.count & 0x1FFF_FFFF).to_bytes(4, "little")
    start = said.sender + bytes([control]) + session + bytes(3)
    sealing = Cipher(algorithms.AES(said.meter.key), modes.CTR(start)).encryptor()
    plain = crc(inner).to_bytes(2, "little") + inner
    sent = control | (_ELL_HOPPED if said.repeated else 0)
    return bytes([_ELL_SEALED, sent, said.access_no]) + session + sealing.update(plain)


_LAYERS = {"0": _plain, "5": _mode_5, "7": _mode_7, "ell": _ell}


def _short_head(said: Said, config: int) -> bytes:
    return bytes([_SHORT, said.access_no, 0]) + config.to_bytes(2, "little")


def _padded(records: bytes) -> bytes:
    data = _MARK + records
    return data + _FILLER * (-len(data) % BLOCK)


def _cbc(key: bytes, start: bytes, data: bytes) -> bytes:
    sealing = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    return sealing.update(data) + sealing.finalize()
