"""Keys at rest: in the one sealed file, the newest first, and nowhere in the clear."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.model.meterkey import KeysTaken
from app.project.keylines import FoundKey
from app.project.meterkeys import METER_KEYS, MeterKeys
from app.users.keyplaces import Keys
from app.users.secrets import SecretsStore, create_secrets, open_secrets
from tests.secretsearch import Searcher, Secret

FIRST, SECOND, THIRD = bytes(range(16)), bytes(range(16, 32)), bytes(range(32, 48))
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Ticking:
    """A clock that goes on a minute a look."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


def store(folder: Path, *, again: bool = False) -> SecretsStore:
    keys = Keys(folder / "private")
    return (open_secrets if again else create_secrets)(folder / "secrets.bin", keys)


def test_keys_are_kept_over_a_restart(tmp_path: Path) -> None:
    keys = MeterKeys(store(tmp_path), Ticking())
    assert not keys.of("71482036")
    done = keys.take([FoundKey("71482036", FIRST), FoundKey("00520117", SECOND)], "a.kem")
    assert done == KeysTaken(2, 0, 0)
    assert keys.take([FoundKey("71482036", FIRST)], "again.kem") == KeysTaken(0, 0, 1)
    kept = MeterKeys(store(tmp_path, again=True), Ticking())
    assert list(kept.of("71482036")) == [FIRST]
    assert list(kept.of("00520117")) == [SECOND]
    assert [(each.meter, each.source, each.earlier) for each in kept.listed()] == [
        ("00520117", "a.kem", 0),
        ("71482036", "a.kem", 0),
    ]
    assert kept.listed()[0].since.tzinfo is not None


def test_a_changed_key_is_tried_first_and_the_one_before_second(tmp_path: Path) -> None:
    keys = MeterKeys(store(tmp_path), Ticking())
    keys.take([FoundKey("1", FIRST)], "a")
    first = keys.listed()[0].since
    assert keys.take([FoundKey("1", SECOND)], "b") == KeysTaken(0, 1, 0)
    assert list(keys.of("1")) == [SECOND, FIRST]
    keys.take([FoundKey("1", THIRD)], "c")
    assert list(keys.of("1")) == [THIRD, SECOND]
    keys.take([FoundKey("1", SECOND)], "d")
    assert list(keys.of("1")) == [SECOND, THIRD]
    assert keys.listed()[0].earlier == 1
    assert keys.listed()[0].since > first


def test_keys_are_forgotten_on_disk_too(tmp_path: Path) -> None:
    keys = MeterKeys(store(tmp_path), Ticking())
    keys.take([FoundKey("1", FIRST), FoundKey("2", SECOND)], "a")
    assert keys.remove(["1", "9"]) == 1
    assert keys.remove(["1"]) == 0
    again = MeterKeys(store(tmp_path, again=True), Ticking())
    assert not again.of("1")
    assert list(again.of("2")) == [SECOND]


def test_thousands_are_one_secret_and_nothing_of_them_lies_open(tmp_path: Path) -> None:
    sealed = store(tmp_path)
    keys = MeterKeys(sealed, Ticking())
    many = [FoundKey(f"{n:08d}", n.to_bytes(16, "big")) for n in range(1, 5_001)]
    assert keys.take([*many, FoundKey("71482036", FIRST)], "street.csv").added == 5_001
    assert sealed.names() == [METER_KEYS]
    looked = Searcher([Secret("a meter's key", FIRST.hex())]).look([tmp_path])
    assert looked.files > 0
    assert not looked.hits
    assert FIRST.hex() not in repr(keys) + repr(vars(keys)) + repr(keys.listed())
