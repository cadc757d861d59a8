"""A meter that is switched off keeps the unit that was chosen for it."""

from app.profiles.configured import Configured
from tests.app.profiles.test_resolve import METER
from tests.app.project.sites import device


def energy_unit(made: Configured, **options: str) -> str:
    one = device(profile=METER.id, options=options)
    found = made.of(one)
    assert found is not None
    return found.points["energy_e1"].unit


def test_each_device_has_the_units_that_were_chosen_for_it() -> None:
    made = Configured({METER.id: METER})
    assert energy_unit(made, energy_unit="MWh") == "MWh"
    assert energy_unit(made, energy_unit="kWh") == "kWh"
    assert energy_unit(made) == METER.points["energy_e1"].unit
    again = made.of(device(profile=METER.id, options={"energy_unit": "kWh"}))
    assert again is made.of(device("other", profile=METER.id, options={"energy_unit": "kWh"}))


def test_options_that_make_no_sense_leave_the_profile_as_it_is() -> None:
    made = Configured({METER.id: METER})
    assert energy_unit(made, energy_unit="cal") == METER.points["energy_e1"].unit
    assert made.of(device(profile="nobody.knows")) is None


def test_a_profile_that_was_read_anew_is_worked_out_anew() -> None:
    known = {METER.id: METER}
    made = Configured(known)
    one = device(profile=METER.id, options={"energy_unit": "GJ"})
    first = made.of(one)
    known[METER.id] = type(METER)(**{name: getattr(METER, name) for name in METER.__slots__})
    assert made.of(one) is not first
