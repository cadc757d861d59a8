"""Threads of this program take turns often enough for a reader beside a writer."""

import subprocess
import sys

from app.compose.turns import SWITCH_S, take_turns
from tests.scripts import ROOT

ASIDE = """
import gc, weakref
import app.history.store
from app.compose.headless import Ending, stay

class Loop:
    def __init__(self):
        self.me = self

before, later = weakref.ref(Loop()), None
stay(Ending(0.0), lambda: None)
assert before() is None, "what was garbage before is gone"
lying = gc.get_freeze_count()
assert lying > 10_000, lying
later = weakref.ref(Loop())
gc.collect()
assert later() is None, "and so is what comes later"
print(len(gc.get_objects()) < lying / 20)
"""


def test_turns_are_short_once_asked_for() -> None:
    before = sys.getswitchinterval()
    try:
        take_turns()
        assert sys.getswitchinterval() <= SWITCH_S * 1.01
    finally:
        sys.setswitchinterval(before)


def test_a_core_without_a_screen_looks_no_more_at_what_was_there_at_its_start() -> None:
    command = [sys.executable, "-c", ASIDE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout == "True\n", done.stderr
