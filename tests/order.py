"""The order of modules for several test processes: long ones first, those that wait between.

Journeys start the product and wait for its cycles; all at once, at the end, they leave the
processor idle and get in each other's way. So they are spread over the whole run.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

WAITING = "journeys"  # the folder of those that wait
LAST = 0.85  # of the tests that work have begun before the last journey begins
# Few tests that take long: begun last, they would be waited for by processes without work.
LONG = (
    *("test_golden", "test_walk", "test_tenants", "test_every_change_is_audited"),
    *("test_long_run", "test_importing", "test_configuration_model", "test_power_cuts"),
    *("test_store_against_memory", "test_pairs", "test_history_files", "test_kill"),
    *("test_concentrator", "test_merge_pane", "test_set_aside", "test_on_a_real_controller"),
)


class Placed(Protocol):
    """A test that is written down in a module."""

    @property
    def path(self) -> Path: ...


_T = TypeVar("_T", bound=Placed)


def spread(tests: Sequence[_T]) -> list[_T]:
    """Return the tests with whole modules in another order, the largest of each sort first."""
    modules: dict[Path, list[_T]] = {}
    for test in tests:
        modules.setdefault(test.path, []).append(test)
    largest_first = sorted(modules.values(), key=_size, reverse=True)
    waiting = [module for module in largest_first if _waits(module[0].path)]
    working = [module for module in largest_first if not _waits(module[0].path)]
    return [test for module in _mixed(waiting, working) for test in module]


def _size(module: Sequence[_T]) -> tuple[bool, int]:
    return module[0].path.stem in LONG, len(module)


def _waits(module: Path) -> bool:
    return WAITING in module.parts


def _mixed(waiting: list[list[_T]], working: list[list[_T]]) -> Iterator[list[_T]]:
    apart = LAST * sum(map(len, working)) / max(1, len(waiting) - 1)
    begun = nth = 0
    for module in working:
        while nth < len(waiting) and nth * apart <= begun:
            yield waiting[nth]
            nth += 1
        yield module
        begun += len(module)
    yield from waiting[nth:]
