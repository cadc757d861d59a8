"""Open what meters seal (EN 13757-4 and -7): AES in modes 5 and 7, the MAC, and ELL-CTR."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

BLOCK = 16
KEY = 16  # bytes of every key
_ENCRYPTING, _SIGNING = b"\x00", b"\x01"  # what a key is derived for, of a meter's telegrams
_REPEATERS = 0x12  # hop count and repeated access: bits that a repeater sets on the way


def open_mode_5(key: bytes, address: bytes, access_no: int, sealed: bytes) -> bytes:
    """Return what AES-CBC sealed; ``address`` are the meter's eight bytes, maker first."""
    return _cbc(key, address + bytes([access_no]) * 8, sealed)


def open_mode_7(key: bytes, meter: bytes, counter: bytes | None, sealed: bytes) -> bytes:
    """Return what mode 7 sealed, by a key derived for this one telegram.

    ``meter`` are the four bytes of its number, ``counter`` those of the message counter;
    without one the meter's key itself seals.
    """
    own = key if counter is None else derived(key, _ENCRYPTING, meter, counter)
    return _cbc(own, bytes(BLOCK), sealed)


def open_ell(key: bytes, address: bytes, control: int, session: bytes, sealed: bytes) -> bytes:
    """Return what the extended link layer sealed by AES-CTR.

    What a repeater writes into the ``control`` byte was not there when the meter sealed
    (EN 13757-4, 13.2.12.4).
    """
    start = address + bytes([control & ~_REPEATERS]) + session + bytes(3)
    opening = Cipher(algorithms.AES(key), modes.CTR(start)).decryptor()
    return opening.update(sealed) + opening.finalize()


def mac_of(key: bytes, meter: bytes, counter: bytes | None, message: bytes) -> bytes:
    """Return the whole code that proves a telegram of mode 7; telegrams carry its beginning.

    Without a ``counter`` the meter's key itself proves.
    """
    own = key if counter is None else derived(key, _SIGNING, meter, counter)
    return _cmac(own, message)


def derived(key: bytes, purpose: bytes, meter: bytes, counter: bytes) -> bytes:
    """Return the key of one telegram (EN 13757-7, key derivation function A)."""
    return _cmac(key, purpose + counter + meter + b"\x07" * 7)


def _cbc(key: bytes, start: bytes, sealed: bytes) -> bytes:
    opening = Cipher(algorithms.AES(key), modes.CBC(start)).decryptor()
    return opening.update(sealed) + opening.finalize()


def _cmac(key: bytes, message: bytes) -> bytes:
    coding = CMAC(algorithms.AES(key))
    coding.update(message)
    return coding.finalize()
