"""Options on a command line become the options of a simulator."""

import argparse
from dataclasses import dataclass

import pytest

from app.errors import BadInput
from drivers.simulators.options import (
    ServerOptions,
    add_arguments,
    addresses,
    from_arguments,
    option,
)


@dataclass(frozen=True, kw_only=True)
class ToasterOptions(ServerOptions):
    """A device with one option of each kind."""

    slices: int = option(2, "how many slices, 100 % at most")
    bagel: bool = option(False, "a bagel is toasted on one side")
    name: str = option("Tilly", "what it is called")
    heat: float = option(1.5, "how hot", float)


def parsed(*arguments: str) -> ToasterOptions:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser, ToasterOptions)
    return from_arguments(ToasterOptions, parser.parse_args(arguments))


def test_nothing_said_gives_the_defaults() -> None:
    assert parsed() == ToasterOptions()


def test_every_kind_of_option_can_be_said() -> None:
    said = parsed("--slices", "4", "--bagel", "--name", "Ove", "--heat", "0.5", "--speed", "60")
    assert (said.slices, said.bagel, said.name, said.heat, said.speed) == (
        4,
        True,
        "Ove",
        0.5,
        60,
    )


def test_units_are_devices_where_a_kind_has_no_units_of_its_own() -> None:
    assert parsed("--units", "3") == parsed("--count", "3") == ToasterOptions(count=3)

    @dataclass(frozen=True, kw_only=True)
    class OvenOptions(ToasterOptions):
        """A device with units behind its address."""

        units: int = option(1, "how many chambers")

    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser, OvenOptions)
    said = from_arguments(OvenOptions, parser.parse_args(["--units", "3", "--count", "2"]))
    assert (said.units, said.count) == (3, 2)


def test_faults_add_up_in_their_order() -> None:
    assert parsed("--fault", "silent", "--fault", "slow:10").faults == ("silent", "slow:10")


def test_help_shows_text_and_default() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser, ToasterOptions)
    shown = " ".join(parser.format_help().split())
    assert "how many slices, 100 % at most (2)" in shown
    assert "--idle-close-s" in shown


def test_a_word_where_a_number_belongs_is_refused() -> None:
    with pytest.raises(argparse.ArgumentError):
        parsed("--slices", "many")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"host": "example"}, "--host"),
        ({"port": -1}, "--port: -1 is not between"),
        ({"port": 65536}, "--port"),
        ({"port": 65535, "count": 2}, "no room for 2 ports"),
        ({"speed": 0.0}, "--speed"),
        ({"speed": 1e9}, "--speed"),
        ({"count": 0}, "--count"),
        ({"spread": "far"}, "--spread: 'far'"),
        ({"idle_close_s": -0.1}, "--idle-close-s"),
    ],
)
def test_what_cannot_be_is_named_by_its_flag(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        ServerOptions(**wrong).check()  # type: ignore[arg-type]


def test_the_defaults_are_sound() -> None:
    ServerOptions().check()
    ToasterOptions().check()


def test_free_ports_stay_free_to_choose_and_addresses_skip_the_odd_ones() -> None:
    assert addresses(ServerOptions(count=3)) == [("127.0.0.1", 0)] * 3
    spread = addresses(ServerOptions(count=600, spread="addresses"))
    assert len({host for host, _ in spread}) == 600
    assert all(host.rsplit(".", 1)[1] not in {"0", "255"} for host, _ in spread)
