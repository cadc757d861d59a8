"""How passwords become hashes and passphrases keys: argon2id, and what guessing costs."""

from argon2 import PasswordHasher
from argon2.low_level import Type, hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY

KEY_BYTES = 32
# RFC 9106, second choice: 64 MiB, 3 rounds. A quarter of a second of two processors for each
# guess, and for each honest login too.
COST = RFC_9106_LOW_MEMORY


def hasher() -> PasswordHasher:
    """Return what hashes passwords and PINs, and checks them."""
    return PasswordHasher.from_parameters(COST)


def stretched(passphrase: str, salt: bytes) -> bytes:
    """Return a key of `KEY_BYTES` for what a passphrase seals."""
    return hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=COST.time_cost,
        memory_cost=COST.memory_cost,
        parallelism=COST.parallelism,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
