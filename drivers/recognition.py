"""Telling device models apart by the few registers in which they differ."""

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from app.errors import DeviceUnreachable, GarbledAnswer, NothingSent
from app.model.identity import FactFormat
from app.model.profile import Area, DetectRule, Profile
from drivers.codecs.registers import BIT_AREAS
from drivers.conversation import Conversation
from drivers.registerlink import RegisterRefused

# A device may leave strange questions unanswered; after this many it counts as silent.
_SILENT_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the registers told: the profile that fits best, and which may come close."""

    profile: Profile | None = None
    label: str = ""
    # Asked and answered, but not matched: an unknown key of a known family, perhaps.
    kin: tuple[Profile, ...] = ()
    heard: bool = False  # whether anything answered at all


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """One question that several profiles' rules want answered."""

    area: Area
    address: int
    count: int
    rules: tuple[tuple[Profile, DetectRule], ...]  # best score first

    @property
    def best(self) -> int:
        return self.rules[0][1].score


async def recognise(
    conversation: Conversation,
    candidates: Collection[Profile],
    likely: str,
    *,
    heard: bool,
) -> Recognised:
    """Ask what tells the candidates apart; the highest score that matches wins.

    The same question is asked once for all who want it, first those of the profile
    ``likely`` (an id, or empty), and none any more when nothing better can come.
    ``heard`` says that the device is known to answer, so that its silence at a
    strange question means no more than a refusal.

    Raises:
        DeviceUnreachable: Nobody answers.
    """
    found: tuple[Profile, DetectRule] | None = None
    kin: list[Profile] = []
    silences = 0
    for inquiry in _inquiries(candidates, likely):
        if found and found[1].score >= inquiry.best:
            continue
        try:
            answer = await _ask(conversation, inquiry)
        except DeviceUnreachable as error:
            silences += 1
            if isinstance(error, NothingSent):
                raise
            if heard:
                break  # it does not like strange questions
            if silences == _SILENT_QUESTIONS:
                raise
            continue
        heard = True
        match = _match(inquiry, answer)
        if match is None and answer:
            kin.extend(profile for profile, _ in inquiry.rules)
        found = _better(found, match)
    return Recognised(
        found[0] if found else None, found[1].label if found else "", tuple(kin), heard
    )


def _match(
    inquiry: _Inquiry, answer: tuple[int, ...] | None
) -> tuple[Profile, DetectRule] | None:
    if answer is None:
        return None
    return next((pair for pair in inquiry.rules if _fits(pair[1], answer)), None)


def _better(
    found: tuple[Profile, DetectRule] | None, match: tuple[Profile, DetectRule] | None
) -> tuple[Profile, DetectRule] | None:
    if found is None or (match is not None and match[1].score > found[1].score):
        return match
    return found


def family(kin: Collection[Profile]) -> Profile | None:
    """Return a profile by which the device's application key may be read, if any."""
    with_key = (
        profile
        for profile in kin
        if any(fact.format is FactFormat.APPLICATION_KEY for fact in profile.identity.values())
    )
    return min(with_key, key=lambda profile: profile.id, default=None)


def _inquiries(candidates: Collection[Profile], likely: str) -> Iterator[_Inquiry]:
    wanted: dict[tuple[Area, int, int], list[tuple[Profile, DetectRule]]] = {}
    for profile in sorted(candidates, key=lambda profile: profile.id):
        for rule in profile.detect:
            spot = (rule.area, rule.address, rule.count)
            wanted.setdefault(spot, []).append((profile, rule))

    def best_first(pair: tuple[Profile, DetectRule]) -> tuple[int, bool]:
        # A profile of a project's own asks what the one it extends asks.
        return -pair[1].score, pair[0].id != likely

    inquiries = [
        _Inquiry(*spot, tuple(sorted(rules, key=best_first))) for spot, rules in wanted.items()
    ]
    inquiries.sort(
        key=lambda inquiry: (
            all(profile.id != likely for profile, _ in inquiry.rules),
            -inquiry.best,
            inquiry.address,
        )
    )
    return iter(inquiries)


async def _ask(conversation: Conversation, inquiry: _Inquiry) -> tuple[int, ...] | None:
    """Return the registers (or bits), None when the device refuses or garbles them."""
    try:
        payload = await conversation.read(inquiry.area, inquiry.address, inquiry.count)
    except (RegisterRefused, GarbledAnswer):
        return None
    if inquiry.area in BIT_AREAS:
        return tuple(payload[n >> 3] >> (n & 7) & 1 for n in range(inquiry.count))
    return struct.unpack(f">{inquiry.count}H", payload)


def _fits(rule: DetectRule, answer: tuple[int, ...]) -> bool:
    return all(
        offset < len(answer) and answer[offset] == expected
        for offset, expected in rule.match.items()
    )
