"""The environment of the processes that the benches start."""

import os

_NOTHING_KEPT = "PYTHONDONTWRITEBYTECODE"


def offscreen() -> dict[str, str]:
    """Return that of a workstation: without a display here, but compiled files are kept."""
    kept = {name: value for name, value in os.environ.items() if name != _NOTHING_KEPT}
    return kept | {"QT_QPA_PLATFORM": "offscreen"}
