"""What everybody tries first is no password, however it is dressed up."""

import subprocess
import sys

import pytest

from app.errors import BadInput
from app.users.accounts import require_password
from app.users.commonwords import is_common


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PASSWORD",
        "Password1234!",
        "!!password!!",
        "P@ssw0rd2026",
        "passwordpassword",
        "iloveyou",
        "qwertyqwerty",
        "Liverpool-2026",
        "trustno1",
    ],
)
def test_the_passwords_of_leaked_lists_are_known_in_every_dress(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize("password", ["Password1234!", "passwordpassword", "Superman-2026"])
def test_no_account_is_guarded_by_one(password: str) -> None:
    with pytest.raises(BadInput, match="everybody tries first"):
        require_password(password, "lund")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "warm water runs uphill",
        "på Østerbro står",
        "kV8#mq2!tZpL",
        "密码很长的热水往山上流得很慢",
        "",
        "!!!",
        "a" * 1024,
    ],
)
def test_words_of_one_s_own_are_not(password: str) -> None:
    assert not is_common(password)


def test_the_list_is_not_read_before_somebody_chooses() -> None:
    script = "import sys, app.users.accounts; print([m for m in sys.modules if 'zxcvbn' in m])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_of_the_library_only_the_list_stays() -> None:
    """Its other lists and all it makes of them are 16 MB in every window."""
    script = """if True:
        import sys
        from app.users.commonwords import is_common
        assert is_common("dragon") and not is_common("warm water runs uphill")
        assert is_common("dragon")
        print([m for m in sys.modules if "zxcvbn" in m])"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
