"""Secrets lie in one sealed file, open to the right key alone, and show themselves nowhere."""

import base64
import json
import logging
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import BadInput, SecretsLocked, StoreBroken
from app.users.keyplaces import Keys
from app.users.secrets import SecretsStore, create_secrets, open_secrets

HIDDEN = "hunter2 and a half"


class FakeKeyring:
    """A keyring in a dictionary; may be out of order."""

    def __init__(self, *, broken: bool = False, forgetful: bool = False) -> None:
        self.kept: dict[str, str] = {}
        self.broken = broken
        self.forgetful = forgetful

    def get(self, name: str) -> str | None:
        if self.broken:
            raise SecretsLocked("the system's keyring refuses: it is locked")
        return self.kept.get(name)

    def put(self, name: str, value: str) -> None:
        if self.broken:
            raise SecretsLocked("the system's keyring refuses: it is locked")
        if not self.forgetful:
            self.kept[name] = value


def headless(tmp_path: Path, passphrase: str | None = None) -> Keys:
    """A machine without a keyring."""
    return Keys(tmp_path / "private", None, passphrase)


def with_keyring(tmp_path: Path, keyring: FakeKeyring, passphrase: str | None = None) -> Keys:
    """A machine with a keyring."""
    return Keys(tmp_path / "private", keyring, passphrase)


def key_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "private").rglob("*.key"))


def parts(file: Path) -> dict[str, Any]:
    """What stands in the clear."""
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder / "secrets.bin"


@pytest.fixture
def store(file: Path, tmp_path: Path) -> SecretsStore:
    made = create_secrets(file, headless(tmp_path))
    made.put("smtp", HIDDEN)
    return made


def test_what_is_put_is_got(store: SecretsStore) -> None:
    store.put("link/gateway", "ø")
    assert store.get("smtp") == HIDDEN
    assert store.names() == ["link/gateway", "smtp"]
    store.put("smtp", "new")
    assert store.get("smtp") == "new"


def test_what_is_removed_is_gone(store: SecretsStore) -> None:
    store.remove("smtp")
    assert store.names() == []
    with pytest.raises(BadInput, match="no secret named smtp"):
        store.get("smtp")
    with pytest.raises(BadInput, match="no secret named smtp"):
        store.remove("smtp")


def test_a_secret_needs_a_name(store: SecretsStore) -> None:
    with pytest.raises(BadInput, match="needs a name"):
        store.put("  ", "x")


def test_secrets_survive_a_restart(store: SecretsStore, file: Path, tmp_path: Path) -> None:
    assert open_secrets(file, headless(tmp_path)).get("smtp") == HIDDEN


@given(content=st.dictionaries(st.text(min_size=1).filter(str.strip), st.text(), max_size=5))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_come_back_as_they_were(store: SecretsStore, content: dict[str, str]) -> None:
    for name in store.names():
        store.remove(name)
    for name, value in content.items():
        store.put(name, value)
    assert {name: store.get(name) for name in store.names()} == content


def test_nothing_of_a_secret_can_be_read_in_the_file(store: SecretsStore, file: Path) -> None:
    content = file.read_bytes()
    assert HIDDEN.encode() not in content
    assert b"smtp" not in content
    assert base64.b64encode(HIDDEN.encode()) not in content


def test_an_open_store_shows_nothing_of_itself(
    store: SecretsStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (key_file,) = key_files(tmp_path)
    key = key_file.read_text("ascii").strip()
    with caplog.at_level(logging.DEBUG):
        shown = f"{store} {store!r}"
        store.put("a", "b")
    for text in (shown, caplog.text):
        assert HIDDEN not in text
        assert key not in text
        assert repr(base64.b64decode(key)) not in text
    assert "a long way" not in repr(headless(tmp_path, "a long way"))


def test_the_same_content_is_sealed_differently_each_time(
    store: SecretsStore, file: Path
) -> None:
    store.put("smtp", HIDDEN)
    first = parts(file)
    store.put("smtp", HIDDEN)
    second = parts(file)
    assert first["nonce"] != second["nonce"]
    assert first["sealed"] != second["sealed"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access rights elsewhere")
def test_only_the_owner_may_read_store_and_key(
    store: SecretsStore, file: Path, tmp_path: Path
) -> None:
    (key_file,) = key_files(tmp_path)
    for private in (file, key_file):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    key_file.chmod(0o644)
    with pytest.raises(SecretsLocked, match="may be read by others"):
        open_secrets(file, headless(tmp_path))


def test_without_a_keyring_the_key_lies_in_the_users_own_folder(
    store: SecretsStore, file: Path, tmp_path: Path
) -> None:
    (key_file,) = key_files(tmp_path)
    assert not key_file.is_relative_to(file.parent)
    assert parts(file)["places"] == [{"kind": "key-file"}]
    assert len(base64.b64decode(key_file.read_bytes())) == 32


def test_a_keyring_takes_the_key_and_no_file_does(file: Path, tmp_path: Path) -> None:
    keyring = FakeKeyring()
    create_secrets(file, with_keyring(tmp_path, keyring)).put("smtp", HIDDEN)
    assert key_files(tmp_path) == []
    assert parts(file)["places"] == [{"kind": "keyring"}]
    assert open_secrets(file, with_keyring(tmp_path, keyring)).get("smtp") == HIDDEN
    with pytest.raises(SecretsLocked, match="keyring of the system cannot be reached"):
        open_secrets(file, headless(tmp_path))
    with pytest.raises(SecretsLocked, match="keyring of this user does not hold its key"):
        open_secrets(file, with_keyring(tmp_path, FakeKeyring()))
    with pytest.raises(SecretsLocked, match="it is locked"):
        open_secrets(file, with_keyring(tmp_path, FakeKeyring(broken=True)))


@pytest.mark.parametrize("keyring", [FakeKeyring(broken=True), FakeKeyring(forgetful=True)])
def test_a_keyring_that_does_not_keep_the_key_is_not_relied_on(
    file: Path, tmp_path: Path, keyring: FakeKeyring
) -> None:
    create_secrets(file, with_keyring(tmp_path, keyring)).put("smtp", HIDDEN)
    assert parts(file)["places"] == [{"kind": "key-file"}]
    assert open_secrets(file, headless(tmp_path)).get("smtp") == HIDDEN


def test_a_passphrase_alone_opens_the_store(file: Path, tmp_path: Path) -> None:
    create_secrets(file, headless(tmp_path, "a long way to go")).put("smtp", HIDDEN)
    assert key_files(tmp_path) == []
    assert open_secrets(file, headless(tmp_path, "a long way to go")).get("smtp") == HIDDEN
    with pytest.raises(SecretsLocked, match="the passphrase is wrong"):
        open_secrets(file, headless(tmp_path, "a long way to stay"))
    with pytest.raises(SecretsLocked, match="no passphrase was given"):
        open_secrets(file, headless(tmp_path))


def test_a_passphrase_opens_where_the_keyring_does_not(file: Path, tmp_path: Path) -> None:
    keyring = FakeKeyring()
    create_secrets(file, with_keyring(tmp_path, keyring, "a long way")).put("smtp", HIDDEN)
    assert open_secrets(file, headless(tmp_path, "a long way")).get("smtp") == HIDDEN
    assert open_secrets(file, with_keyring(tmp_path, keyring)).get("smtp") == HIDDEN


def test_a_passphrase_may_be_added_and_changed_later(
    store: SecretsStore, file: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    store.add_passphrase("first words")
    assert open_secrets(file, Keys(elsewhere, None, "first words")).get("smtp") == HIDDEN
    store.add_passphrase("second words")
    assert open_secrets(file, Keys(elsewhere, None, "second words")).get("smtp") == HIDDEN
    with pytest.raises(SecretsLocked):
        open_secrets(file, Keys(elsewhere, None, "first words"))
    assert open_secrets(file, headless(tmp_path)).get("smtp") == HIDDEN
    kept = json.dumps(parts(file))
    assert "words" not in kept


def test_a_wrong_key_file_is_told(store: SecretsStore, file: Path, tmp_path: Path) -> None:
    (key_file,) = key_files(tmp_path)
    key_file.write_bytes(base64.b64encode(b"w" * 32))
    with pytest.raises(SecretsLocked, match="sealed with another key"):
        open_secrets(file, headless(tmp_path))
    for rubbish in (b"", b"short", base64.b64encode(b"too short"), b"\xff" * 44):
        key_file.write_bytes(rubbish)
        with pytest.raises(SecretsLocked, match="holds something that is no key"):
            open_secrets(file, headless(tmp_path))
    key_file.unlink()
    with pytest.raises(SecretsLocked, match=r"key file .* is missing"):
        open_secrets(file, headless(tmp_path))


def test_a_keyring_that_gives_rubbish_is_told(file: Path, tmp_path: Path) -> None:
    keyring = FakeKeyring()
    create_secrets(file, with_keyring(tmp_path, keyring))
    keyring.kept = dict.fromkeys(keyring.kept, "rubbish")
    with pytest.raises(SecretsLocked, match="keyring holds something that is no key"):
        open_secrets(file, with_keyring(tmp_path, keyring))


def test_the_refusal_says_what_can_be_done(
    store: SecretsStore, file: Path, tmp_path: Path
) -> None:
    with pytest.raises(SecretsLocked) as refusal:
        open_secrets(file, Keys(tmp_path / "elsewhere"))
    assert str(file) in str(refusal.value)
    assert "open it with its passphrase, or as the user and on the computer" in str(
        refusal.value
    )


@pytest.mark.parametrize("part", ["sealed", "nonce", "id", "places"])
def test_every_changed_part_of_the_file_is_noticed(
    store: SecretsStore, file: Path, tmp_path: Path, part: str
) -> None:
    content = parts(file)
    old = content[part]
    if part in ("sealed", "nonce"):
        raw = bytearray(base64.b64decode(old))
        raw[0] ^= 1
        content[part] = base64.b64encode(raw).decode()
    elif part == "id":
        (key_file,) = key_files(tmp_path)
        key_file.rename(key_file.with_name("other.key"))
        content[part] = "other"
    else:
        content[part] = [*old, {"kind": "key-file", "more": "x"}]
    file.write_text(json.dumps(content), "utf-8")
    with pytest.raises(SecretsLocked, match="sealed with another key"):
        open_secrets(file, headless(tmp_path))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"format": 1}',
        b'{"format": 1, "id": "a", "places": 5, "nonce": "", "sealed": ""}',
        b'{"format": 1, "id": "a", "places": [5], "nonce": "", "sealed": ""}',
        b'{"format": 1, "id": "a", "places": [], "nonce": "AAAA", "sealed": ""}',
        b'{"format": 1, "id": "a", "places": [], "nonce": "?", "sealed": ""}',
        b'{"format": 1, "id": "a", "places": [], "nonce": 5, "sealed": ""}',
    ],
)
def test_a_file_that_is_no_store_is_named(file: Path, tmp_path: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(StoreBroken, match=r"secrets\.bin is no store of secrets"):
        open_secrets(file, headless(tmp_path))


def test_a_missing_store_is_named(file: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreBroken, match=r"secrets\.bin cannot be read"):
        open_secrets(file, headless(tmp_path))


def test_a_store_of_a_newer_program_is_refused(
    store: SecretsStore, file: Path, tmp_path: Path
) -> None:
    file.write_text(json.dumps(parts(file) | {"format": 3}), "utf-8")
    with pytest.raises(BadInput, match="newer Heatdesk"):
        open_secrets(file, headless(tmp_path))


def test_a_store_without_any_place_of_its_key_stays_locked(
    store: SecretsStore, file: Path, tmp_path: Path
) -> None:
    file.write_text(json.dumps(parts(file) | {"places": []}), "utf-8")
    with pytest.raises(SecretsLocked, match="no key is known"):
        open_secrets(file, headless(tmp_path))


def test_a_store_is_never_made_over_another(
    store: SecretsStore, file: Path, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="already holds secrets"):
        create_secrets(file, headless(tmp_path))
    assert store.get("smtp") == HIDDEN


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    with pytest.raises(StoreBroken, match="key file cannot be written"):
        create_secrets(tmp_path / "secrets.bin", Keys(blocked / "private"))
    with pytest.raises(StoreBroken, match="cannot be written"):
        create_secrets(blocked / "secrets.bin", headless(tmp_path))
