"""Who a device is, in its own words and the project's."""

from app.asked import DeviceDetail
from app.words import _, told

_IN_WORDS = ("medium", "decoding", "supply")  # facts whose text is a word of ours


def identity_facts(detail: DeviceDetail) -> dict[str, str]:
    """Return what identifies the device: name of the fact → text."""
    config = detail.view.config
    facts = {_("Application"): detail.view.label or _("not identified yet")}
    for key, text in detail.identity.items():
        if key != "application" or not detail.view.label:
            facts[fact_word(key)] = told(text) if key in _IN_WORDS else text
    if config.serial:
        facts.setdefault(fact_word("serial"), config.serial)
    facts[_("Profile")] = detail.view.standing.profile or config.profile or _("none")
    return facts


def fact_word(key: str) -> str:
    """Return the name of a fact; one nobody named is shown as it came."""
    words = {
        "application": _("Application"),
        "application_version": _("Application version"),
        "serial": _("Serial number"),
        "code_number": _("Code number"),
        "hardware": _("Hardware"),
        "software": _("Software"),
        "build": _("Build"),
        "produced": _("Produced"),
        "manufacturer": _("Manufacturer"),
        "medium": _("Medium"),
        "version": _("Version"),
        "meter_profile": _("Meter profile"),
        "decoding": _("Decoding"),
        "supply": _("Power supply"),
        "reads_per_day": _("Readouts a day"),
        "shortest_interval": _("Read at most every"),
    }
    return words.get(key, key.replace("_", " "))
