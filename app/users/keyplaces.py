"""Where the key of the secrets lies: the system's keyring, a passphrase, or a private file."""

import base64
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol, TypeVar

from argon2.exceptions import HashingError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import SecretsLocked
from app.users.privatefile import read_private, user_folder, write_private
from app.users.stretching import stretched

NONCE_BYTES = 12
KEYRING_S = 60.0  # a person may have to unlock the keyring first
LOOKING_S = 10.0  # whether there is one needs nobody's answer
_SERVICE = "heatdesk"
_T = TypeVar("_T")


class Keyring(Protocol):
    """What we ask of the operating system's keyring; its faults are `SecretsLocked`."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Keys:
    """Where this machine and this person can keep the key of secrets."""

    private: Path  # the user's own data folder, for key files and tokens
    keyring: Keyring | None = None  # None: there is none to ask
    passphrase: str | None = field(default=None, repr=False)

    @classmethod
    def of_this_machine(cls, passphrase: str | None = None) -> "Keys":
        """Return the places this machine offers; may ask the keyring for a moment."""
        return cls(user_folder(), system_keyring(), passphrase)


class SystemKeyring:
    """The keyring of the person who is logged in; never waits for ever."""

    def get(self, name: str) -> str | None:
        """Return what is kept under ``name``; raises `SecretsLocked`."""
        import keyring

        return _within(lambda: keyring.get_password(_SERVICE, name))

    def put(self, name: str, value: str) -> None:
        """Keep ``value``; raises `SecretsLocked`."""
        import keyring

        _within(lambda: keyring.set_password(_SERVICE, name, value))


def system_keyring() -> Keyring | None:
    """Return the system's keyring, or ``None`` on a machine that has none to offer.

    A Linux service without a session never asks: the answer could only be a prompt
    that nobody sees.
    """
    if sys.platform.startswith("linux") and not (_has_bus() and _has_screen()):
        return None
    import keyring

    try:
        backend = _within(keyring.get_keyring, LOOKING_S)
    except SecretsLocked:
        return None  # there is one, but nobody home: the same as none
    return SystemKeyring() if backend.priority >= 1 else None


def key_file(private: Path, store: str) -> Path:
    """Return where a machine without a keyring keeps the key of one project."""
    return private / "keys" / f"{store}.key"


def write_key_file(private: Path, store: str, key: bytes) -> None:
    """Keep the key in the user's own data folder, for the owner only; raises `OSError`."""
    write_private(key_file(private, store), base64.b64encode(key) + b"\n")


def read_key_file(private: Path, store: str) -> bytes:
    """Return the key's text; `SecretsLocked` when it is missing or others may read it."""
    file = key_file(private, store)
    try:
        return read_private(file)
    except FileNotFoundError:
        raise SecretsLocked(f"the key file {file} is missing") from None
    except OSError as error:
        raise SecretsLocked(f"the key file {file} cannot be read: {error}") from error


def wrap(key: bytes, passphrase: str, store: str) -> dict[str, str]:
    """Return ``key`` sealed by a passphrase, as texts to be kept beside the secrets."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(stretched(passphrase, salt)).encrypt(nonce, key, store.encode())
    return {"salt": _text(salt), "nonce": _text(nonce), "key": _text(sealed)}


def unwrap(kept: dict[str, str], passphrase: str, store: str) -> bytes:
    """Return the key; a wrong passphrase raises `SecretsLocked`."""
    try:
        salt, nonce, sealed = (
            base64.b64decode(kept[part]) for part in ("salt", "nonce", "key")
        )
        return AESGCM(stretched(passphrase, salt)).decrypt(nonce, sealed, store.encode())
    except (InvalidTag, HashingError, KeyError, ValueError) as error:
        raise SecretsLocked("the passphrase is wrong") from error


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _has_bus() -> bool:
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS"))


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _within(ask: Callable[[], _T], limit_s: float = KEYRING_S) -> _T:
    """Ask the keyring aside, because one that is locked may wait for a person for ever."""
    from keyring.errors import KeyringError

    answers: SimpleQueue[tuple[bool, str, list[_T]]] = SimpleQueue()

    def run() -> None:
        answer: tuple[bool, str, list[_T]] = (False, "it broke down", [])
        try:
            answer = (True, "", [ask()])
        except (KeyringError, OSError, RuntimeError) as error:
            answer = (False, str(error), [])
        finally:
            answers.put(answer)

    Thread(target=run, name="keyring", daemon=True).start()
    try:
        good, fault, answered = answers.get(timeout=limit_s)
    except Empty:
        raise SecretsLocked(f"the system's keyring did not answer in {limit_s:.0f} s") from None
    if not good:
        raise SecretsLocked(f"the system's keyring refuses: {fault}")
    return answered[0]
