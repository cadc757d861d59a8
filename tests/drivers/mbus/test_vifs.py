"""Every row of the standard's tables of value information, worked out by hand."""

import pytest

from drivers.mbus.telegram import State
from tests.drivers.mbus.telegrams import record_of
from tests.drivers.mbus.viftables import FB, FD, PRIMARY, SECOND_FD


@pytest.mark.parametrize(
    ("vif", "quantity", "unit", "value"),
    [
        *PRIMARY,
        *((f"FB{vif}", *rest) for vif, *rest in FB),
        *((f"FD{vif}", *rest) for vif, *rest in FD),
        *((f"FDFD{vif}", *rest) for vif, *rest in SECOND_FD),
    ],
)
def test_a_vif_names_its_quantity_and_scales_it_exactly(
    vif: str, quantity: str, unit: str, value: float
) -> None:
    record = record_of(f"04{vif}D2040000")
    assert (record.heading.quantity, record.heading.unit) == (quantity, unit)
    assert record.value == value
    assert record.state is State.OK
    assert record.heading.dif_vif == bytes.fromhex(f"04{vif}")


@pytest.mark.parametrize(
    "vif", ["6F", "7B", "EF00", "FB06", "FB40", "FD7A", "FDFD01", "FDFD04", "FD7D"]
)
def test_a_vif_that_the_standard_does_not_name_is_a_number_of_an_unknown_quantity(
    vif: str,
) -> None:
    record = record_of(f"02{vif}D204")
    assert (record.heading.quantity, record.state) == ("unknown", State.UNKNOWN_VIF)


def test_a_maker_s_own_vif_is_a_number_that_its_maker_understands() -> None:
    record = record_of("04FF2210000000")
    assert (record.heading.quantity, record.state) == (
        "manufacturer specific",
        State.MANUFACTURER,
    )
    assert (record.value, record.heading.qualifiers) == (16, ("22",))


@pytest.mark.parametrize(
    "data",
    [
        "027C032548523412",  # without VIFEs: the letters stand behind the VIF
        "02FC03254852743412",  # before the VIFEs
        "02FC74032548523412",  # behind them
    ],
)
def test_a_unit_in_letters_is_read_wherever_the_letters_stand(data: str) -> None:
    record = record_of(data)
    factor = 1 if data.startswith("027C") else 0.01  # VIFE 74
    assert record.heading.quantity == "RH%"
    assert record.value == pytest.approx(0x1234 * factor, rel=1e-15)
