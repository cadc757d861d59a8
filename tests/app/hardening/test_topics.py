"""Each topic, over premises with and without what it looks for."""

import re
import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.hardening.service import findings_of, topics
from app.hardening.topic import KeptSecret, Listening, Login
from app.hardening.words import GRADES, advice_of, place_of, sentence_of
from app.model.device import LinkConfig, LinkId
from app.model.hardening import Grade, HardeningFinding
from app.model.rights import Capability, every_right
from app.project.opening import AUDIT_KEY
from app.project.receiversecrets import secret_name
from tests.app.hardening.premises import LATELY, LONG_AGO, NOW, premises

WELL = (Grade.GOOD, Grade.NOTE)


def told(topic: str, **changed: object) -> list[tuple[Grade, str, str]]:
    """Return grade, place and sentence of one topic's findings."""
    found = findings_of(premises(**changed))
    return [(f.grade, f.place, sentence_of(f, str)) for f in found if f.topic == topic]


def graded(topic: str, place: str, **changed: object) -> set[Grade]:
    return {grade for grade, at, _said in told(topic, **changed) if at == place}


def test_every_topic_is_told_in_its_order_and_every_sentence_can_be_filled() -> None:
    found = findings_of(premises())
    kinds = list(dict.fromkeys(each.topic for each in found))
    assert kinds == [each.kind for each in topics() if each.kind != "files"]
    for each in found:
        assert "{" not in sentence_of(each, str) + advice_of(each, str)
        assert each.grade in GRADES


def test_a_weak_finding_says_what_to_do() -> None:
    for each in findings_of(premises(audit_fault="entry 5 was altered")):
        assert each.advice or each.grade not in (Grade.WEAK, Grade.ADVICE), each


def test_who_may_do_what_matters_is_named() -> None:
    said = [text for _grade, at, text in told("people") if at == "manage-users"]
    assert said == ["These may manage people and roles: K. Lund"]


def test_one_keeper_alone_is_advised_against() -> None:
    assert Grade.ADVICE in graded("people", "lund")
    one = premises()
    both = {**one.rights, "jens": every_right()}
    came = [Login(LATELY, each, "KONTROL-2", done=True) for each in ("lund", "jens")]
    assert graded("people", "lund", rights=both, logins=came) == set()


def test_guests_and_who_stays_away_are_named_but_not_who_was_sent_away() -> None:
    said = [text for grade, _at, text in told("people") if grade is Grade.ADVICE]
    assert "Jens Service is a guest and may come in." in said
    assert "K. Lund has not come in for 90 days." in said
    assert not any("Ole" in text for text in said)


def test_a_new_account_need_not_have_come_in_yet() -> None:
    assert "has not come in" not in str(told("people", logins=[])).replace("K. Lund has", "")


def test_a_password_is_old_or_of_unknown_age_or_neither() -> None:
    assert graded("passwords", "lund") == {Grade.ADVICE}
    assert graded("passwords", "jens") == {Grade.UNKNOWN}
    assert graded("passwords", "ole") == set()


def test_hashes_of_former_times_are_named() -> None:
    assert Grade.ADVICE in graded("passwords", "jens", old_hashes=frozenset({"jens"}))
    assert graded("passwords", "argon2id") == {Grade.GOOD}
    assert graded("passwords", "argon2id", old_hashes=frozenset({"jens"})) == set()


@pytest.mark.parametrize(
    ("wrong", "grade"), [(0, Grade.GOOD), (3, Grade.NOTE), (40, Grade.WEAK)]
)
def test_wrong_passwords_are_counted(wrong: int, grade: Grade) -> None:
    tries = [Login(LATELY, "lund", "LOBBY-PC", done=False)] * wrong
    older = [Login(NOW - timedelta(days=30), "lund", "LOBBY-PC", done=False)] * 50
    found = [each for each in told("passwords", logins=tries + older) if "Wrong" in each[2]]
    assert [each[0] for each in found] == [grade]
    assert found[0][2].endswith(f": {wrong}")
    if grade is Grade.WEAK:
        assert found[0][1] == "LOBBY-PC"


def test_secrets_are_weak_old_or_of_unknown_age() -> None:
    assert graded("secrets", "audit-key") == {Grade.GOOD}
    assert graded("secrets", "gateway") == {Grade.WEAK, Grade.ADVICE}
    unknown = [KeptSecret("old", None, guessable=False)]
    assert graded("secrets", "old", secrets=unknown) == {Grade.UNKNOWN}


@pytest.mark.parametrize(
    ("place", "grade"),
    [("keyring", Grade.GOOD), ("passphrase", Grade.GOOD), ("key-file", Grade.ADVICE)],
)
def test_where_the_key_lies_is_told(place: str, grade: Grade) -> None:
    assert graded("secrets", place, key_places=[place]) == {grade}


def told_loud(text: str) -> str:
    """A language of its own, for all but whole sentences."""
    return text if "{" in text else text.upper()


def test_what_it_is_about_is_told_in_words_and_never_by_a_key_of_ours() -> None:
    findings = findings_of(premises(key_places=["keyring", "passphrase", "key-file"]))
    told_places = {(each.topic, place_of(each, str)) for each in findings}
    assert ("people", "People and roles") in told_places
    assert ("secrets", "Key of the activity log") in told_places
    assert ("lines", "Modbus TCP") in told_places
    ours = {each.value for each in Capability} | {
        "audit-key",
        "key-file",
        "modbus-tcp",
        "audit",
    }
    assert ours.isdisjoint(place for _topic, place in told_places)
    assert ("secrets", "gateway") in told_places, "what people called it themselves stays"
    said = [sentence_of(each, told_loud) for each in findings if each.place == "audit-key"]
    assert said == ["The secret “KEY OF THE ACTIVITY LOG” has been in use for 3 days."]


def names_of_secrets() -> set[str]:
    """Return by which names the program itself keeps secrets, as its source says."""
    sources = [each.read_text("utf-8") for each in Path("app").rglob("*.py")]
    marked = re.compile(r'^[A-Z_]+ = "([a-z-]+)"  # .*\bname of the secret\b', re.MULTILINE)
    return {name for source in sources for name in marked.findall(source)}


def test_no_secret_of_the_program_is_told_by_the_name_it_is_kept_by() -> None:
    names = names_of_secrets()
    assert {"audit-key", "meter-keys", "backup-passphrase"} <= names
    secrets = [KeptSecret(each, LATELY, guessable=False) for each in sorted(names)]
    found = findings_of(premises(secrets=secrets))
    assert {each.place for each in found if each.topic == "secrets"} >= names
    shown = {place_of(each, str) + sentence_of(each, str) for each in found}
    assert [name for name in names for text in shown if name in text] == []


@pytest.mark.parametrize(
    ("kept", "told_as"),
    [
        ("receiver radio/roof", "Password of the receiver radio/roof"),
        (f"{AUDIT_KEY}/laptop-3", "Key of the activity log of laptop-3"),
        (secret_name(LinkId("radio"), "mast {x}"), "Password of the receiver radio/mast {x}"),
    ],
)
def test_a_secret_there_are_many_of_is_told_with_whose_it_is(kept: str, told_as: str) -> None:
    secrets = [KeptSecret(kept, LONG_AGO, guessable=True)]
    found = [each for each in findings_of(premises(secrets=secrets)) if each.place == kept]
    assert {place_of(each, str) for each in found} == {told_as}
    assert f"The secret “{told_as}” can be guessed." in {
        sentence_of(each, str) for each in found
    }


def test_what_other_computers_reach_is_weak() -> None:
    wide = [Listening("127.0.0.1", 40123), Listening("0.0.0.0", 8080), Listening("::1", 9)]
    assert graded("openings", "0.0.0.0:8080", listening=wide) == {Grade.WEAK}
    assert graded("openings", "127.0.0.1:40123", listening=wide) == {Grade.GOOD}
    assert graded("openings", "::1:9", listening=wide) == {Grade.NOTE}
    assert graded("openings", "heatdesk", listening=wide) == set()
    assert graded("openings", "heatdesk") == {Grade.GOOD}
    assert graded("openings", "heatdesk", listening=None) == {Grade.UNKNOWN}


def test_unprotected_lines_are_told_by_kind_and_public_addresses_by_name() -> None:
    assert graded("lines", "modbus-tcp") == {Grade.ADVICE}
    assert graded("lines", "Skolen") == {Grade.WEAK}
    assert graded("lines", "Havnen") == set()
    guarded = {"guarded_kinds": frozenset({"modbus-tcp"})}
    assert {grade for grade, _at, _said in told("lines", **guarded)} == {Grade.GOOD}


def test_a_line_at_a_serial_port_is_in_no_network() -> None:
    bus = LinkConfig(LinkId("bus"), "mbus-serial", "Cellar", {"device": "/dev/ttyUSB0"})
    ((grade, _at, text),) = [each for each in told("lines", links=[bus]) if "Cellar" in each[2]]
    assert (grade, text) == (
        Grade.NOTE,
        "Lines at serial ports of this computer: 1 (Cellar)",
    )


@pytest.mark.parametrize("kind", ["wmbus", "paths"])
def test_what_only_listens_is_no_line_on_which_others_could_write(kind: str) -> None:
    """Receivers have a topic of their own; a meter with several paths has no line at all."""
    link = LinkConfig(LinkId("x"), kind, "Street", {"receivers": "udp:127.0.0.1:1"})
    places = [at for _grade, at, _said in told("lines", links=[link])]
    assert places == ["certificates"]


def test_many_lines_are_one_finding_that_names_a_few() -> None:
    links = [LinkConfig(LinkId(str(n)), "modbus-tcp", f"Line {n}") for n in range(5000)]
    (found,) = [text for _grade, at, text in told("lines", links=links) if at == "modbus-tcp"]
    assert found.endswith("5000 (Line 0, Line 1, Line 2, …)")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.parametrize(
    ("mode", "of_folder", "of_private"),
    [
        (0o700, Grade.GOOD, Grade.GOOD),
        (0o750, Grade.ADVICE, Grade.WEAK),
        (0o755, Grade.ADVICE, Grade.WEAK),
        (0o770, Grade.WEAK, Grade.WEAK),
        (0o702, Grade.WEAK, Grade.WEAK),
    ],
)
def test_files_others_can_reach_are_told(
    tmp_path: Path, mode: int, of_folder: Grade, of_private: Grade
) -> None:
    root, private = tmp_path / "plant", tmp_path / "token"
    root.mkdir()
    private.write_text("x", "utf-8")
    for place in (root, private):
        place.chmod(mode)
        assert stat.S_IMODE(place.stat().st_mode) == mode
    changed = {"root": root, "private": (private, tmp_path / "gone")}
    assert graded("files", str(root), **changed) == {of_folder}
    assert graded("files", str(private), **changed) == {of_private}
    assert graded("files", str(tmp_path / "gone"), **changed) == set()


def test_a_record_that_is_not_whole_is_weak_and_says_where() -> None:
    assert graded("record", "audit") == {Grade.GOOD}
    ((grade, _at, said),) = told("record", audit_fault="entry 5 was altered")
    assert grade is Grade.WEAK
    assert said == "The activity log is not whole: entry 5 was altered"


def test_nothing_told_holds_a_secret() -> None:
    found: list[HardeningFinding] = findings_of(premises())
    assert all("argon2id$" not in str(each) for each in found)
    assert LONG_AGO < NOW


def test_a_password_that_stands_in_a_file_of_the_project_is_told() -> None:
    file = Path("/plants/østerby/administrator.password")
    assert graded("passwords", str(file)) == set()
    assert graded("passwords", str(file), private=(file,)) == {Grade.ADVICE}
