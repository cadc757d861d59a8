"""Where the key may lie is found out without waiting for a prompt that nobody sees."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from app.errors import SecretsLocked
from app.users.keyplaces import _within, unwrap, wrap
from tests.app.project.sites import ROOT

LOOK = """
import time
begun = time.perf_counter()
from app.users.keyplaces import Keys
keys = Keys.of_this_machine("words")
print(keys.keyring is None, keys.private.name, keys.passphrase)
assert time.perf_counter() - begun < 20
"""
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="buses are Linux's")


def look(**environment: str) -> str:
    """What a fresh process finds on a machine with such an environment."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", LOOK],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout.strip()


@linux
def test_a_service_without_a_session_has_no_keyring() -> None:
    assert look() == "True heatdesk words"


@linux
def test_a_bus_without_a_screen_is_not_asked() -> None:
    assert look(DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent") == "True heatdesk words"


@linux
def test_a_bus_that_is_not_there_is_no_keyring() -> None:
    found = look(DISPLAY=":99", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
    assert found == "True heatdesk words"


@linux
@pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon")
def test_a_session_bus_without_any_keyring_on_it_is_no_keyring(tmp_path: Path) -> None:
    address = f"unix:path={tmp_path / 'bus'}"
    command = ["dbus-daemon", "--session", f"--address={address}", "--nofork"]
    command += ["--print-address=1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as bus:
        try:
            assert bus.stdout is not None
            assert "unix:path" in bus.stdout.readline()
            found = look(DISPLAY=":99", DBUS_SESSION_BUS_ADDRESS=address)
        finally:
            bus.terminate()
    assert found == "True heatdesk words"


def test_a_wrapped_key_comes_out_by_its_passphrase_alone() -> None:
    kept = wrap(b"k" * 32, "a long way", "store-1")
    assert unwrap(kept, "a long way", "store-1") == b"k" * 32
    for passphrase, store in (("a long Way", "store-1"), ("a long way", "store-2"), ("", "x")):
        with pytest.raises(SecretsLocked, match="passphrase is wrong"):
            unwrap(kept, passphrase, store)


def test_a_wrapped_key_that_was_damaged_stays_shut() -> None:
    kept = wrap(b"k" * 32, "a long way", "store-1")
    for damage in ({"key": "AAAA"}, {"salt": "?"}, {"salt": ""}, {"nonce": "AAAA"}):
        with pytest.raises(SecretsLocked, match="passphrase is wrong"):
            unwrap(kept | damage, "a long way", "store-1")
    with pytest.raises(SecretsLocked, match="passphrase is wrong"):
        unwrap({}, "a long way", "store-1")


def test_no_two_wrappings_are_alike() -> None:
    first, second = (wrap(b"k" * 32, "a long way", "store-1") for _ in range(2))
    assert all(first[part] != second[part] for part in ("salt", "nonce", "key"))


def test_a_keyring_that_refuses_says_why() -> None:
    def refuse() -> str:
        raise KeyringLocked("the collection is locked")

    with pytest.raises(SecretsLocked, match="keyring refuses: the collection is locked"):
        _within(refuse)


def test_a_keyring_that_waits_for_a_person_for_ever_is_left_behind() -> None:
    gate = threading.Event()
    begun = time.perf_counter()
    with pytest.raises(SecretsLocked, match="did not answer"):
        _within(gate.wait, limit_s=0.05)
    assert time.perf_counter() - begun < 5
    gate.set()


def test_a_keyring_that_answers_is_heard() -> None:
    assert _within(lambda: "key") == "key"
    assert _within(lambda: None) is None


@linux
def test_the_systems_keyring_refuses_by_name_where_there_is_none() -> None:
    script = (
        "from app.errors import SecretsLocked\n"
        "from app.users.keyplaces import SystemKeyring\n"
        "ring = SystemKeyring()\n"
        "for ask in (lambda: ring.get('a'), lambda: ring.put('a', 'b')):\n"
        "    try:\n        ask()\n"
        "    except SecretsLocked as error:\n        print(str(error).split(':')[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["the system's keyring refuses"] * 2
