"""``heatdesk hardening``: how well a project is guarded, on the terminal or on paper."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User, check_language
from app.cli.person import who
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.words import _


def run(
    project: Project,
    pdf: Annotated[
        Path | None, typer.Option(help=_("Write it as a PDF into this file, too."))
    ] = None,
    language: Annotated[str, typer.Option(help=_("Language of the PDF."))] = "en",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Say how well a project is guarded: what is open, to whom, and what is weak or old."""
    from app.compose.joining import join
    from app.hardening.words import GRADES, advice_of, place_of, sentence_of

    check_language(language)
    with join(project, *who(project, user, password_file)) as joined:
        asked, viewer = joined.asked, joined.viewer
        findings = joined.ask(asked.hardening.findings(viewer))
        if pdf is not None:
            from app.compose.core import utc_now
            from app.reports.paper.plaintable import plain_pdf
            from app.reports.sheets.hardening import hardening_table
            from app.reports.words import Words

            words = Words(language)
            table = hardening_table(
                findings,
                zone=joined.ask(asked.plant.zone_name(viewer)),
                made_at=utc_now(),
                made_by=viewer.name,
                words=words,
            )
            head = joined.ask(asked.reports.letterhead(viewer))
            _write(pdf, plain_pdf(table, head, words))
    if as_json:
        for each in findings:
            tell_json(
                {
                    "topic": each.topic,
                    "grade": each.grade.value,
                    "place": each.place,
                    "sentence": sentence_of(each, _),
                    "advice": advice_of(each, _),
                }
            )
        return
    for each in findings:
        tell(f"{_(GRADES[each.grade])}: {place_of(each, _)}: {sentence_of(each, _)}")
        if each.advice:
            tell(f"    {advice_of(each, _)}")
    counts = Counter(each.grade for each in findings)
    tell(", ".join(f"{_(word)}: {counts[grade]}" for grade, word in GRADES.items()))


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror or error}") from error


COMMAND = Command("hardening", run, 36)
