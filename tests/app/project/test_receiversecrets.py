"""The passwords of receivers: sealed, told to their own link alone, forgotten when asked."""

from pathlib import Path

import pytest

from app.errors import BadInput
from app.model.device import LinkId
from app.project.receiversecrets import LONGEST, ReceiverSecrets, require_secret
from app.users.keyplaces import Keys
from app.users.secrets import create_secrets, open_secrets

STREET, YARD = LinkId("street"), LinkId("yard")


def test_a_password_is_kept_sealed_for_one_receiver_of_one_link(tmp_path: Path) -> None:
    file, keys = tmp_path / "secrets.bin", Keys(tmp_path / "data")
    ReceiverSecrets(create_secrets(file, keys)).put(STREET, "broker", "quiet water")
    kept = ReceiverSecrets(open_secrets(file, keys))
    assert kept.of(STREET, "broker") == "quiet water"
    assert kept.of(YARD, "broker") == kept.of(STREET, "roof") == ""
    assert b"quiet water" not in file.read_bytes()


def test_the_newest_counts_and_nothing_forgets_it(tmp_path: Path) -> None:
    kept = ReceiverSecrets(create_secrets(tmp_path / "secrets.bin", Keys(tmp_path / "data")))
    kept.put(STREET, "broker", "one")
    kept.put(STREET, "broker", "two")
    assert kept.of(STREET, "broker") == "two"
    kept.put(STREET, "broker", "")
    kept.put(STREET, "broker", "")
    assert kept.of(STREET, "broker") == ""


@pytest.mark.parametrize("text", ["two\nlines", "a\0b", "x" * (LONGEST + 1)])
def test_what_no_password_can_be_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadInput, match="at most 200 letters") as refused:
        require_secret(text)
    assert text not in str(refused.value)


def test_any_printable_password_will_do() -> None:
    for text in ("", "x" * LONGEST, "tørt vejr, 日本 & co"):
        require_secret(text)
