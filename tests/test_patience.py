"""Tests of the screen wait for a busy machine, and give up all the same."""

import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.exceptions import TimeoutError as GaveUp
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE_MS, PatientBot


def test_every_test_of_the_screen_has_the_patient_one(qtbot: QtBot) -> None:
    assert isinstance(qtbot, PatientBot)
    assert PATIENCE_MS >= 30_000


def test_what_never_comes_is_given_up(qtbot: QtBot) -> None:
    label = QLabel("still")
    qtbot.addWidget(label)
    with pytest.raises(GaveUp):
        qtbot.waitUntil(lambda: label.text() == "moved", timeout=50)
    with pytest.raises(GaveUp), qtbot.waitSignal(label.linkActivated, timeout=50):
        label.setText("still")
