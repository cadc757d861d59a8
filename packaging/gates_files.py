"""House rules for the rest: no machine in any text, exact locks, proofs that exist, tests."""

import re
from collections.abc import Iterator

import tracing
from house import Finding, House

# Joined here, because this file too may not name a registry. A text that names one works
# only where that host is reachable; pip, apt and npm know theirs by their own settings.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"), ("pypi", "python", "org"), ("pythonhosted", "org"),
        ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"), ("deb", "debian", "org"),
        ("security", "debian", "org"), ("snapshot", "debian", "org"),
        ("archive", "ubuntu", "com"), ("anaconda", "org"), ("crates", "io"),
        ("proxy", "golang", "org"), ("docker", "io"), ("ghcr", "io"),
    )
)  # fmt: skip

# A folder of one machine, as the first part of a path: not /home as part of an address.
MACHINE_PATH = re.compile(
    r"(?<![\w.~:/<>}*-])/(?:(?:work|root|tmp|var/tmp)(?![\w-])|(?:home|Users)/\w)"
    r"|\b[A-Za-z]:\\+Users\\"
)

PIN = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)"
    r"(?: *; *(?P<marker>.+?))?(?P<hashes>(?: +--hash=sha256:[0-9a-f]{64})+)"
)
DECISION = re.compile(r"docs/decisions/(?P<number>\d{4})-[a-z0-9-]+\.md")

# What the libraries ask for on Windows alone. A lock without them was made for one system.
WINDOWS_PINS = {"colorama": "terminal colours", "pywin32-ctypes": "the secrets store"}


def registry_hosts(house: House) -> Iterator[Finding]:
    """Find texts that name the host of a package registry."""
    for path, text in house.texts():
        for number, line in enumerate(text.splitlines(), start=1):
            for host in REGISTRIES:
                if host in line.lower():
                    yield Finding(path, number, f"names the package registry {host}")


def machine_paths(house: House) -> Iterator[Finding]:
    """Find texts that hold a folder of the machine they were written on."""
    for path, text in house.texts():
        for number, line in enumerate(text.splitlines(), start=1):
            if found := MACHINE_PATH.search(line):
                sentence = f"{found.group()} is a folder of one machine"
                yield Finding(path, number, sentence)


def loose_locks(house: House) -> Iterator[Finding]:
    """Find locks that do not fix every library, by hash, for Linux and Windows alike."""
    pins: dict[str, dict[str, str]] = {}
    for path in house.files:
        if path.startswith("packaging/") and path.endswith(".lock"):
            text = (house.root / path).read_text(encoding="utf-8")
            yield from _loose_lines(path, text)
            pins[path] = dict(_pins(text))
            yield from _missing_on_windows(path, pins[path])
    develop = pins.get("packaging/develop.lock", {})
    for line, version in pins.get("packaging/runtime.lock", {}).items():
        if develop and develop.get(line) != version:
            sentence = f"{line} {version} of runtime.lock is not the same here: lock both again"
            yield Finding("packaging/develop.lock", 1, sentence)


def unknown_features(house: House) -> Iterator[Finding]:
    """Find tests that claim to prove a function nobody promised."""
    try:
        tracing.trace(house.root)
    except tracing.TraceError as error:
        for line in error.lines:
            path, number, sentence = line.split(":", 2)
            yield Finding(path, int(number), sentence.strip())


def hiding_packages(house: House) -> Iterator[Finding]:
    """Find what would make packaging/ a package: it would hide the library of that name."""
    for path in house.files:
        if path == "packaging/__init__.py":
            sentence = "hides the library 'packaging', on which pip and pytest stand"
            yield Finding(path, 1, sentence)


def careless_decisions(house: House) -> Iterator[Finding]:
    """Find decisions without a title or a number, and numbers given twice."""
    numbers: dict[str, str] = {}
    for path in house.files:
        name = DECISION.fullmatch(path)
        if path.startswith("docs/decisions/") and not name and not path.endswith("/README.md"):
            yield Finding(path, 1, "is not named NNNN-a-few-words.md")
        if not name:
            continue
        if (other := numbers.setdefault(name["number"], path)) != path:
            yield Finding(path, 1, f"has the number of {other}")
        text = (house.root / path).read_text(encoding="utf-8")
        if not text.startswith("# "):
            yield Finding(path, 1, "does not begin with the decision as its title")


def too_few_tests(house: House) -> Iterator[Finding]:
    """Say so when the tests have become shorter than what they test; blank lines are air.

    Benchmarks are proofs themselves and stand on neither side.
    """
    lines = {True: 0, False: 0}
    for module in house.modules:
        if str(module.path).startswith("benchmarks/"):
            continue
        lines[module.is_test] += sum(bool(line.strip()) for line in module.text.splitlines())
    if lines[True] < lines[False]:
        sentence = (
            f"{lines[True]} lines of tests stand against {lines[False]} lines of code: "
            f"{lines[False] - lines[True]} lines of tests are missing"
        )
        yield Finding("tests", 1, sentence)


def _requirements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each requirement with its hashes on one line, and the line it begins on."""
    gathered, begins = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("#") or not line:
            continue
        begins = begins if gathered else number
        whole = line.removesuffix("\\").strip()
        gathered = f"{gathered} {whole}".strip()
        if not line.endswith("\\"):
            yield begins, gathered
            gathered = ""


def _loose_lines(path: str, text: str) -> Iterator[Finding]:
    for number, requirement in _requirements(text):
        if not PIN.fullmatch(requirement):
            start = requirement[:60]
            sentence = f"{start!r} is not 'name==version' with its sha256 hashes"
            yield Finding(path, number, sentence)


def _pins(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and marker together with the version of each exact requirement."""
    for _, requirement in _requirements(text):
        if pin := PIN.fullmatch(requirement):
            marker = f" ; {pin['marker']}" if pin["marker"] else ""
            yield f"{pin['name'].lower()}{marker}", pin["version"]


def _missing_on_windows(path: str, pins: dict[str, str]) -> Iterator[Finding]:
    for name, purpose in WINDOWS_PINS.items():
        markers = [line.partition(" ; ")[2] for line in pins if line.split(" ; ")[0] == name]
        if not any(marker == "" or "win" in marker.lower() for marker in markers):
            sentence = f"{name} ({purpose} on Windows) is missing: lock for every system"
            yield Finding(path, 1, sentence)
