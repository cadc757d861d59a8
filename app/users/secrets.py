"""The one store of secrets: link passwords, keys and the like, sealed in a single file.

The content is encrypted with a random key (AES-256-GCM); where that key lies is written
in the clear beside it. No secret is kept in memory longer than it is asked for, and none
appears in logs or in what objects print of themselves.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import BadInput, SecretsLocked, StoreBroken
from app.users.keyplaces import (
    NONCE_BYTES,
    Keyring,
    Keys,
    read_key_file,
    unwrap,
    wrap,
    write_key_file,
)
from app.users.privatefile import write_private
from app.users.stretching import KEY_BYTES

_FORMAT = 2  # 1 did not know since when a secret is in use
_KEYRING, _PASSPHRASE, _KEY_FILE = "keyring", "passphrase", "key-file"


class SecretsStore:
    """An open store. Methods block shortly; a file that cannot be written is `StoreBroken`."""

    def __init__(self, file: Path, key: bytes, head: Mapping[str, Any]) -> None:
        self._file = file
        self._key = key
        self._head = dict(head)

    def __repr__(self) -> str:
        return f"SecretsStore({self._file})"

    def names(self) -> list[str]:
        """Return which secrets there are, by the alphabet."""
        return sorted(self._content())

    def get(self, name: str) -> str:
        """Return a secret; `BadInput` when there is none of that name."""
        try:
            return self._content()[name]
        except KeyError:
            raise BadInput(f"there is no secret named {name}") from None

    def since(self) -> dict[str, datetime | None]:
        """Return since when each secret is in use (UTC); None where nobody wrote it down."""
        content, known = self._opened()
        return {
            name: datetime.fromisoformat(known[name]) if name in known else None
            for name in sorted(content)
        }

    @property
    def places(self) -> list[str]:
        """Where its key lies: "keyring", "passphrase", "key-file"."""
        return [place["kind"] for place in self._head["places"]]

    def put(self, name: str, value: str) -> None:
        """Keep ``value`` under ``name``, in place of what was there."""
        if not name.strip():
            raise BadInput("a secret needs a name")
        content, since = self._opened()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._write({**content, name: value}, {**since, name: now})

    def remove(self, name: str) -> None:
        """Forget a secret; `BadInput` when there is none of that name."""
        content, since = self._opened()
        if name not in content:
            raise BadInput(f"there is no secret named {name}")
        self._write(
            {key: value for key, value in content.items() if key != name},
            {key: at for key, at in since.items() if key != name},
        )

    def add_passphrase(self, passphrase: str) -> None:
        """Let ``passphrase`` open the store too, such as on another computer."""
        content, since = self._opened()
        places = [p for p in self._head["places"] if p["kind"] != _PASSPHRASE]
        kept = wrap(self._key, passphrase, self._head["id"])
        self._head["places"] = [*places, {"kind": _PASSPHRASE, **kept}]
        self._write(content, since)

    def _content(self) -> dict[str, str]:
        return self._opened()[0]

    def _opened(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the secrets by name, and since when each is in use as far as known."""
        whole = _read(self._file)
        try:
            plain = AESGCM(self._key).decrypt(whole["nonce"], whole["sealed"], _bound(whole))
        except InvalidTag:
            raise SecretsLocked(f"{self._file} was sealed with another key") from None
        content: dict[str, Any] = json.loads(plain)
        if whole["format"] == 1:
            return content, {}
        return content["secrets"], content["since"]

    def _write(self, content: Mapping[str, str], since: Mapping[str, str]) -> None:
        self._head["format"] = _FORMAT
        inside = {"secrets": content, "since": since}
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._key).encrypt(
            nonce, json.dumps(inside).encode(), _bound(self._head)
        )
        whole = {
            **self._head,
            "nonce": base64.b64encode(nonce).decode(),
            "sealed": base64.b64encode(sealed).decode(),
        }
        try:
            write_private(self._file, json.dumps(whole, indent=1).encode())
        except OSError as error:
            raise StoreBroken(f"{self._file} cannot be written: {error}") from error


def create_secrets(file: Path, keys: Keys) -> SecretsStore:
    """Make an empty store in ``file``, its key in the best place this machine offers.

    Args:
        file: The store; one that exists raises `BadInput`.
        keys: The keyring comes first; a passphrase opens the store too; with neither, a
            key file goes into the user's own data folder, never beside the store.
    """
    if file.exists():
        raise BadInput(f"{file} already holds secrets")
    key, store = secrets.token_bytes(KEY_BYTES), uuid4().hex
    places: list[dict[str, str]] = []
    if keys.keyring is not None and _keep_in(keys.keyring, store, key):
        places.append({"kind": _KEYRING})
    if keys.passphrase is not None:
        places.append({"kind": _PASSPHRASE, **wrap(key, keys.passphrase, store)})
    if not places:
        try:
            write_key_file(keys.private, store, key)
        except OSError as error:
            raise StoreBroken(f"the key file cannot be written: {error}") from error
        places.append({"kind": _KEY_FILE})
    made = SecretsStore(file, key, {"format": _FORMAT, "id": store, "places": places})
    made._write({}, {})  # noqa: SLF001 - the empty store, by the one way of writing
    return made


def open_secrets(file: Path, keys: Keys) -> SecretsStore:
    """Open a store with the first key that fits.

    Raises:
        SecretsLocked: No key was found, or none fits; the sentence says what was tried.
        StoreBroken: The file is missing or is no store.
        BadInput: A newer program wrote it.
    """
    whole = _read(file)
    tried: list[str] = []
    for place in whole["places"]:
        try:
            key = _key_at(place, whole["id"], keys)
            store = SecretsStore(file, key, {k: whole[k] for k in ("format", "id", "places")})
            store.names()
        except SecretsLocked as error:
            tried.append(str(error))
        else:
            return store
    raise SecretsLocked(
        f"{file} stays locked ({'; '.join(tried) or 'no key is known'}): open it with its "
        f"passphrase, or as the user and on the computer that made it"
    )


def _keep_in(keyring: Keyring, store: str, key: bytes) -> bool:
    """Whether the keyring took the key and gives it back."""
    text = base64.b64encode(key).decode()
    try:
        keyring.put(store, text)
        return keyring.get(store) == text
    except SecretsLocked:
        return False


def _key_at(place: Mapping[str, str], store: str, keys: Keys) -> bytes:
    kind = place.get("kind")
    if kind == _KEY_FILE:
        return _decoded(read_key_file(keys.private, store), "the key file")
    if kind == _PASSPHRASE:
        if keys.passphrase is None:
            raise SecretsLocked("no passphrase was given")
        return unwrap(dict(place), keys.passphrase, store)
    if keys.keyring is None:
        raise SecretsLocked("the keyring of the system cannot be reached from here")
    if (text := keys.keyring.get(store)) is None:
        raise SecretsLocked("the keyring of this user does not hold its key")
    return _decoded(text.encode(), "the keyring")


def _decoded(text: bytes, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SecretsLocked(f"{where} holds something that is no key")
    return key


def _bound(whole: Mapping[str, Any]) -> bytes:
    """Return what the seal vouches for besides the content: the head in the clear."""
    head = {part: whole[part] for part in ("format", "id", "places")}
    return json.dumps(head, sort_keys=True).encode()


def _read(file: Path) -> dict[str, Any]:
    """Return the file's parts, the sealed ones as bytes."""
    try:
        whole = json.loads(file.read_bytes())
        found: dict[str, Any] = {
            "format": int(whole["format"]),
            "id": str(whole["id"]),
            "places": [{str(k): str(v) for k, v in place.items()} for place in whole["places"]],
            "nonce": base64.b64decode(whole["nonce"], validate=True),
            "sealed": base64.b64decode(whole["sealed"], validate=True),
        }
    except OSError as error:
        raise StoreBroken(f"{file} cannot be read: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreBroken(f"{file} is no store of secrets: {error}") from error
    if found["format"] > _FORMAT:
        raise BadInput(f"{file} was written by a newer Heatdesk")
    if len(found["nonce"]) != NONCE_BYTES:
        raise StoreBroken(f"{file} is no store of secrets: its nonce has the wrong length")
    return found
