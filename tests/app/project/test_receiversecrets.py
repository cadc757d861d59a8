"""The passwords of receivers: sealed, told to their own link alone, forgotten when asked."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.errors import BadInput
from app.model.device import LinkId
from app.project.receiversecrets import (
    LONGEST,
    STAYS,
    ReceiverSecrets,
    require_secret,
    secret_name,
)
from app.users.keyplaces import Keys
from app.users.secrets import create_secrets, open_secrets

STREET, YARD = LinkId("street"), LinkId("yard")
AT = "mqtt:eng@10.0.0.8:8883/m?tls"


def test_a_password_is_kept_sealed_for_one_receiver_of_one_link(tmp_path: Path) -> None:
    file, keys = tmp_path / "secrets.bin", Keys(tmp_path / "data")
    ReceiverSecrets(create_secrets(file, keys)).put(STREET, "broker", AT, "quiet water")
    kept = ReceiverSecrets(open_secrets(file, keys))
    assert kept.of(STREET, "broker", AT) == "quiet water"
    assert kept.of(YARD, "broker", AT) == kept.of(STREET, "roof", AT) == ""
    assert b"quiet water" not in file.read_bytes()


def test_the_newest_counts_and_nothing_forgets_it(tmp_path: Path) -> None:
    kept = ReceiverSecrets(create_secrets(tmp_path / "secrets.bin", Keys(tmp_path / "data")))
    kept.put(STREET, "broker", AT, "one")
    kept.put(STREET, "broker", AT, "two")
    assert kept.of(STREET, "broker", AT) == "two"
    kept.put(STREET, "broker", AT, "")
    kept.put(STREET, "broker", AT, "")
    assert kept.of(STREET, "broker", AT) == ""


@pytest.mark.parametrize(
    "elsewhere",
    ["mqtt:eng@10.0.0.9:8883/m?tls", "mqtt:eng@10.0.0.8:8883/m", "http:10.0.0.8", ""],
)
def test_a_password_is_not_told_to_another_place(tmp_path: Path, elsewhere: str) -> None:
    kept = ReceiverSecrets(create_secrets(tmp_path / "secrets.bin", Keys(tmp_path / "data")))
    kept.put(STREET, "broker", AT, "quiet water")
    assert kept.of(STREET, "broker", elsewhere) == ""
    assert kept.of(STREET, "broker", AT) == "quiet water"


def test_a_password_that_was_kept_before_places_were_noted_is_still_told(
    tmp_path: Path,
) -> None:
    store = create_secrets(tmp_path / "secrets.bin", Keys(tmp_path / "data"))
    store.put(secret_name(STREET, "broker"), "quiet water")
    assert ReceiverSecrets(store).of(STREET, "broker", AT) == "quiet water"


@pytest.mark.parametrize("text", ["two\nlines", "a\0b", "x" * (LONGEST + 1)])
def test_what_no_password_can_be_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadInput, match="at most 200 letters") as refused:
        require_secret(text)
    assert text not in str(refused.value)


def test_any_printable_password_will_do() -> None:
    for text in ("", "x" * LONGEST, "tørt vejr, 日本 & co"):
        require_secret(text)


def test_what_was_kept_of_a_removed_receiver_stays_for_30_days_and_is_forgotten_then(
    tmp_path: Path,
) -> None:
    store = create_secrets(tmp_path / "secrets.bin", Keys(tmp_path / "data"))
    kept, name = ReceiverSecrets(store), secret_name(STREET, "broker")
    kept.put(STREET, "broker", AT, "quiet water")
    kept.put(YARD, "broker", AT, "another")
    store.put("mail", "of something else")
    now, there = datetime.now(UTC), {secret_name(YARD, "broker")}
    assert kept.sweep({name, *there}, now + 2 * STAYS) == [], "both are there"
    assert kept.sweep(there, now + 2 * STAYS) == [], "its time begins when it is missed"
    assert kept.of(STREET, "broker", AT) == "quiet water", "that can be taken back"
    assert kept.sweep(there, now + STAYS - timedelta(minutes=1)) == []
    assert kept.sweep({name, *there}, now + STAYS) == [], "it was taken back"
    assert kept.sweep(there, now) == [], "taken out again: its time begins anew"
    assert kept.sweep(there, datetime.now(UTC) + STAYS) == [name]
    assert kept.of(STREET, "broker", AT) == ""
    assert store.names() == ["mail", secret_name(YARD, "broker")]


def test_a_password_of_before_places_were_noted_outlives_a_removal_taken_back(
    tmp_path: Path,
) -> None:
    store = create_secrets(tmp_path / "secrets.bin", Keys(tmp_path / "data"))
    kept, name = ReceiverSecrets(store), secret_name(STREET, "broker")
    store.put(name, "old water")
    kept.sweep((), datetime.now(UTC))
    assert kept.of(STREET, "broker", AT) == "old water"
    kept.sweep({name}, datetime.now(UTC))
    assert store.get(name) == "old water", "as it was"
