"""From a profile and what the engineer set for one device to the profile in force there."""

from collections.abc import Mapping
from dataclasses import replace

from app.errors import BadInput
from app.model.device import Option
from app.model.point import PointSpec
from app.model.profile import DataType, Profile, RegisterPlace, UnknownMap
from app.model.units import decimals_in
from app.profiles.checks import refusal
from app.profiles.points import LAST_ADDRESS, decimals_of
from app.profiles.rawrange import FLOATS

_NEEDED = frozenset({"address", "type"})  # without these nobody knows what to read


def option_faults(profile: Profile, options: Mapping[str, Option]) -> tuple[str, ...]:
    """Return a sentence for each of a device's options that this profile cannot take."""
    said = []
    for key, option in profile.options.items():
        value = options.get(key)
        why = refusal(option, value) if value is not None else ""
        if why:
            said.append(f"option {key}: {why}")
    return tuple(said)


def resolve(profile: Profile, options: Mapping[str, Option]) -> Profile:
    """Return the profile as it holds for a device with these ``options``.

    Units that were set are shown, dormant points whose place is now known come
    alive, and gaps that were filled are no longer listed as unknown. Options the
    profile does not know are the driver's business and left alone. Pure, and starts
    from what the file says, whatever the profile was resolved with before; gaps
    already filled stay filled, so keep the loaded profile to start from.

    Raises:
        BadInput: An option has a value it cannot have, or two points would lie in
            the same register; the sentence names the options.
    """
    if not profile.options:
        return profile
    said = list(option_faults(profile, options))
    if said:
        raise BadInput(f"{profile.label}: {'; '.join(said)}")
    chosen = {
        key: value if (value := options.get(key)) is not None else option.default
        for key, option in profile.options.items()
    }
    points, places = dict(profile.points), dict(profile.places)
    dormant: dict[str, tuple[PointSpec, RegisterPlace]] = {}
    for key, bound in profile.bindings.items():
        spec, place = _settled(*profile.templates[key], bound, chosen)
        if all(chosen.get(o) is not None for part, o in bound.items() if part in _NEEDED):
            points[key], places[key] = spec, place
        else:
            dormant[key] = (spec, place)
            points.pop(key, None)
            places.pop(key, None)
    _refuse_overlaps(profile, places)
    unknown = tuple(
        gap for gap in (_left(gap, chosen, dormant) for gap in profile.unknown) if gap
    )
    return replace(profile, points=points, places=places, dormant=dormant, unknown=unknown)


def _settled(
    spec: PointSpec,
    place: RegisterPlace,
    bound: Mapping[str, str],
    chosen: Mapping[str, Option],
) -> tuple[PointSpec, RegisterPlace]:
    """Return a point with every part filled in that an option decides."""
    for part, option in bound.items():
        value = chosen.get(option)
        if value is None:
            continue
        if part == "unit":
            spec = replace(spec, unit=str(value), decimals=_decimals(spec, place, str(value)))
        elif part == "address":
            place = replace(place, address=place.address + int(value))
        elif part == "type":
            kind = DataType(str(value))
            place = replace(place, type=kind, words=kind.words)
        else:
            place = replace(place, scale=float(value))
            spec = replace(spec, decimals=decimals_of(place.scale))
    return spec, place


def _decimals(spec: PointSpec, place: RegisterPlace, unit: str) -> int:
    """Return a figure's decimals in the unit that was set; a scale tells them by itself."""
    is_float = place.type in FLOATS and place.scale == 1
    return decimals_in(unit, spec.decimals) if is_float else spec.decimals


def _refuse_overlaps(profile: Profile, places: Mapping[str, RegisterPlace]) -> None:
    taken: dict[tuple[str, int], str] = {}
    for key, place in places.items():
        where = f"{profile.label}: point {key}"
        if place.address + place.words - 1 > LAST_ADDRESS:
            raise BadInput(f"{where}: its options put it behind the last register")
        for address in range(place.address, place.address + place.words):
            other = taken.setdefault((place.area.value, address), key)
            if other != key:
                named = ", ".join(
                    profile.bindings.get(key, profile.bindings.get(other, {})).values()
                )
                raise BadInput(
                    f"{where}: register {address} is {other} already (set by {named})"
                )


def _left(
    gap: UnknownMap,
    chosen: Mapping[str, Option],
    dormant: Mapping[str, tuple[PointSpec, RegisterPlace]],
) -> UnknownMap | None:
    """Return what of a gap is still open; None when it is filled."""
    if not gap.fields and not gap.points:
        return gap
    points = tuple(key for key in gap.points if key in dormant)
    open_fields = tuple(option for option in gap.fields if chosen.get(option) is None)
    if not points and not open_fields:
        return None
    return replace(gap, points=points, fields=open_fields)
