"""The command that decodes telegrams, as a program asks it through its own process."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import run
from app.profiles.verified import proven_meters
from tests.drivers.mbus.telegrams import (
    KEY,
    bare,
    long_head,
    mode_5,
    padded,
    short_head,
    slow_crc,
    wired,
)

ROOT = Path(__file__).parents[3]
RECORDS = bytes.fromhex("0413D20400000259A00F046D1E0A722B")
WIRED = wired(long_head() + RECORDS).hex().upper()
SEALED = bare(short_head(0x0520) + mode_5(padded(RECORDS))).hex()
Answer = tuple[int, list[dict[str, Any]], str]


class Asked:
    """The command asked in this process."""

    def __init__(self, patch: pytest.MonkeyPatch, heard: pytest.CaptureFixture[str]) -> None:
        self.patch, self.heard = patch, heard

    def __call__(self, *arguments: str, given: str = "") -> Answer:
        """Run the command; return its code, its answers and what it complains of."""
        lines = io.TextIOWrapper(io.BytesIO(given.encode()))
        self.patch.setattr(sys, "stdin", lines)
        code = run(["decode", "--json", *arguments])
        said = self.heard.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err


@pytest.fixture
def decode(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asked:
    return Asked(monkeypatch, capsys)


def test_a_program_asks_line_by_line_and_is_answered_while_it_waits() -> None:
    asking = subprocess.Popen(
        [sys.executable, "-m", "app", "decode", "--json", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with asking as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line, ok in ((WIRED, True), ("6803", False), (WIRED, True)):
            process.stdin.write(line + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["ok"] is ok
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_a_telegram_is_told_with_every_key_of_the_public_interface(decode: Asked) -> None:
    code, (answer,), _complaint = decode(WIRED)
    assert code == 0
    head = {
        key: answer[key] for key in ("ok", "frame", "manufacturer", "id", "version", "medium")
    }
    assert head == {
        "ok": True,
        "frame": "wired",
        "manufacturer": "KAM",
        "id": "12345678",
        "version": 0x1B,
        "medium": "heat",
    }
    assert (answer["access_no"], answer["status"]) == (0x2A, 0)
    assert answer["security"]["mode"] == 0
    assert answer["security"]["state"] == "none"
    assert (answer["manufacturer_data"], answer["more_follows"], answer["error"]) == (
        None,
        False,
        None,
    )
    assert answer["verified"] is False, "no telegram of this make was recorded on the wire"
    volume, _temperature, moment = answer["records"]
    assert volume == {
        "function": "instantaneous",
        "storage": 0,
        "tariff": 0,
        "subunit": 0,
        "quantity": "volume",
        "unit": "m3",
        "value": 1.234,
        "text": None,
        "time": None,
        "state": "ok",
        "qualifiers": [],
        "dif_vif": "0413",
        "raw": "D2040000",
    }
    assert (moment["value"], moment["time"]) == (None, "2019-11-18T10:30:00")


def test_several_lines_are_all_answered_whatever_they_hold(
    decode: Asked, tmp_path: Path
) -> None:
    lines = [
        WIRED,
        "",
        f" {SEALED} ; {KEY.hex()} ",
        SEALED,
        "6803",
        "no hex",
        f"{SEALED};1234",
        WIRED[:-4] + "0016",
        "0x" + " ".join(WIRED[at : at + 2] for at in range(0, len(WIRED), 2)),
    ]
    code, answers, _complaint = decode("-", given="\n".join(lines) + "\n")
    assert code == 0
    assert [answer["ok"] for answer in answers] == [True, True, *([False] * 5), True]
    errors = [answer["error"]["code"] for answer in answers if not answer["ok"]]
    assert errors == ["encrypted", "truncated", "not-hex", "not-hex", "checksum"]
    assert all(answer["records"] == [] for answer in answers if not answer["ok"])
    assert answers[2]["security"]["state"] == "no-key"
    assert answers[2]["id"] == "12345678"


def test_lines_are_understood_as_receivers_print_them(decode: Asked) -> None:
    """What rtl_wmbus and wmbusmeters print may be piped in as it is."""
    plain = bare(short_head() + RECORDS).hex()
    fields = f"2026-02-03 07:21:00.000;79;77;12345678;0x{plain}"
    lines = [
        f"C1;1;1;{fields}",
        f"T1;0;1;{fields}",
        json.dumps({"rssi_dbm": -71, "telegram": plain}),
        f"(wmbus) telegram=|{plain}|+5",
        json.dumps({"id": "12345678", "total_m3": 1.5}),
    ]
    _code, answers, _complaint = decode("-", given="\n".join(lines) + "\n")
    assert [answer["ok"] for answer in answers] == [True, False, True, True, False]
    assert [answer["error"]["code"] for answer in (answers[1], answers[4])] == [
        "crc",
        "not-hex",
    ]
    assert {answer["id"] for answer in answers if answer["ok"]} == {"12345678"}


def test_a_telegram_that_a_wired_adapter_hands_on_is_told_in_its_record(
    decode: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sealed or not: its own key opens it, and without one it says why."""
    sealed = bytes.fromhex(SEALED)
    record = bytes.fromhex("0DFD3B") + bytes([len(sealed)]) + sealed
    frame = wired(long_head() + record).hex()
    _code, (answer,), _complaint = decode("--key", KEY.hex(), frame)
    (outer,) = answer["records"]
    assert outer["text"] == SEALED.upper()
    inner = outer["telegram"]
    assert (inner["frame"], inner["security"]["state"]) == ("wmbus-bare", "decrypted")
    assert [each["value"] for each in inner["records"]] == [1.234, 40.0, None]
    _code, (closed,), _complaint = decode(frame)
    assert closed["ok"]
    assert closed["records"][0]["telegram"]["error"]["code"] == "encrypted"
    assert run(["decode", "--key", KEY.hex(), frame]) == 0
    assert "1.234 m3" in capsys.readouterr().out


def test_a_row_of_values_is_told_month_by_month(capsys: pytest.CaptureFixture[str]) -> None:
    data = "82046C01398C0413001000008D04931E0A3CFE50110000FFFFFFFF"
    assert run(["decode", wired(long_head() + bytes.fromhex(data)).hex()]) == 0
    *_others, first, second = capsys.readouterr().out.splitlines()
    assert first.split("  ")[2] == "storage 9, 2024-10-01"
    assert first.endswith(" 1.15 m3")
    assert second.split() == ["storage", "10,", "2024-11-01", "invalid", "(FFFFFFFF)"]


def test_keys_come_from_options_and_from_a_file_by_meter(decode: Asked, tmp_path: Path) -> None:
    code, (answer,), _complaint = decode("--key", "00" * 16, "--key", KEY.hex(), SEALED)
    assert (code, answer["security"]["state"]) == (0, "decrypted")
    file = tmp_path / "keys.csv"
    file.write_text(
        f"# meters\n11111111;{'11' * 16}\n12345678, {KEY.hex()}\n", encoding="utf-8"
    )
    code, (answer,), _complaint = decode("--keys", str(file), SEALED)
    assert (code, answer["ok"]) == (0, True)
    code, (answer,), _complaint = decode("--key", "00" * 16, SEALED)
    assert (code, answer["security"]["state"]) == (2, "wrong-key")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "standard input"),
        (("--key", "secret7", WIRED), "--key"),
        (("--keys", "nowhere.csv", WIRED), "nowhere.csv"),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence_without_the_secret(
    decode: Asked, arguments: tuple[str, ...], says: str
) -> None:
    code, answers, complaint = decode(*arguments)
    assert (code, answers) == (2, [])
    assert says in complaint
    assert "secret7" not in complaint
    assert complaint.count("\n") == 1


def test_a_wrong_line_of_the_file_of_keys_is_named_without_its_content(
    decode: Asked, tmp_path: Path
) -> None:
    file = tmp_path / "keys.csv"
    file.write_text(f"12345678;{KEY.hex()}\n12345679;beefcafe\n", encoding="utf-8")
    code, answers, complaint = decode("--keys", str(file), WIRED)
    assert (code, answers) == (2, [])
    assert "line 2" in complaint
    assert "beefcafe" not in complaint


def test_compact_frames_are_read_by_what_earlier_lines_told(decode: Asked) -> None:
    records = bytes.fromhex("0413D20400000259A00F")
    head = slow_crc(bytes.fromhex("04130259")).to_bytes(2, "little")
    check = slow_crc(records).to_bytes(2, "little")
    compact = bare(b"\x79" + head + check + bytes.fromhex("D2040000A00F")).hex()
    whole = bare(b"\x78" + records).hex()
    _code, answers, _complaint = decode("-", given=f"{compact}\n{whole}\n{compact}\n")
    assert [answer["ok"] for answer in answers] == [False, True, True]
    assert answers[0]["error"]["code"] == "unknown-format"
    assert answers[2]["records"] == answers[1]["records"]


def test_the_words_of_answers_are_closed_lists(decode: Asked) -> None:
    code, (lists,), _complaint = decode("--vocabulary")
    assert code == 0
    assert set(lists) >= {"function", "unit", "quantity", "state", "error", "security", "frame"}
    _code, (answer,), _complaint = decode(WIRED)
    for record in answer["records"]:
        assert record["function"] in lists["function"]
        assert record["unit"] in lists["unit"]
        assert record["quantity"] in lists["quantity"]
        assert record["state"] in lists["state"]


@pytest.mark.feature("LM-75")
def test_a_person_is_told_whether_the_make_is_on_the_list_of_verified_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By this way: the same make may stand on it by radio alone."""
    proven = next(each for each in proven_meters() if each.way == "wired")
    maker = sum((ord(c) - 64) << 5 * (2 - nth) for nth, c in enumerate(proven.manufacturer))
    for version, said in ((proven.version, "verified with recorded telegrams"),
                          (0xEE, "not verified")):  # fmt: skip
        head = bytes([0x08, 1, 0x72]) + bytes.fromhex("78563412") + maker.to_bytes(2, "little")
        body = (
            head + bytes([version, proven.medium, 1, 0, 0, 0]) + bytes.fromhex("0413D2040000")
        )
        length = bytes([0x68, len(body), len(body), 0x68])
        telegram = (length + body + bytes([sum(body) & 0xFF, 0x16])).hex()
        assert run(["decode", telegram]) == 0
        first = capsys.readouterr().out.splitlines()[0]
        assert first.endswith(f"  {said}"), first
        assert run(["decode", "--json", telegram]) == 0
        assert json.loads(capsys.readouterr().out)["verified"] is (version == proven.version)


def test_a_message_in_several_lines_is_told_with_the_last_one(decode: Asked) -> None:
    """The parts say which one they are and that more follows; the last one says it all."""
    message = short_head() + RECORDS
    lines = [
        bare(bytes.fromhex("90020140") + message[:9]).hex(),
        bare(bytes.fromhex("90020240") + message[9:16]).hex(),
        bare(bytes.fromhex("90020300") + message[16:]).hex(),
    ]
    code, answers, _said = decode("-", given="\n".join(lines))
    assert (code, [each["ok"] for each in answers]) == (0, [True, True, True])
    assert [each["more_follows"] for each in answers] == [True, True, False]
    assert [len(each["records"]) for each in answers] == [0, 0, 3]
    assert answers[2]["records"][0]["value"] == 1.234
    code, (lost,), _said = decode("-", given=lines[2])
    assert (code, lost["error"]["code"]) == (2, "malformed")


def test_what_a_receiver_adds_and_a_clock_not_to_be_believed_stand_in_the_answer(
    decode: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    """A time of state "invalid" is there to be seen; what stands behind is not hidden."""
    stopped = bytes.fromhex("046D9E0A722B")  # as above, with the bit that its clock is wrong
    line = bare(short_head() + RECORDS[:-6] + stopped).hex() + "C0FFEE"
    code, (told,), _ = decode(line)
    assert (code, told["trailing"], told["security"]["mac"]) == (0, "C0FFEE", "none")
    assert [each["value"] for each in told["records"][:2]] == [1.234, 40.0]
    clock = told["records"][2]
    assert (clock["time"], clock["state"]) == ("2019-11-18T10:30:00", "invalid")
    assert run(["decode", line]) == 0
    said = capsys.readouterr().out
    assert "2019-11-18T10:30:00 (invalid)" in said
    assert "C0FFEE" in said


def test_a_code_that_nobody_could_check_is_said(
    decode: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = bytes.fromhex("002C25") + bytes(4) + bytes(8)
    user = b"\x90" + bytes([len(fields)]) + fields + short_head() + RECORDS
    code, (told,), _ = decode(bare(user).hex())
    assert (code, told["security"]["mac"]) == (0, "unchecked")
    assert run(["decode", bare(user).hex()]) == 0
    assert "was not checked" in capsys.readouterr().out
    code, (told,), _ = decode("--key", KEY.hex(), bare(user).hex())
    assert (code, told["records"], told["error"]["code"]) == (2, [], "mac")
