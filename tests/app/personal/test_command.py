"""Residents from the terminal: added, handed out, erased only when it is said twice."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.model.customer import KINDS_OF_TRACES
from app.reports.sheets.erasure import erasure_table
from app.reports.words import Words
from tests.app.personal.house import HIS, LOGIN, NAME, PASSWORD, make_house, traces_in
from tests.fakes.customers import some_proof

pytestmark = pytest.mark.timeout(180)


@pytest.mark.campaign
@pytest.mark.feature("RD-61")
def test_a_resident_is_erased_from_the_terminal_and_the_record_is_a_pdf(tmp_path: Path) -> None:
    folder, word = tmp_path / "site", tmp_path / "word"
    make_house(folder)
    word.write_text(PASSWORD + "\n", "utf-8")

    def customers(*options: str) -> subprocess.CompletedProcess[str]:
        who = ["--user", LOGIN, "--password-file", str(word)]
        return subprocess.run(
            [sys.executable, "-m", "app", "customers", str(folder), *who, *options],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
            check=False,
        )

    made = customers(
        "--add", NAME, "--number", "KV-204177", "--meter", HIS,
        "--since", "2026-02-10", "--until", "2026-04-20",
    )  # fmt: skip
    own = made.stdout.strip()
    assert own.startswith("c-"), made.stderr
    assert traces_in(folder) == []  # what is kept of him is sealed
    assert NAME in customers().stdout
    pack = tmp_path / "his.zip"
    assert customers("--export", own, "--out", str(pack)).returncode == 0
    assert "person.json" in zipfile.ZipFile(pack).namelist()
    assert pack.stat().st_mode & 0o077 == 0 or os.name == "nt", "what is his is not for all"
    nowhere = customers("--export", own, "--out", ".")
    assert nowhere.returncode == 2
    assert "cannot be written" in nowhere.stderr
    weighed = customers("--erase", own, "--json")
    assert weighed.returncode == 2
    assert json.loads(weighed.stdout)["would_erase"]["readings"] >= 0
    once = customers("--erase", own)
    assert once.returncode != 0
    assert "say it twice" in once.stderr
    assert "readings" in once.stdout
    paper = tmp_path / "record.pdf"
    twice = customers(
        "--erase", own, "--confirm", own, "--case", "2026-17", "--out", str(paper), "--json"
    )
    assert twice.returncode == 0, twice.stderr
    told = json.loads(twice.stdout)
    assert (told["erased"], told["not_cleared"]) == (own, [])
    assert len(told["record"]) == 64
    assert paper.read_bytes().startswith(b"%PDF")
    left = customers().stdout
    assert NAME not in left
    assert f"erased: {own}" in left


def test_the_record_says_who_what_and_how_much_but_nobodys_name() -> None:
    proof = some_proof()
    table = erasure_table(proof, zone="Europe/Copenhagen", words=Words("en"))
    told = {str(row[0]): str(row[1]) for row in table.rows}
    assert told["Customer"] == "c-5f03a1"
    assert told["Asked by"] == "the resident"
    assert told["Erased: readings"] == "64000"
    assert told["SHA-256 of this record"] == proof.digest
    assert set(proof.counts) <= set(KINDS_OF_TRACES)
