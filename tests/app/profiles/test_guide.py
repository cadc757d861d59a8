"""The guide to writing profiles names every word of the format, and its example works."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from app.profiles.shape import schema
from tests.app.profiles.files import faults

GUIDE = Path(__file__).parents[3] / "docs" / "device-profiles.md"


def words_of(part: Mapping[str, Any]) -> Iterator[str]:
    """Every word a profile may use, from all levels of the schema."""
    for word, inner in part.get("properties", {}).items():
        yield word
        yield from words_of(inner)
    for inner in part.get("patternProperties", {}).values():
        yield from words_of(inner)
    if isinstance(part.get("items"), dict):
        yield from words_of(part["items"])


def test_the_published_schema_is_a_schema_and_explains_every_word() -> None:
    Draft202012Validator.check_schema(schema())

    def explained(part: Mapping[str, Any]) -> bool:
        inner = part.get("properties", {}).values()
        return all(each.get("description") and explained(each) for each in inner)

    assert explained(schema())


def test_the_guide_names_every_word_of_the_format() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]*)`", text))))
    assert set(words_of(schema())) - named - {"reason", "value"} == set()


def test_the_example_of_the_guide_loads_and_proves_itself(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "acme.heatmeter.yaml").write_text(example, encoding="utf-8")
    assert faults(tmp_path) == []
    (tmp_path / "acme.heatmeter.yaml").write_text(
        example.replace("supply: 62.7", "supply: 62.8"), encoding="utf-8"
    )
    (said,) = faults(tmp_path)
    assert said.startswith("acme.heatmeter.yaml:12: test: supply decodes to 62.7")
