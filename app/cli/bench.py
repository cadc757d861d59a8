"""``heatdesk bench``: the promises in ``benchmarks/``, measured here and now."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.words import _


def run(
    name: Annotated[str | None, typer.Argument(help=_("A benchmark, or: all."))] = None,
    as_json: AsJson = False,
    list_names: Annotated[bool, typer.Option("--list", help=_("Print the names."))] = False,
) -> None:
    """Measure what is promised: each as a ratio or a limit in the same run."""
    import benchmarks
    from app.plugins import discover
    from benchmarks.bench import Bench, Promise

    found: Mapping[str, Bench] = {
        bench.name: bench for bench in discover(benchmarks, "BENCH", Bench).values()
    }
    if list_names:
        for bench in found.values():
            tell(f"{bench.name:<20} {bench.summary}")
        return
    if name is None:
        raise BadInput(_("say which benchmark; --list prints the names"))
    if name != "all" and name not in found:
        raise BadInput(
            _("there is no benchmark {name!r}; --list prints the names").format(name=name)
        )
    promises: list[Promise] = []
    for chosen in found.values() if name == "all" else (found[name],):
        for promise in chosen.run():
            promises.append(promise)
            tell_json(asdict(promise)) if as_json else tell(_line(promise))
    if any(promise.holds is False for promise in promises):
        raise typer.Exit(1)


def _line(promise: object) -> str:
    fields = asdict(promise)  # type: ignore[call-overload]
    verdict = {True: "holds", False: "BROKEN", None: "open"}[fields["holds"]]
    return f"{fields['name']:<40} {fields['ratio']!s:>10} bar {fields['bar']:<8} {verdict}"


COMMAND = Command("bench", run, 100)
