"""Passphrases cost little here; what stretching one costs is proved in tests/app/users."""

import hashlib
from collections.abc import Iterator
from unittest.mock import patch

import pytest


@pytest.fixture(autouse=True, scope="package")
def _quick() -> Iterator[None]:
    def quick(passphrase: str, salt: bytes) -> bytes:
        return hashlib.sha256(salt + passphrase.encode()).digest()

    with patch("app.backup.sealing.stretched", quick):
        yield
