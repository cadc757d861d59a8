"""The report over a real project and a real core: measured, not told from memory."""

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app.hardening.gather import listening
from tests.journeys.product import heatdesk
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, running_site, substations

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("hardening"), substations(2)) as running:
        yield running


def report(site: Site, *options: str) -> str:
    word = site.folder.parent / "word"
    word.write_text(PASSWORD, "utf-8")
    who = ("--user", LOGIN, "--password-file", word)
    done = heatdesk(site.home, "hardening", site.folder, *who, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def found(site: Site) -> list[dict[str, Any]]:
    return [json.loads(line) for line in report(site, "--json").splitlines()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_core_that_runs_tells_what_it_has_open_and_what_became_readable(site: Site) -> None:
    by_place = {each["place"]: each for each in found(site)}
    channel = [each for each in by_place.values() if each["topic"] == "openings"]
    assert {each["grade"] for each in channel} == {"good"}
    assert any(each["place"].startswith("127.0.0.1:") for each in channel)
    assert by_place["modbus-tcp"]["grade"] == "advice"
    assert by_place["audit"]["grade"] == "good"
    secrets = site.folder / "secrets.bin"
    assert by_place[str(secrets)]["grade"] == "good"
    secrets.chmod(0o644)
    try:
        assert {e["place"]: e for e in found(site)}[str(secrets)]["grade"] == "weak"
    finally:
        secrets.chmod(0o600)


def test_a_file_with_a_password_in_the_folder_is_told_and_looked_at(site: Site) -> None:
    file = site.folder / "administrator.password"
    file.write_text("calm valves turn slowly", "utf-8")
    file.chmod(0o644)
    try:
        told = {(e["topic"], e["grade"]) for e in found(site) if e["place"] == str(file)}
    finally:
        file.unlink()
    expected = {("passwords", "advice")}
    assert told == expected | ({("files", "weak")} if sys.platform != "win32" else set())


def test_it_is_printed_in_the_language_wished(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    said = report(site, "--pdf", str(file), "--language", "da")
    assert "127.0.0.1" in said
    text = "".join(page.extract_text() for page in PdfReader(file).pages)
    assert "Modbus TCP" in text
    assert "Hardening report" not in text


def test_a_socket_of_this_very_process_is_seen() -> None:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        opened.listen()
        port = opened.getsockname()[1]
        assert port in {each.port for each in listening() or ()}
    assert port not in {each.port for each in listening() or ()}
