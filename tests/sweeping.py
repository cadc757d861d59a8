"""Widgets that tests leave: deleted by Qt first, then by Python, never half of one."""

import gc

from PyQt6.QtCore import QCoreApplication, QEvent
from PyQt6.QtWidgets import QApplication


def sweep() -> None:
    """Delete every widget there is.

    Widgets that are left are drawn anew at each change of the look, which is most of the
    time of tests of the screen; and Python's side of those that Qt has deleted would be
    taken for new widgets in their place.
    """
    if QApplication.instance() is None:
        return
    for left in QApplication.topLevelWidgets():
        left.deleteLater()
    collect()


def collect() -> None:
    """Let go of what nobody holds; what Qt is still to delete, it deletes before.

    Otherwise the collector would empty the Python side of a widget that lives on.
    """
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
