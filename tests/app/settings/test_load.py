"""The settings file: defaults without it, every mistake named by its line."""

from pathlib import Path

import pytest

from app.errors import BadInput
from app.settings.load import load_settings
from app.settings.parts import AuditSettings, HistorySettings, Settings


def written(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.toml") == Settings()


def test_each_owner_gets_its_own_part(tmp_path: Path) -> None:
    file = written(tmp_path, '[history]\nfast_hours = 24\n\n[desktop]\ntheme = "night"\n')
    settings = load_settings(file)
    assert settings.history == HistorySettings(fast_hours=24)
    assert settings.desktop.theme == "night"


def test_a_whole_number_will_do_for_seconds(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "[history]\ncommit_s = 2\n")).history.commit_s == 2


def test_the_activity_log_is_given_its_room(tmp_path: Path) -> None:
    file = written(tmp_path, "[audit]\nlimit_mb = 50\nkeep_free_mb = 20\n")
    assert load_settings(file).audit == AuditSettings(50, 20)
    assert AuditSettings().limit_mb == 1000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[histroy]\n", "settings.toml:1: there is no part [histroy]"),
        ("\n[log]\nlevle = 1\n", "settings.toml:3: log.levle: there is no such setting"),
        ("[log]\nlevel = 3\n", "settings.toml:2: log.level: 3 is no str"),
        (
            "[log]\nlevel = 'loud'\n",
            "settings.toml:2: log.level: 'loud' is none of debug, info",
        ),
        (
            "[history]\nfast_hours = true\n",
            "settings.toml:2: history.fast_hours: True is no int",
        ),
        ("[history]\nfast_hours = 0\n", "settings.toml:2: history.fast_hours: 0 is outside 1"),
        ("[audit]\nlimit_mb = 0\n", "settings.toml:2: audit.limit_mb: 0 is outside 1"),
        ("theme = 'day'\n", "settings.toml:1: there is no part [theme]"),
        ("[log\n", "settings.toml: "),
    ],
)
def test_a_mistake_is_a_sentence_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInput) as told:
        load_settings(written(tmp_path, text))
    assert says in str(told.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match=r"settings\.toml"):
        load_settings(file)
