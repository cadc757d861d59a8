"""Small profiles written to a folder, for tests of what the loader says of them."""

from pathlib import Path

from app.profiles.loader import ProfileSet, load_folders

SOUND = """\
schema: 1
profile: {id: acme.meter, version: 1, label: Acme, status: draft}
poll_groups: {slow: 60s}
points:
  - id: a
    name: First
    at: 1
    type: int16
"""

EVERYTHING = """\
schema: 1
profile:
  id: acme.meter
  version: 3
  vendor: Acme
  models: [M1, M2]
  label: Acme M
  status: field_tested
  driver: modbus-tcp
link:
  addressing: {base: 1, term: PNU}
  unit_id: 7
  timeout_ms: 900
  retries: 2
  turnaround_ms: 15
  idle_close_s: 30.5
  offline_after_cycles: 4
  single_client: true
read: {max_registers: 20, gap_tolerance: 2, served: [[1, 10]], single_word: [12]}
poll_groups: {fast: 500ms, slow: 2min, rare: 1h, once: on_connect}
circuits: {1: Heating}
defaults: {type: uint16, poll: fast, category: limited}
detect:
  - {read: {area: input, at: 5, count: 2}, match: {0: 1, 1: 2}, score: 60, label: M1}
points:
  - {id: t, name: Supply, at: 1, type: int16, scale: 0.01, unit: °C, role: temperature.supply}
  - {id: mode, name: Mode, at: 2, enum: {0: off, 1: on, 2: yes}, write: {allow: [0, 1]}}
  - {id: flags, name: Flags, at: 3, bits: {0: a, 15: b}, write: {}}
  - {id: e, name: E1, at: 4, type: int32, word_order: little, byte_order: little, area: input}
  - {id: text, name: Text, at: 6, type: string, words: 4, note: "yes: 12:30"}
  - {id: lamp, name: Lamp, at: 1, type: bit, write: {min: 0, max: 1}}
  - id: level
    name: Level
    at: 13
    scale: 0.1
    offset: -40
    circuit: 1
    group: Limits
    default: off
    live: false
    write: {min: 0, max: 100, step: 0.5, off: -40, dual: true, rate_per_hour: 6, danger: Hot.}
identity:
  maker: {format: text, points: [text]}
clock: {hour: t, minute: t, day: t, month: t, year: t}
week_programs:
  - {circuit: 1, at: 101, periods: 1}
alarms:
  - {point: flags, bit: 15, number: 1, text: Fire, priority: 1}
  - {point: flags, bit: 0, number: 2, text: Water}
unknown:
  - {key: log, title: Log, why: Nobody says.}
diagram: {document: acme, slots: {S1: t}}
tests:
  - {note: Seen., registers: {1: 2148, 4: 256, 5: 0}, expect: {t: 21.48, e: 1}}
sources: [a book]
notes: [a note]
"""


def load(folder: Path, *texts: str) -> ProfileSet:
    """Write the texts as ``acme.meter.yaml``, ``acme.two.yaml`` … and load the folder."""
    for name, text in zip(("acme.meter", "acme.two", "acme.three"), texts, strict=False):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_folders([folder])


def faults(folder: Path, *texts: str) -> list[str]:
    """Return what the loader says of the texts, one line a fault."""
    return [str(error) for error in load(folder, *texts).errors]
