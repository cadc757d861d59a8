"""Every promised function leads to the tests that prove it, and no proof is invented."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from tests.scripts import ROOT, lay_out, run_script

LIST = (
    "id,sentence,source_file\n"
    'LM-01,"SCADA for district heating, no local IT",product/features.md\n'
    "LM-02,The application is detected,product/features.md\n"
    "BEYOND-4,Never another device's value,product/beyond.md\n"
)
PROOFS = '''"""Stories."""
import pytest

pytestmark = pytest.mark.feature("LM-01")

@pytest.mark.feature("LM-02", "BEYOND-4")
def test_a_key_picks_its_profile(): ...

@pytest.mark.feature("BEYOND-4")
class TestLateAnswers:
    async def test_one(self): ...

    @pytest.mark.feature("LM-02")
    async def test_two(self): ...
'''


def small_project(root: Path, tests: str = PROOFS) -> Path:
    return lay_out(root, {"docs/features.csv": LIST, "tests/journeys/test_a.py": tests})


def test_each_row_stands_beside_its_tests(tmp_path: Path) -> None:
    done = run_script("tracing.py", "--csv", "--root", str(small_project(tmp_path)))
    assert (done.returncode, done.stderr) == (0, "")
    rows = {row["id"]: row["tests"].split() for row in csv.DictReader(io.StringIO(done.stdout))}
    file = "tests/journeys/test_a.py"
    assert rows == {
        "LM-01": [file],
        "LM-02": [
            f"{file}::TestLateAnswers::test_two",
            f"{file}::test_a_key_picks_its_profile",
        ],
        "BEYOND-4": [f"{file}::TestLateAnswers", f"{file}::test_a_key_picks_its_profile"],
    }


def test_a_row_that_nothing_proves_says_so(tmp_path: Path) -> None:
    project = small_project(tmp_path, '"""None."""\n')
    done = run_script("tracing.py", "--root", str(project))
    lines = done.stdout.splitlines()
    assert lines[0] == "LM-01     SCADA for district heating, no local IT"
    assert [line.strip() for line in lines].count("no test") == 3
    assert lines[-1] == "3 rows: 0 with a test, 3 without; 0 tests carry a mark"


def test_the_totals_count_rows_and_tests(tmp_path: Path) -> None:
    done = run_script("tracing.py", "--root", str(small_project(tmp_path)))
    last = done.stdout.splitlines()[-1]
    assert last == "3 rows: 3 with a test, 0 without; 4 tests carry a mark"


@pytest.mark.parametrize(
    ("mark", "complaint"),
    [
        ('feature("LM-99")', "docs/features.csv has no row LM-99"),
        ("feature(ROW)", "a feature mark takes row names as plain texts"),
        ("feature()", "a feature mark takes row names as plain texts"),
        ('feature(row="LM-03")', "docs/features.csv has no row LM-03"),
    ],
)
def test_a_claim_that_cannot_be_is_an_error(mark: str, complaint: str, tmp_path: Path) -> None:
    text = f'"""A."""\nimport pytest\n\n@pytest.mark.{mark}\ndef test_a(): ...\n'
    done = run_script("tracing.py", "--root", str(small_project(tmp_path, text)))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"tests/journeys/test_a.py:4: {complaint}\n"


def test_no_test_of_this_project_claims_an_unknown_row() -> None:
    done = run_script("tracing.py")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_list_of_promises_is_whole() -> None:
    with (ROOT / "docs" / "features.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = Counter(row["id"].rstrip("0123456789").rstrip("-") for row in rows)
    assert kinds == {"LM": 80, "EW": 58, "RD": 71, "DC": 11, "C": 12, "BEYOND": 40}
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(row["sentence"] and row["source_file"] for row in rows)
