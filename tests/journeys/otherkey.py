"""A simulated controller with an application key in it that no profile describes: A390.11."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import datetime

from drivers.simulators.ecl310 import Ecl310, Ecl310Options
from drivers.simulators.hosting import host, wall_clock

KEY = "A390.11"
_TYPE_PNU, _SUBTYPE_PNU = 2061, 2062


class OtherKey(Ecl310):
    """The same controller; only what it says of its key is another."""

    def __init__(self, options: Ecl310Options, place: int, now: Callable[[], datetime]) -> None:
        super().__init__(options, place, now)
        told = {_TYPE_PNU: 390, _SUBTYPE_PNU: 11}
        self.registers._fixed = self.registers._fixed | told


def main(arguments: Sequence[str]) -> None:
    """Serve one at the port that stands last on the command line."""
    options = Ecl310Options(port=int(arguments[-1]), seed=9)

    def ready(address: str) -> None:
        sys.stdout.write(f"ecl310 listening on {address}\n")
        sys.stdout.flush()

    asyncio.run(host("ecl310", [OtherKey(options, 0, wall_clock)], options, ready))


if __name__ == "__main__":
    main(sys.argv[1:])
