"""Whether a key is the one of a telegram: what it opens, and what proves it (EN 13757-7)."""

from drivers.mbus import sealing
from drivers.mbus.layers import Fragment, Head
from drivers.mbus.likeness import MARK, likeness
from drivers.mbus.records import body_of
from drivers.mbus.telegram import Body, BrokenTelegram

Whole = tuple[Fragment | None, bytes]  # what authenticates, and what it authenticates
_CBC = 5  # the mode


def try_key(
    key: bytes, head: Head, whole: Whole | None, address: bytes, sealed: bytes
) -> tuple[bytes | None, bool]:
    """Return what a key opens, and whether the telegram proves that it is the key.

    None: it is not the key, or the telegram was changed.
    """
    meter = address[2:6]
    if head.mode == _CBC:
        proof = whole is not None and whole[0] is not None and bool(whole[0].mac)
        if proof and whole is not None and not vouches(key, whole, meter):
            return None, False
        data = sealing.open_mode_5(key, address, head.access_no or 0, sealed)
        return (data if data.startswith(MARK) else None), proof
    return _derived(key, head, whole, meter, sealed)


def vouches(key: bytes, whole: Whole, meter: bytes) -> bool:
    """Tell whether a key makes the code (MAC) by which a telegram is authenticated.

    ``meter`` are the four bytes of its number. Where the head does not tell whether the key
    is derived for this telegram, both ways are tried: of 65,536 codes one fits by chance,
    of longer ones none that will be met.
    """
    fragment, user = whole
    if fragment is None or not fragment.mac:
        return False
    ways = {fragment.counter, None} if fragment.derives is None else {None}
    if fragment.derives:
        ways = {fragment.counter}
    return any(_fits(key, own, fragment, user, meter) for own in ways)


def how_like(data: bytes, head: Head) -> tuple[float, Body | None]:
    """Return how like records is what a key opened, and what these records say.

    Nothing proves that it is the key: one wrong key in 65,536 brings forth the mark, and of
    these every third something that reads as records. What is cut off within its sealed
    blocks goes on behind them.
    """
    size = head.sealed_blocks * sealing.BLOCK
    whole = data + head.rest[size:]
    try:
        body = body_of(whole)
    except BrokenTelegram:
        return likeness(whole, None, size), None
    return likeness(whole, body, size), body


def _derived(
    key: bytes, head: Head, whole: Whole | None, meter: bytes, sealed: bytes
) -> tuple[bytes | None, bool]:
    """Return what a key opens of mode 7; its MAC proves it, where there is one."""
    found, user = whole if whole is not None else (None, b"")
    fragment = found or Fragment()
    counter = head.counter if head.counter is not None else fragment.counter
    derives = head.derives if fragment.derives is None else fragment.derives
    if derives and counter is None:
        return None, False
    own = counter if derives else None
    if fragment.mac and not _fits(key, own, fragment, user, meter):
        return None, False
    data = sealing.open_mode_7(key, meter, own, sealed)
    return (data if data.startswith(MARK) else None), bool(fragment.mac)


def _fits(
    key: bytes, counter: bytes | None, fragment: Fragment, user: bytes, meter: bytes
) -> bool:
    """Tell whether the code is that of a key; with a ``counter`` of the one derived by it."""
    behind = (fragment.counter or b"") + fragment.length + user
    # What tells of the key is part of what is proved since the standard's edition of 2018.
    proved = {fragment.control + told + behind for told in (fragment.key, b"")}
    macs = (sealing.mac_of(key, meter, counter, message) for message in proved)
    return any(mac.startswith(fragment.mac) for mac in macs)
