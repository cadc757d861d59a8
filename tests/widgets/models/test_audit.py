"""Words of the activity log: found as they are shown, sorted as they are read."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pytestqt.qtbot import QtBot

from app.auditverbs import AuditEntry
from app.channel.surface import surface
from app.model.reading import PointId
from app.words import use_language
from tests.fakes.desk import Desk
from widgets.models.audit import LogWords, audit_columns, result_text, told_text, verb_text
from widgets.models.changewords import told_number
from widgets.models.rows import Cell

MakeDesk = Callable[..., Desk]
SETTING = "ahornvej-14.p11175"


@pytest.fixture
def desk(make_desk: MakeDesk, qtbot: QtBot) -> Desk:
    made = make_desk()
    qtbot.waitUntil(lambda: made.directory.is_listed)
    return made


@pytest.fixture
def words(desk: Desk) -> LogWords:
    return LogWords(desk.directory)


@pytest.fixture
def danish() -> Iterator[None]:
    use_language("da")
    yield
    use_language("en")


def entry(**changes: str) -> AuditEntry:
    fields = {"login": "ole", "name": "Ole Holm", "workstation": "desk-2", "verb": "write"}
    texts = {"entity": "project", "old": "", "new": "", "result": "done", "reason": ""}
    return AuditEntry(
        seq=7, at=datetime(2026, 7, 1, 10, tzinfo=UTC), **fields | texts | changes
    )


def cells(words: LogWords, one: AuditEntry) -> dict[str, Cell]:
    columns = audit_columns(words, ZoneInfo("Europe/Copenhagen"))
    return {column.id: column.cell(one) for column in columns}


def test_a_word_of_the_screen_finds_what_is_written_in_the_log(words: LogWords) -> None:
    written = {
        "verb": ("write", "session.login", "people.add_person"),
        "entity": (SETTING, "device ahornvej-14", "account ida", "project"),
        "result": ("done", "version 12"),
    }
    found = words.means("AHORNVEJ 14", written)
    assert found["entity"] == (SETTING, "device ahornvej-14")
    assert found["verb"] == found["result"] == found["reason"] == ()
    assert words.means("changed", written)["verb"] == ("write",)
    assert words.means("version 12", written)["result"] == ("version 12",)


def test_what_is_written_is_not_found_where_the_screen_says_something_else(
    words: LogWords,
) -> None:
    """Nobody sees the key of a verb: what is found has to be readable in the line found."""
    assert words.means("session.login", {"verb": ("session.login",)})["verb"] == ()
    assert words.means("nothing like it", {"verb": ("write",)})["verb"] == ()


def test_words_are_found_in_the_language_of_the_screen(words: LogWords, danish: None) -> None:
    shown = verb_text("write")
    assert shown != "setting changed"
    assert words.means(shown.upper(), {"verb": ("write", "session.login")})["verb"] == (
        "write",
    )


def test_a_file_of_samples_is_told_by_its_name_and_digest(words: LogWords) -> None:
    written = '{"file": "x.csv", "sha256": "ac29", "devices": ["radio-001"]}'
    taken = cells(words, entry(verb="samples.keep_export", new=written, result="8 samples"))
    assert taken["verb"].text == "samples taken out"
    assert taken["new"].text == "x.csv · SHA-256 ac29"
    assert taken["new"].tip == f"x.csv · SHA-256 ac29\n{written}"
    for odd in ("{", "{}", '{"file": "x.csv"}', "[1]"):
        assert told_text("new", odd) == odd


def test_a_deed_is_no_question(words: LogWords) -> None:
    shared = cells(words, entry(verb="project.distribute", result="begun"))
    assert shared["verb"].text == "history shared out over machines"
    forgotten = entry(verb="radio.keep_secret", new="password forgotten")
    said = cells(words, forgotten)
    assert (said["verb"].text, said["new"].text) == ("password of a receiver", "forgotten")
    kept = cells(words, entry(verb="radio.keep_secret", new="password kept"))
    assert kept["new"].text == "kept"


def test_of_many_reasons_the_most_frequent_are_looked_through(words: LogWords) -> None:
    reasons = tuple(f"reason {number}" for number in range(1000))
    found = words.means("reason", {"reason": reasons})["reason"]
    assert found == reasons[: len(found)]
    assert 100 <= len(found) < 1000


def test_a_column_of_words_is_sorted_by_its_words_and_any_other_as_it_is_written(
    words: LogWords,
) -> None:
    written = {"verb": ("write", "acknowledge", "session.login"), "reason": ("b", "a")}
    assert words.ranks("verb", written) == ("acknowledge", "session.login", "write")
    assert [verb_text(each) for each in words.ranks("verb", written)] == [
        "alarm acknowledged", "login", "setting changed",
    ]  # fmt: skip
    assert words.ranks("reason", written) == ()
    assert words.ranks("workstation", {"workstation": ("b", "a")}) == ()
    assert words.ranks("result", {}) == ()


def test_a_name_that_came_later_replaces_the_key_shown_before(words: LogWords) -> None:
    assert words.entity("alarm rule rule-9") == "alarm rule rule-9"
    words.name_rules({"rule-9": "Supply too hot"})
    assert words.entity("alarm rule rule-9") == "alarm rule Supply too hot"
    assert words.means("too hot", {"entity": ("alarm rule rule-9",)})["entity"] == (
        "alarm rule rule-9",
    )


def test_names_are_looked_up_again_when_the_devices_were_told_anew(
    desk: Desk, words: LogWords, danish: None
) -> None:
    use_language("en")
    assert words.entity("project") == "project"
    use_language("da")
    assert words.entity("project") == "project"  # as long as nothing was told
    desk.directory.listed.emit()
    assert words.entity("project") == "projekt"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("version 12", "version 12"),
        ("version ", "version "),
        ("version of spring", "version of spring"),
        ("held back", "held back"),
        ("71.5", "71.5"),
        ("", ""),
    ],
)
def test_a_result_nobody_has_words_for_is_shown_as_it_is(written: str, says: str) -> None:
    assert result_text(written) == says


def test_a_result_is_told_in_the_language_of_the_screen(danish: None) -> None:
    for column in ("result", "old", "new"):
        assert told_text(column, "unacknowledged") != "unacknowledged"
    assert told_text("who", "unacknowledged") == "unacknowledged"  # a name stays a name
    assert told_text("result", "71.5") == "71.5"


def test_a_verb_of_a_newer_program_is_shown_by_its_key() -> None:
    assert verb_text("valves.sing") == told_text("verb", "valves.sing") == "valves.sing"


def test_a_line_shows_names_and_keeps_what_is_written_in_its_tips(words: LogWords) -> None:
    shown = cells(words, entry(entity="device ahornvej-14", new="version 3"))
    assert (shown["who"].text, shown["who"].tip) == ("Ole Holm", "Ole Holm (ole)")
    assert (shown["verb"].text, shown["verb"].tip) == ("setting changed", "write")
    assert shown["entity"].text == "device Ahornvej 14"
    assert shown["entity"].tip.endswith("\ndevice ahornvej-14")
    assert shown["new"].text == "version 3"
    assert "12:00" in shown["at"].text  # in the plant's own time


def test_a_setting_s_old_and_new_value_are_told_in_its_unit(
    desk: Desk, words: LogWords, qtbot: QtBot
) -> None:
    one = entry(entity=SETTING, old="1.2", new="1.15")
    with qtbot.waitSignal(desk.directory.described):
        cells(words, one)
    spec = desk.directory.spec(PointId(SETTING))
    assert spec is not None
    shown = cells(words, one)
    assert (shown["old"].text, shown["new"].text) == (
        told_number("1.2", PointId(SETTING), spec),
        told_number("1.15", PointId(SETTING), spec),
    )
    assert shown["new"].tip.endswith("1.15"), "what is written is not lost"


def test_a_change_of_the_configuration_is_told_in_the_language_of_the_screen(
    words: LogWords, danish: None
) -> None:
    written = "device ahornvej-14: enabled yes → no; link l9 removed"
    shown = cells(words, entry(verb="project.put_device", new=written))["new"]
    assert shown.text == "enhed Ahornvej 14: I drift ja → nej; linje l9 fjernet"


def test_who_has_no_name_is_told_by_login_and_a_key_is_not_said_twice(words: LogWords) -> None:
    shown = cells(words, entry(name="", entity="something else"))
    assert shown["who"].text == "ole"
    assert shown["entity"].tip == shown["entity"].text == "something else"


def test_the_log_s_own_order_is_by_number_and_by_time_not_by_their_words(
    words: LogWords,
) -> None:
    columns = {each.id: each for each in audit_columns(words, None)}
    for name in ("seq", "at"):
        order = columns[name].order
        assert order is not None
        assert order(entry()) == getattr(entry(), name)


def test_a_logo_that_was_kept_is_told_in_words() -> None:
    assert verb_text("reports.keep_logo") == "logo kept"


def test_whatever_may_be_asked_or_done_is_told_in_words() -> None:
    done = {"project.move", "samples.keep_export", "samples.keep_import"}
    assert sorted(each for each in {*surface(), *done} if verb_text(each) == each) == []
