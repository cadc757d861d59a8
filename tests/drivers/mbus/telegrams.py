"""Telegrams put together for a test: frames, checks and seals as the standards say."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from drivers.mbus.decoder import Decoder
from drivers.mbus.telegram import Record

METER = bytes.fromhex("78563412")  # number 12345678, the lowest byte first
MAKER = bytes.fromhex("2D2C")  # KAM
VERSION, HEAT = 0x1B, 0x04
ADDRESS = MAKER + METER + bytes([VERSION, HEAT])
ACCESS = 0x2A
KEY = bytes(range(16))


def wired(user: bytes, control: int = 0x08, address: int = 1) -> bytes:
    """Return a long frame with its checksum."""
    inner = bytes([control, address]) + user
    length = len(inner)
    return bytes([0x68, length, length, 0x68]) + inner + bytes([sum(inner) & 0xFF, 0x16])


def long_head(config: int = 0, extension: bytes = b"") -> bytes:
    """Return a long transport head, of CI 72."""
    meter = METER + MAKER + bytes([VERSION, HEAT])
    return b"\x72" + meter + bytes([ACCESS, 0]) + config.to_bytes(2, "little") + extension


def short_head(config: int = 0, extension: bytes = b"") -> bytes:
    """Return a short transport head, of CI 7A."""
    return b"\x7a" + bytes([ACCESS, 0]) + config.to_bytes(2, "little") + extension


def bare(user: bytes) -> bytes:
    """Return a radio frame whose checks a receiver took off."""
    rest = b"\x44" + ADDRESS + user
    return bytes([len(rest)]) + rest


def record_of(data: str) -> Record:
    """Return the only record of these bytes, through a whole wired frame."""
    (record,) = records_of(data)
    return record


def records_of(data: str) -> tuple[Record, ...]:
    """Return the records of these bytes, through a whole wired frame."""
    return Decoder().decode(wired(long_head() + bytes.fromhex(data))).body.records


def slow_crc(data: bytes) -> int:
    """Return the check of EN 13757-4, bit by bit, another way than the product."""
    value = 0
    for byte in data:
        for bit in range(7, -1, -1):
            feed = (value >> 15 & 1) ^ (byte >> bit & 1)
            value = value << 1 & 0xFFFF
            if feed:
                value ^= 0x3D65
    return value ^ 0xFFFF


def checked(block: bytes) -> bytes:
    """Return a block with its check behind it."""
    return block + slow_crc(block).to_bytes(2, "big")


def format_a(user: bytes) -> bytes:
    """Return a radio frame of format A."""
    whole = bare(user)
    blocks = [whole[:10]] + [whole[at : at + 16] for at in range(10, len(whole), 16)]
    return b"".join(checked(block) for block in blocks)


def format_b(user: bytes) -> bytes:
    """Return a radio frame of format B, whose length counts its checks."""
    whole = bytearray(bare(user))
    long = len(whole) > 126
    whole[0] += 4 if long else 2
    return checked(bytes(whole[:126])) + (checked(bytes(whole[126:])) if long else b"")


def mode_5(data: bytes, key: bytes = KEY, access: int = ACCESS) -> bytes:
    """Seal data of whole blocks by AES-CBC."""
    start = ADDRESS + bytes([access]) * 8
    sealing = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    return sealing.update(data) + sealing.finalize()


def padded(records: bytes) -> bytes:
    """Return what is sealed: the mark, the records, and fillers to whole blocks."""
    data = b"\x2f\x2f" + records
    return data + b"\x2f" * (-len(data) % 16)


def mode_7(records: bytes, counter: int = 1234, key: bytes = KEY) -> bytes:
    """Return the user data of a telegram of mode 7 with its MAC of eight bytes."""
    count = counter.to_bytes(4, "little")
    data = padded(records)
    sealing = Cipher(algorithms.AES(_derived(key, 0, count)), modes.CBC(bytes(16))).encryptor()
    head = short_head(0x0700 | len(data) // 16 << 4, b"\x10")
    transport = head + sealing.update(data) + sealing.finalize()
    control = b"\x25"
    mac = _cmac(_derived(key, 1, count), control + count + transport)[:8]
    fields = (0x2C00).to_bytes(2, "little") + control + count + mac
    return b"\x90" + bytes([len(fields)]) + fields + transport


def ell_ctr(user: bytes, key: bytes = KEY, session: int = 0x20001234) -> bytes:
    """Return user data in a session of the extended link layer, sealed by AES-CTR."""
    control, number = 0x20, session.to_bytes(4, "little")
    start = ADDRESS + bytes([control]) + number + bytes(3)
    sealing = Cipher(algorithms.AES(key), modes.CTR(start)).encryptor()
    plain = slow_crc(user).to_bytes(2, "little") + user
    return b"\x8d" + bytes([control, ACCESS]) + number + sealing.update(plain)


def _derived(key: bytes, purpose: int, counter: bytes) -> bytes:
    return _cmac(key, bytes([purpose]) + counter + METER + b"\x07" * 7)


def _cmac(key: bytes, message: bytes) -> bytes:
    coding = CMAC(algorithms.AES(key))
    coding.update(message)
    return coding.finalize()
