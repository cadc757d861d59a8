"""While a password is chosen it is told how easily it would be guessed, and what helps."""

import pytest

from app.users.strength import Level, strength_of

KNOWN = ("K. Lund", "Østerby Fjernvarme")


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaa", "engineer-lund"])
def test_what_an_account_would_refuse_is_not_called_weak_but_refused(password: str) -> None:
    assert strength_of(password, "engineer-lund").level is Level.REFUSED


def test_why_it_is_refused_is_told_except_before_anything_was_typed() -> None:
    assert strength_of("").advice == ""
    assert "12" in strength_of("short").advice


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Velkommen2026",
        "qwertyuiop123",
        "abcdefghijklm",
        "FjernvarmeØsterby1",
        "lundlundlund1",
        "111222333444555",
        "Danfoss-Kamstrup-2026",
        "ßßßßäääößßß1",
    ],
)
def test_a_password_everybody_tries_first_is_weak(password: str) -> None:
    found = strength_of(password, "lund", KNOWN)
    assert found.level in (Level.REFUSED, Level.WEAK)
    assert "words" in found.advice


@pytest.mark.parametrize(
    ("password", "level"),
    [
        ("gul cykel taage", Level.GOOD),
        ("correct horse battery staple", Level.STRONG),
        ("fire små grønne heste under broen", Level.STRONG),
        ("kV8#mq2!tZpL", Level.GOOD),
        ("kjsdfhwuerba", Level.FAIR),
        ("密码很长的热水往山上流得很慢", Level.GOOD),
    ],
)
def test_words_that_do_not_belong_together_are_good(password: str, level: Level) -> None:
    assert strength_of(password, "lund", KNOWN).level >= level - 1
    assert strength_of(password, "lund", KNOWN).level <= level + 1


def test_longer_is_never_worse() -> None:
    grown = "gul cykel under broen ved havnen"
    bits = [strength_of(grown[:length]).bits for length in range(12, len(grown))]
    assert bits == sorted(bits)


def test_what_is_known_of_the_person_counts_for_nothing() -> None:
    plain = strength_of("kirsebaertrae-holm").bits
    assert strength_of("kirsebaertrae-holm", "holm").bits < plain
    assert strength_of("kirsebaertrae-holm", "", ("Kirsebaertrae",)).bits < plain


def test_a_strong_password_needs_no_advice() -> None:
    assert strength_of("fire gule heste under broen").advice == ""
    assert "do not belong together" in strength_of("kjsdfhwuerba").advice
