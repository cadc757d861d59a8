"""The help pages as they lie with the program: by topic and language, offline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from app.words import language

START = "start"
OTHERWISE = "en"
# The order of the table of contents; what stands in no place comes last.
ORDER = (
    START,
    "desk",
    "lock",
    "welcome",
    "dashboard",
    "devices",
    "device",
    "device-overview",
    "device-values",
    "device-readings",
    "device-consumption",
    "device-settings",
    "overrides",
    "device-schedules",
    "device-chart",
    "device-live",
    "device-alarms",
    "device-documents",
    "device-communication",
    "meters",
    "heatlog",
    "scan",
    "receivers",
    "trend",
    "comparison",
    "energy",
    "totals",
    "periodreport",
    "received",
    "findings",
    "paper",
    "alarms",
    "people",
    "second",
    "versions",
    "retention",
    "backups",
    "hardening",
    "telegrams",
    "audit",
    "letterhead",
    "about",
)


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One topic in one language."""

    topic: str
    title: str
    text: str  # Markdown; links to other topics are ``help:topic``


def topics(code: str = OTHERWISE) -> Sequence[str]:
    """Return the topics written in a language, in the order of the contents."""
    names = [
        each.name.removesuffix(".md")
        for each in _folder(code).iterdir()
        if each.name.endswith(".md")
    ]
    return sorted(names, key=lambda name: (_place(name), name))


def page_of(topic: str, code: str | None = None) -> HelpPage:
    """Return a topic in ``code`` or the screen's language; the start page for unknown ones."""
    wanted = code or language()
    for name in (topic, topic.partition("-")[0], START):
        for each in (wanted, OTHERWISE):
            found = _read(name, each)
            if found is not None:
                return found
    return HelpPage(START, "", "")


def find(words: str, code: str | None = None) -> Sequence[HelpPage]:
    """Return the pages that hold every word of a question, those named so first."""
    wanted = words.casefold().split()
    pages = [page_of(topic, code) for topic in topics()]
    hits = [
        page
        for page in pages
        if all(word in f"{page.title}\n{page.text}".casefold() for word in wanted)
    ]
    return sorted(hits, key=lambda page: not all(w in page.title.casefold() for w in wanted))


def picture(name: str, code: str | None = None) -> bytes:
    """Return a picture as PNG, in the screen's language where there is one; b"" for none."""
    for each in (code or language(), OTHERWISE):
        place = files("resources.help") / "pictures" / each / name
        if place.is_file():
            return place.read_bytes()
    return b""


def pictures_in(page: HelpPage) -> Sequence[str]:
    """Return the names of the pictures a page shows."""
    return re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.text)


def links_in(page: HelpPage) -> Sequence[str]:
    """Return the topics a page leads to."""
    return re.findall(r"\]\(help:([^)]+)\)", page.text)


def topic_for(page: str, part: str = "") -> str:
    """Return the topic of a page of the desk, or of the part of it in front."""
    return f"{page}-{part}" if part else page


@cache
def _read(topic: str, code: str) -> HelpPage | None:
    place = _folder(code) / f"{topic}.md"
    if not re.fullmatch(r"[a-z-]+", topic) or not place.is_file():
        return None
    text = place.read_text(encoding="utf-8")
    first = text.partition("\n")[0].lstrip("# ").strip()
    return HelpPage(topic, first, text)


def _folder(code: str) -> Traversable:
    return files("resources.help") / (code if re.fullmatch(r"[a-z]{2}", code) else OTHERWISE)


def _place(topic: str) -> int:
    return ORDER.index(topic) if topic in ORDER else len(ORDER)
