"""From one project to another: a plant of 5,000 devices and a small one, to and fro."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bench import Bench, Promise, at_most
from benchmarks.largeplant import LARGE, SMALL, make_large
from benchmarks.tenantsrun import ROUNDS, Ways, commuted, served

SWITCH_S = 3.0
_HOMES = ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA")


def run() -> Sequence[Promise]:
    """Measure with the cores running as services, then with the window running them."""
    with tempfile.TemporaryDirectory() as place, at_home(Path(place)):
        large, small = Path(place) / "large", Path(place) / "small"
        make_large(large)
        make_large(small, SMALL)
        with served((large, small)):
            apart = commuted(large, small)
        return judged({"run as services": apart, "run by the window": commuted(large, small)})


@contextmanager
def at_home(home: Path) -> Iterator[None]:
    """Keep keys, tokens and the list of projects out of the real home."""
    before = {name: os.environ.get(name) for name in _HOMES}
    os.environ.update(dict.fromkeys(_HOMES, str(home)))
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def judged(told: Mapping[str, Ways]) -> Sequence[Promise]:
    """Return the promises: the slowest of all ways counts."""
    return [
        at_most(
            f"to the {name} project, cores {how}",
            max(own for own, _whole in seconds),
            1.0,
            SWITCH_S,
            "s",
            f"the slowest of {ROUNDS}, from the login to a first page with values, painted; "
            f"the fastest {min(seconds)[0]:.2f} s; with standing in line for a processor "
            f"{max(whole for _own, whole in seconds):.2f} s; {LARGE.devices:,} and "
            f"{SMALL.devices} devices",
        )
        for how, ways in told.items()
        for name, seconds in ways.items()
    ]


BENCH = Bench("tenants", "from one project to another until the first page has values", run)
