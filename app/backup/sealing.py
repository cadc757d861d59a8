"""A stream of bytes sealed by a passphrase, piece by piece, so that it may be of any size.

magic    which this is
16 bytes salt of the passphrase (argon2id)
 7 bytes begin of every nonce
16 bytes seal of nothing: tells a wrong passphrase from damage
pieces   1 MiB each (the last one shorter) with AES-256-GCM, whose nonce counts them and
         says which is the last: none can be left out, moved, or cut off unseen
"""

import io
import secrets
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import SecretsLocked, StoreBroken
from app.users.stretching import stretched
from app.words import _

MAGIC = b"HEATDESK-SEALED-1\n"
PIECE_BYTES = 1 << 20
_SALT, _BEGIN, _SEAL = 16, 7, 16
_HEAD = len(MAGIC) + _SALT + _BEGIN + _SEAL
_STEP = PIECE_BYTES + _SEAL  # from one sealed piece to the next
_TEST = b"\xff" * 12  # no piece ever has this number


class Sealing:
    """Seals what is written to it; `close` writes the end, and leaves the stream open."""

    def __init__(self, stream: IO[bytes], passphrase: str) -> None:
        salt, self._begin = secrets.token_bytes(_SALT), secrets.token_bytes(_BEGIN)
        self._cipher = AESGCM(stretched(passphrase, salt))
        self._stream, self._held, self._count = stream, bytearray(), 0
        test = self._cipher.encrypt(_TEST, b"", MAGIC)
        stream.write(MAGIC + salt + self._begin + test)

    def write(self, content: bytes) -> int:
        """Take bytes; what fills a piece is sealed and written."""
        self._held += content
        while len(self._held) > PIECE_BYTES:  # the last piece is never empty but alone
            self._put(bytes(self._held[:PIECE_BYTES]), last=False)
            del self._held[:PIECE_BYTES]
        return len(content)

    def flush(self) -> None:
        """Nothing: a piece is written when it is full."""

    def close(self) -> None:
        """Write the last piece."""
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._begin, self._count, last=last)
        self._stream.write(self._cipher.encrypt(nonce, piece, None))
        self._count += 1


def is_sealed(file: Path) -> bool:
    """Whether a file begins as a sealed one does; raises `OSError`."""
    with file.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


class Unsealed(io.RawIOBase):
    """What was sealed, to be read from any place of it; only one piece is in memory.

    So nothing lies on a disk unsealed, and a backup larger than the room beside it can be
    looked through. Whatever is read is as it was sealed; the end is looked at first.

    Raises, also when it is read:
        SecretsLocked: The passphrase is wrong.
        StoreBroken: Something was changed, or the end is missing.
    """

    def __init__(self, stream: IO[bytes], passphrase: str, file: Path) -> None:
        super().__init__()
        self._stream, self._file, self._at = stream, file, 0
        head = stream.read(_HEAD)
        salt = head[len(MAGIC) :][:_SALT]
        self._begin = head[len(MAGIC) + _SALT :][:_BEGIN]
        self._cipher = AESGCM(stretched(passphrase, salt.ljust(_SALT)))
        try:
            self._cipher.decrypt(_TEST, head[-_SEAL:], MAGIC)
        except InvalidTag:
            said = _(
                "{file} stays locked: the passphrase is wrong, or its first bytes are damaged"
            )
            raise SecretsLocked(said.format(file=file)) from None
        sealed = stream.seek(0, io.SEEK_END) - _HEAD
        self._last = max(0, -(-sealed // _STEP) - 1)
        self._size = sealed - _SEAL * (self._last + 1)
        self._held = -1, b""
        self._held = self._last, self._piece(self._last)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Return where is read next, bytes of what was sealed."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place, as with any file; raises `ValueError` in front of the first byte."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if origin + offset < 0:
            raise ValueError(origin + offset)
        self._at = origin + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Read up to the end of a piece."""
        number, begin = divmod(self._at, PIECE_BYTES)
        if self._at >= self._size:
            return 0
        if self._held[0] != number:
            self._held = number, self._piece(number)
        found = self._held[1][begin : begin + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _piece(self, number: int) -> bytes:
        at = self._stream.seek(_HEAD + number * _STEP)
        nonce = _nonce(self._begin, number, last=number == self._last)
        try:
            return self._cipher.decrypt(nonce, self._stream.read(_STEP), None)
        except InvalidTag:
            said = _("{file} is damaged or cut off behind byte {at}")
            raise StoreBroken(said.format(file=self._file, at=f"{at:,}")) from None


def _nonce(begin: bytes, count: int, *, last: bool) -> bytes:
    return begin + count.to_bytes(4, "big") + bytes([last])
