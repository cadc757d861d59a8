"""Since when a secret is in use is kept with it, sealed; stores of former times go on."""

import base64
import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.users.keyplaces import NONCE_BYTES, Keys, write_key_file
from app.users.secrets import create_secrets, open_secrets
from app.users.stretching import KEY_BYTES


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "private", None, None)


def test_each_secret_knows_its_day_and_a_new_value_begins_anew(
    tmp_path: Path, keys: Keys
) -> None:
    store = create_secrets(tmp_path / "secrets.bin", keys)
    before = datetime.now(UTC) - timedelta(seconds=1)
    store.put("gateway", "one value")
    store.put("other", "another")
    again = open_secrets(tmp_path / "secrets.bin", keys)
    since = again.since()
    assert set(since) == {"gateway", "other"}
    assert all(at is not None and at >= before for at in since.values())
    again.remove("other")
    assert set(again.since()) == {"gateway"}
    assert again.places == ["key-file"]


def test_when_a_secret_came_stands_nowhere_in_the_clear(tmp_path: Path, keys: Keys) -> None:
    store = create_secrets(tmp_path / "secrets.bin", keys)
    store.put("gateway", "one value")
    text = (tmp_path / "secrets.bin").read_text("utf-8")
    assert str(datetime.now(UTC).year) not in json.loads(text).get("places", [{}])[0].values()
    assert "gateway" not in text


def test_a_store_of_former_times_opens_and_learns_days_from_then_on(
    tmp_path: Path, keys: Keys
) -> None:
    file, key = tmp_path / "secrets.bin", secrets.token_bytes(KEY_BYTES)
    head = {"format": 1, "id": "formerly", "places": [{"kind": "key-file"}]}
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound = json.dumps(head, sort_keys=True).encode()
    sealed = AESGCM(key).encrypt(nonce, json.dumps({"gateway": "old"}).encode(), bound)
    told = {"nonce": nonce, "sealed": sealed}
    text = {each: base64.b64encode(part).decode() for each, part in told.items()}
    file.write_text(json.dumps(head | text), "utf-8")
    write_key_file(keys.private, "formerly", key)
    store = open_secrets(file, keys)
    assert store.get("gateway") == "old"
    assert store.since() == {"gateway": None}
    store.put("meter", "new")
    later = open_secrets(file, keys)
    assert later.get("gateway") == "old"
    assert later.since()["gateway"] is None
    assert later.since()["meter"] is not None
    assert json.loads(file.read_text("utf-8"))["format"] == 2
