"""Findings in words: of a screen, a paper or a terminal, each in its own language."""

from collections.abc import Callable

from app.model.hardening import Grade, HardeningFinding, said

Tell = Callable[[str], str]  # an English text → the same in the language wanted
GRADES = {
    Grade.WEAK: said("Weak"),
    Grade.ADVICE: said("Advice"),
    Grade.UNKNOWN: said("Not known"),
    Grade.NOTE: said("So it is"),
    Grade.GOOD: said("Good"),
}
TO_MEND = (Grade.WEAK, Grade.ADVICE, Grade.UNKNOWN)


def sentence_of(finding: HardeningFinding, tell: Tell) -> str:
    """Return what was found."""
    return tell(finding.sentence).format_map(dict(finding.values))


def advice_of(finding: HardeningFinding, tell: Tell) -> str:
    """Return what to do about it; "" for nothing."""
    return tell(finding.advice).format_map(dict(finding.values)) if finding.advice else ""
