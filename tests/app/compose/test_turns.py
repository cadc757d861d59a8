"""Threads of this program take turns often enough for a reader beside a writer."""

import sys

from app.compose.turns import SWITCH_S, take_turns


def test_turns_are_short_once_asked_for() -> None:
    before = sys.getswitchinterval()
    try:
        take_turns()
        assert sys.getswitchinterval() <= SWITCH_S * 1.01
    finally:
        sys.setswitchinterval(before)
