"""How registers and values are called in the sentences an operator reads."""

from app.model.profile import Area, Profile

_AREA_WORDS = {
    Area.HOLDING: "register",
    Area.INPUT: "input register",
    Area.COIL: "coil",
    Area.DISCRETE: "discrete input",
}


def place_words(profile: Profile, key: str) -> str:
    """Return where a point lies: ``register 11253 (PNU 11254)``."""
    place = profile.places[key]
    number = number_words(profile, key)
    words = f"{_AREA_WORDS[place.area]} {place.address}"
    return f"{words} ({number})" if number else words


def short_place_words(profile: Profile, key: str) -> str:
    """Return the number the maker's manual gives the point, else where it lies."""
    return number_words(profile, key) or place_words(profile, key)


def number_words(profile: Profile, key: str) -> str:
    """Return ``PNU 11254``, or nothing when the manual gives no number."""
    spec = profile.points.get(key)
    if spec is None or spec.number is None:
        return ""
    return f"{profile.link.number_term or 'no.'} {spec.number}"


def value_words(profile: Profile, key: str, value: float) -> str:
    """Return a value as the settings table shows it: ``95.0 °C`` or ``comfort``."""
    spec = profile.points.get(key)
    if spec is None:
        return f"{value:g}"
    if value in spec.choices:
        return spec.choices[int(value)]
    return f"{value:.{spec.decimals}f} {spec.unit}".rstrip()
