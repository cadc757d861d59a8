"""Gather every text shown to people, and bring the catalogues of the languages up to date.

`python3 dev.py words` does, with the Python of the environment: it renews the template
``i18n/heatdesk.pot``, adds new texts to each ``heatdesk.po`` (nothing is guessed), compiles the
``.mo`` files and says what is not translated yet. ``--check`` only looks whether that was done.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain
from pathlib import Path

import yaml
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
I18N = ROOT / "i18n"
DOMAIN = "heatdesk"
LANGUAGES = ("da", "de", "fr")
SOURCES = ("app", "drivers", "widgets", "flowdiagrams")
# Where sentences of errors come from that an operator reads.
ERROR_SOURCES = (
    *("app/acquisition", "app/alarms", "app/channel/client.py", "app/control", "app/plant"),
    *("app/project", "app/users", "app/verbs.py", "app/database.py", "app/corethread.py"),
    *("app/history/service.py", "app/profiles", "app/reports/service.py"),
    *("app/reports/filing.py", "app/reports/render/logo.py"),
    *("drivers/conversation.py", "drivers/registerdevice.py", "drivers/blocks.py"),
    *("drivers/links", "drivers/modbus_tcp.py"),
)
_OF_PROGRAMMERS = ("ValueError", "TypeError", "AttributeError", "FileExistsError", "KeyError")
PLACE = re.compile(r"\{[^}]*\}")
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "told": None,
    "words": None,
    "said": None,
    "ngettext": (1, 2),
    "many": (1, 2),
}
# Parts of profiles and pictures that people read; the rest are names for programs.
_YAML_TEXTS = ("name", "label", "group", "text", "note", "danger", "title", "why")
_YAML_LISTS = ("enum", "circuits", "bits", "storages", "status")
_OF_METERS = ("points", "storages", "status", "unknown")  # what people read in a meter profile
_YAML_UNSHOWN = ("tests", "sources", "notes")  # for whoever writes a profile
_SWITCHED = {"True": "ON", "False": "OFF"}  # as YAML reads these words unquoted
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # the day would make every compilation another file
_LETTERS = re.compile(r"[^\W\d_]{2}")


def main(arguments: list[str]) -> int:
    """Renew the catalogues, or look whether they are new; 0 when all is well."""
    template = gathered()
    files = {I18N / f"{DOMAIN}.pot": po_bytes(template)}
    lacking = 0
    for language in LANGUAGES:
        catalogue = updated(language, template)
        place = I18N / language / "LC_MESSAGES"
        files[place / f"{DOMAIN}.po"] = po_bytes(catalogue)
        files[place / f"{DOMAIN}.mo"] = mo_bytes(catalogue)
        missing = untranslated(catalogue)
        lacking += len(missing)
        print(f"{language}: {len(catalogue)} texts, {len(missing)} not translated")
    if "--check" in arguments:
        old = [file for file, content in files.items() if not same(file, content)]
        for file in old:
            print(f"{file.relative_to(ROOT)} is not up to date: python3 dev.py words")
        return 1 if old or lacking else 0
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return 0


def gathered() -> Catalog:
    """Return every text of the program and of the profiles and pictures that come with it."""
    found: dict[tuple[str, ...], set[str]] = {}
    sources = (code_texts(), command_texts(), error_texts(), data_texts(), meter_texts())
    for place, texts in chain.from_iterable(sources):
        message = tuple(text for text in texts if text)
        if message:
            found.setdefault(message, set()).add(place)
    template = Catalog(project="Heatdesk", charset="utf-8")
    plural = {message[0] for message in found if len(message) > 1}
    for message, places in sorted(found.items()):
        if len(message) > 1 or message[0] not in plural:
            identity = message if len(message) > 1 else message[0]
            template.add(identity, locations=[(place, 0) for place in sorted(places)])
    return template


def code_texts() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find the texts of the program, each with its file; a plural has two."""
    for folder in SOURCES:
        for file in sorted((ROOT / folder).rglob("*.py")):
            place = file.relative_to(ROOT).as_posix()
            for found in extract_from_file("python", file, keywords=KEYWORDS):
                texts = found[1]
                yield place, (texts,) if isinstance(texts, str) else tuple(texts)


def command_texts() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find what each command says it does: the first line of its function's docstring."""
    for file in sorted((ROOT / "app" / "cli").glob("*.py")):
        code = file.read_text(encoding="utf-8")
        for node in ast.parse(code).body if "COMMAND = " in code else ():
            named = isinstance(node, ast.FunctionDef) and node.name == "run"
            text = ast.get_docstring(node) if named else None  # type: ignore[arg-type]
            if text:
                yield file.relative_to(ROOT).as_posix(), (text.splitlines()[0],)


def error_texts() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find the sentences of errors that reach an operator, with places for their values.

    They stay English where they are raised, in logs and journals; whoever shows one
    recognises it by its words (`app.words.told_sentence`).
    """
    for folder in ERROR_SOURCES:
        for file in sorted((ROOT / folder).rglob("*.py")) or [ROOT / folder]:
            place = file.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (call := _error_made(node)) is not None:
                    text = error_text(call)
                    if text and _LETTERS.search(PLACE.sub("", text)):
                        yield place, (text,)


def _error_made(node: ast.AST) -> ast.Call | None:
    """Return the call that makes an error: one that is raised, or `Unsure`, only told."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        return node.exc
    made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return node if made and node.func.id == "Unsure" else None  # type: ignore[return-value,attr-defined]


def error_text(call: ast.Call) -> str:
    """Return the sentence of an error as a text with places, or "" for a programmer's one."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if not call.args or name in _OF_PROGRAMMERS:
        return ""
    said = call.args[0]
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        return said.value
    if not isinstance(said, ast.JoinedStr):
        return ""
    parts, taken = [], dict[str, int]()
    for part in said.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            stem = place_name(part.value)
            taken[stem] = taken.get(stem, 0) + 1
            parts.append(f"{{{stem}{taken[stem] if taken[stem] > 1 else ''}}}")
    return "".join(parts)


def place_name(value: ast.expr) -> str:
    """Return what a value inside a sentence is called there."""
    if isinstance(value, ast.Name | ast.Attribute):
        name = value.id if isinstance(value, ast.Name) else value.attr
        return name.strip("_").lower()
    return "value"


def data_texts() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find the texts of profiles, pictures and symbols, each with its file."""
    for file in sorted((ROOT / "resources" / "profiles").glob("*.yaml")):
        for text in yaml_texts(yaml.safe_load(file.read_text(encoding="utf-8"))):
            yield file.relative_to(ROOT).as_posix(), (text,)
    for folder in ("flowdiagrams/library", "flowdiagrams/symbols", "app/reports/pictures"):
        for file in sorted((ROOT / folder).glob("*.json")):
            picture = json.loads(file.read_text(encoding="utf-8"))
            names = () if folder.endswith("symbols") else ("name",)  # a symbol's are not read
            for text in picture_texts(picture, names):
                yield file.relative_to(ROOT).as_posix(), (text,)


def meter_texts() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find the words of meters: those of their profiles, and of names put together."""
    if str(ROOT) not in sys.path:  # run as a command, beside the product
        sys.path.insert(0, str(ROOT))
    from drivers.mbus.kinds import words_of_names
    from drivers.mbus.meterstatus import STATUS_WORDS
    from drivers.mbus.names import MEDIA

    for word in (*words_of_names(), *STATUS_WORDS, *MEDIA.values()):
        yield "drivers/mbus/kinds.py", (word,)
    for file in sorted((ROOT / "resources" / "meters").glob("*.yaml")):
        whole = yaml.safe_load(file.read_text(encoding="utf-8"))
        for text in yaml_texts({key: whole.get(key) for key in _OF_METERS}):
            yield file.relative_to(ROOT).as_posix(), (text,)


def yaml_texts(part: object) -> Iterator[str]:
    """Find what people read in a profile."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in _YAML_UNSHOWN:
                continue
            if key in _YAML_TEXTS and isinstance(value, str) and _LETTERS.search(value):
                yield value.strip()
            elif key in _YAML_LISTS and isinstance(value, dict):
                words = (_SWITCHED.get(str(each), each) for each in value.values())
                yield from (str(word) for word in words if is_text(word))
            yield from yaml_texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from yaml_texts(value)


def picture_texts(part: object, more: tuple[str, ...]) -> Iterator[str]:
    """Find what people read in a picture; ``more`` are further entries that they read."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("text", "label", "title", "note", *more) and is_text(value):
                yield str(value)
            yield from picture_texts(value, more)
    elif isinstance(part, list):
        for value in part:
            yield from picture_texts(value, more)


def is_text(value: object) -> bool:
    """Whether a value is made of words and not only of a tag such as S1."""
    return isinstance(value, str) and _LETTERS.search(value) is not None


def updated(language: str, template: Catalog) -> Catalog:
    """Return a language's catalogue with exactly the template's texts."""
    file = I18N / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    known: dict[str, Message] = {}
    if file.is_file():
        known = {
            name_of(message): message
            for message in read_po(BytesIO(file.read_bytes()), language)
        }
    made = Catalog(locale=language, project="Heatdesk", charset="utf-8")
    for message in template:
        if message.id:
            before = known.get(name_of(message))
            text = before.string if before is not None else ""
            made.add(message.id, text or "", locations=message.locations)
    return made


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts without a translation; a plural needs each of its forms."""
    lacking = []
    for message in catalogue:
        texts = (
            message.string if isinstance(message.string, tuple | list) else (message.string,)
        )
        if message.id and not all(texts):
            lacking.append(name_of(message))
    return lacking


def name_of(message: Message) -> str:
    """Return what a message is found by: its text, or the singular."""
    return message.id if isinstance(message.id, str) else message.id[0]


def po_bytes(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file holds it; the same texts give the same bytes."""
    stream = BytesIO()
    catalogue.creation_date = catalogue.revision_date = None  # type: ignore[assignment]
    write_po(stream, catalogue, omit_header=False, sort_output=True, include_lineno=False)
    lines = stream.getvalue().decode("utf-8").splitlines()
    kept = [each for each in lines if not each.startswith(('"POT-Creation', '"PO-Revision'))]
    return ("\n".join(kept) + "\n").encode("utf-8")


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the compiled form; what is not translated is left out of it."""
    stream = BytesIO()
    catalogue.creation_date = catalogue.revision_date = _NEVER
    write_mo(stream, catalogue)
    return stream.getvalue()


def same(file: Path, content: bytes) -> bool:
    """Whether a file holds exactly that."""
    return file.is_file() and file.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
