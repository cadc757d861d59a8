"""What the command line says by itself, help and slips of the hand, in the user's language."""

import re
from collections.abc import Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from app.model.hardening import said
from app.words import _

# What the library says in English, and only so; its own words are ours, with places in them.
_SLIPS = (
    said("No such command {name!r}. Did you mean {like}?"),
    said("No such command {name!r}."),
    said("No such option: {name} (Possible options: {like})"),
    said("No such option: {name}"),
    said("Missing argument {name!r}."),
    said("Missing option {name!r}."),
    said("Missing command."),
    said("Option {name!r} requires an argument."),
    said("Option {name!r} does not take a value."),
    said("Got unexpected extra argument(s) ({what})"),
    said("Invalid value for {name!r}: {what}"),
)
_WRONG_VALUES = {
    "Input should be a valid integer": said("a whole number is wanted"),
    "Input should be a valid number": said("a number is wanted"),
    "Input should be greater than or equal to": said("at least {limit}"),
    "Input should be less than or equal to": said("at most {limit}"),
}
_KINDS = {
    "path": said("path"),
    "str": said("text"),
    "list[str]": said("text"),
    "int": said("number"),
    "int range": said("number"),
    "float": said("number"),
    "float range": said("number"),
}
_EXTRAS = re.compile(r"\[([^\[\]]*)\]$")  # behind a help text: what must be, what is otherwise
_DEFAULT = "default: "
Row = tuple[str, str]


def slip(text: str) -> str:
    """Return what the library says of a slip of the hand; what is not known stays English."""
    for template in _SLIPS:
        found = _pattern(template).fullmatch(text)
        if found:
            places = {name: _value(each) for name, each in found.groupdict().items()}
            return _(template).format(**places)
    return text


def _pattern(template: str) -> re.Pattern[str]:
    plain = re.escape(template)
    quoted = re.sub(r"\\{(\w+)!r\\}", r"'(?P<\1>.*)'", plain)
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", quoted), re.DOTALL)


def _value(text: str) -> str:
    for start, template in _WRONG_VALUES.items():
        if text.startswith(start):
            return _(template).format(limit=text.rpartition(" ")[2])
    return text


class SpokenCommand(TyperCommand):
    """A command whose help has no English word left in another language."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help``."""
        return _help_option(super().get_help_option(ctx))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how it is called."""
        _write_usage(self.collect_usage_pieces(ctx), ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write its arguments and options."""
        _write_parameters(self.get_params(ctx), ctx, formatter)


class SpokenGroup(TyperGroup):
    """Commands, listed in the order of ``names`` with what each does."""

    names: Sequence[str] = ()

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help``."""
        return _help_option(super().get_help_option(ctx))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how it is called."""
        _write_usage(self.collect_usage_pieces(ctx), ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write its options and its commands."""
        _write_parameters(self.get_params(ctx), ctx, formatter)
        room = formatter.width - 6 - max(map(len, self.names), default=0)
        rows = [(name, self.commands[name].get_short_help_str(room)) for name in self.names]
        _write(formatter, _("Commands"), rows)


def in_order(names: Sequence[str]) -> type[SpokenGroup]:
    """Return the group whose commands are listed as ``names`` are."""
    return type("Listed", (SpokenGroup,), {"names": tuple(names)})


def _help_option(option: Any) -> Any:
    if option is not None:
        option.help = _("Show this message and exit.")
    return option


def _write_usage(pieces: list[str], ctx: Any, formatter: Any) -> None:
    words = {"[OPTIONS]": _("[OPTIONS]"), "COMMAND [ARGS]...": _("COMMAND [ARGS]...")}
    told = " ".join(words.get(each, each) for each in pieces)
    formatter.write_usage(ctx.command_path, told, prefix=_("Usage:") + " ")


def _write_parameters(parameters: list[Any], ctx: Any, formatter: Any) -> None:
    rows: dict[str, list[Row]] = {"argument": [], "option": []}
    for each in parameters:
        record = each.get_help_record(ctx)
        if record is not None:
            rows[each.param_type_name].append((_kind_told(record[0]), _extras_told(record[1])))
    _write(formatter, _("Arguments"), rows["argument"])
    _write(formatter, _("Options"), rows["option"])


def _write(formatter: Any, heading: str, rows: list[Row]) -> None:
    if rows:
        with formatter.section(heading):
            formatter.write_dl(rows)


def _kind_told(name: str) -> str:
    """Return “--dir <path>” with the kind of value as a person calls it."""
    return re.sub(r"<([^<>|]+)>", lambda found: f"<{_(_KINDS.get(found[1], found[1]))}>", name)


def _extras_told(text: str) -> str:
    found = _EXTRAS.search(text)
    if found is None:
        return text
    return f"{text[: found.start()]}[{'; '.join(map(_extra, found[1].split('; ')))}]"


def _extra(text: str) -> str:
    if text == "required":
        return _("required")
    if text.startswith(_DEFAULT):
        return _("default: {value}").format(value=text.removeprefix(_DEFAULT))
    return text
