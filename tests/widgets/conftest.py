"""The screen of these tests is drawn in memory."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
