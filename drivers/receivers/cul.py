"""CUL sticks with culfw: lines ``b`` (format A) or ``bY`` (B), hexadecimal, with checks.

Told to receive modes C and T (``brc``) and to add link quality and level (``X21``).
"""

import re
from collections.abc import Sequence

from drivers.receivers.dongle import Found, chipcon_dbm, dongle

_LINE = re.compile(rb"bY?((?:[0-9A-Fa-f]{2}){13,})\s*\Z")
_ADDED = 2  # bytes behind a telegram: link quality, level


def cut(data: bytes) -> tuple[Sequence[Found], int]:
    """Return the telegrams in whole lines; others are answers to commands, or noise."""
    *lines, left = data.split(b"\n")
    found = []
    for line in lines:
        said = _LINE.match(line)
        if said is not None:
            whole = bytes.fromhex(said.group(1).decode())
            found.append((whole[:-_ADDED], chipcon_dbm(whole[-1])))
    return found, len(data) - len(left)


RECEIVER = dongle("cul", 38_400, b"brc\n\rX21\n\r", cut)
