"""How a measured promise is written down: ours against a peer or a limit, in one run.

A benchmark is a module of this package with ``BENCH = Bench(...)``;
``discover(benchmarks, "BENCH", Bench)`` finds them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise after measuring; a ratio says how it went, absolute times only inform."""

    name: str
    ratio: float | None  # as the detail defines it; None: there was nothing to compare with
    bar: float  # what the ratio is held against
    holds: bool | None  # None: the peer is missing, the detail says why; never true then
    ours: float | None  # measured, in ``unit``
    peer: float | None  # measured in the same run, in ``unit``
    unit: str
    detail: str  # a sentence: what was done, with which versions and sizes


@dataclass(frozen=True, slots=True)
class Bench:
    """How a benchmark module introduces itself: one per module, named ``BENCH``."""

    name: str
    summary: str
    run: Callable[[], Sequence[Promise]]


def at_most(name: str, ours: float, peer: float, bar: float, unit: str, detail: str) -> Promise:
    """Return the promise that ``ours`` takes at most ``bar`` times ``peer``."""
    ratio = ours / peer
    return Promise(name, ratio, bar, ratio <= bar, ours, peer, unit, detail)


def at_least_faster(
    name: str, ours: float, peer: float, bar: float, unit: str, detail: str
) -> Promise:
    """Return the promise that the peer takes at least ``bar`` times as long as ``ours``."""
    ratio = peer / ours
    return Promise(name, ratio, bar, ratio >= bar, ours, peer, unit, detail)


def without_peer(name: str, bar: float, unit: str, why: str) -> Promise:
    """Return the promise nobody could judge here, with the reason."""
    return Promise(name, None, bar, None, None, None, unit, why)
