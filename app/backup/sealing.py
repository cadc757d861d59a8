"""A stream of bytes sealed by a passphrase, piece by piece, so that it may be of any size.

magic    which this is
16 bytes salt of the passphrase (argon2id)
 7 bytes begin of every nonce
16 bytes seal of nothing: tells a wrong passphrase from damage
pieces   1 MiB each (the last one shorter) with AES-256-GCM, whose nonce counts them and
         says which is the last: none can be left out, moved, or cut off unseen
"""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import SecretsLocked, StoreBroken
from app.users.stretching import stretched
from app.words import _

MAGIC = b"HEATDESK-SEALED-1\n"
PIECE_BYTES = 1 << 20
_SALT, _BEGIN, _SEAL = 16, 7, 16
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


def unsealed(stream: IO[bytes], passphrase: str, file: Path) -> Iterator[bytes]:
    """Yield what was sealed.

    Raises:
        SecretsLocked: The passphrase is wrong.
        StoreBroken: Something was changed, or the end is missing; what came before it is
            as it was sealed.
    """
    head = stream.read(len(MAGIC) + _SALT + _BEGIN + _SEAL)
    salt = head[len(MAGIC) :][:_SALT]
    begin = head[len(MAGIC) + _SALT :][:_BEGIN]
    cipher = AESGCM(stretched(passphrase, salt.ljust(_SALT)))
    try:
        cipher.decrypt(_TEST, head[-_SEAL:], MAGIC)
    except InvalidTag:
        said = _("{file} stays locked: the passphrase is wrong, or its first bytes are damaged")
        raise SecretsLocked(said.format(file=file)) from None
    count = 0
    piece = stream.read(PIECE_BYTES + _SEAL)
    while True:
        following = stream.read(PIECE_BYTES + _SEAL)
        try:
            yield cipher.decrypt(_nonce(begin, count, last=not following), piece, None)
        except InvalidTag:
            at = len(head) + count * (PIECE_BYTES + _SEAL)
            said = _("{file} is damaged or cut off behind byte {at}")
            raise StoreBroken(said.format(file=file, at=f"{at:,}")) from None
        if not following:
            return
        piece = following
        count += 1


def _nonce(begin: bytes, count: int, *, last: bool) -> bytes:
    return begin + count.to_bytes(4, "big") + bytes([last])
