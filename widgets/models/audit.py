"""The columns of the activity log."""

import json
from collections.abc import Mapping, Sequence
from datetime import tzinfo

from app.auditverbs import AuditEntry
from app.model.reading import DeviceId, PointId, split_point
from app.sentences import told_sentence
from app.users.roles import preset_roles
from app.words import _
from widgets.controls.moments import moment_text
from widgets.directory import Directory
from widgets.models.changewords import told_changes, told_number
from widgets.models.rights import role_name
from widgets.models.rows import Cell, Column, Tone

TOLD = ("verb", "entity", "result", "reason")  # columns with words of the screen's language
_INDEX = "index "  # before a point, where the deed was about an index it counts
_MOST_REASONS = 300  # the most frequent: each is looked for among all sentences there are


class LogWords:
    """What is written in the log, in words people read; GUI thread."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._entities: dict[str, str] = {}
        self._rules: Mapping[str, str] = {}
        directory.listed.connect(self._entities.clear)
        directory.described.connect(self._entities.clear)

    def name_rules(self, rules: Mapping[str, str]) -> None:
        """Call alarm rules by these names, by their id."""
        self._rules = rules
        self._entities.clear()

    def entity(self, written: str) -> str:
        """Return the name of the thing changed."""
        known = self._entities.get(written)
        if known is None:
            known = self._entities[written] = entity_text(written, self._directory, self._rules)
        return known

    def stood(self, entry: AuditEntry, written: str) -> str:
        """Return what stood before or after a deed: in the unit of its point, or in words."""
        point = PointId(entry.entity.removeprefix(_INDEX))
        if self._directory.view(split_point(point)[0]) is not None:
            spec = self._directory.spec(point)
            return written if spec is None else told_number(written, point, spec)
        said = told_text("new", written)
        return told_changes(written, self._thing) if said == written else said

    def _thing(self, kind: str, name: str) -> str:
        return _named(kind, self._rules.get(name, name), self._directory)

    def told(self, column: str, written: str) -> str:
        """Return what a column shows for what is written in it."""
        return self.entity(written) if column == "entity" else told_text(column, written)

    def means(
        self, text: str, written: Mapping[str, Sequence[str]]
    ) -> Mapping[str, tuple[str, ...]]:
        """Return column → what is written there whose words hold a text."""
        needle, found = text.casefold(), {}
        for column in TOLD:
            texts = written.get(column, ())
            if column == "reason":
                texts = texts[:_MOST_REASONS]
            found[column] = tuple(
                each for each in texts if needle in self.told(column, each).casefold()
            )
        return found

    def ranks(self, column: str, written: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Return what is written in a column, sorted by its words."""
        if column not in TOLD or column == "reason":
            return ()
        texts = written.get(column, ())
        return tuple(sorted(texts, key=lambda each: self.told(column, each).casefold()))


def audit_columns(words: LogWords, zone: tzinfo | None) -> Sequence[Column[AuditEntry]]:
    """Return the columns of what people did."""
    return (
        Column("seq", lambda: _("No."), _seq, 56, lambda each: each.seq, right=True),
        Column(
            "at",
            lambda: _("When"),
            lambda each: Cell(moment_text(each.at, zone), tone=Tone.QUIET),
            150,
            lambda each: each.at,
        ),
        Column("who", lambda: _("Who"), _who, 132),
        Column("workstation", lambda: _("Where"), _workstation, 88),
        Column("verb", lambda: _("What"), _verb, 136),
        Column("entity", lambda: _("Of what"), lambda each: _entity(each, words), 200),
        Column("old", lambda: _("Old"), lambda each: _stood(each, each.old, words), 72),
        Column("new", lambda: _("New"), lambda each: _stood(each, each.new, words), 96),
        Column("result", lambda: _("Result"), _result, 90),
        Column("reason", lambda: _("Reason"), _reason, 190, stretch=True),
    )


def told_text(column: str, written: str) -> str:
    """Return what a column shows, but for things that have names; any thread."""
    if column == "verb":
        return verb_text(written)
    if column == "reason":
        return told_sentence(written)
    if column == "result":
        words = result_text(written)
        return words if words != written else told_sentence(written)
    if column in ("old", "new"):  # as many as there are entries: no sentences are sought
        return _file_text(written) if written.startswith("{") else result_text(written)
    return written


def _file_text(written: str) -> str:
    """Return the file that samples went into or came out of, and the digest of its bytes."""
    try:
        told = json.loads(written)
        return f"{told['file']} · SHA-256 {told['sha256']}"
    except (ValueError, KeyError, TypeError):
        return written


def _seq(entry: AuditEntry) -> Cell:
    return Cell(str(entry.seq), tone=Tone.QUIET)


def _who(entry: AuditEntry) -> Cell:
    return Cell(entry.name or entry.login, tip=f"{entry.name} ({entry.login})")


def _verb(entry: AuditEntry) -> Cell:
    return Cell(verb_text(entry.verb), tip=entry.verb)


def _stood(entry: AuditEntry, written: str, words: LogWords) -> Cell:
    """Return what stood before or after; the tip has what is written where that differs."""
    said = words.stood(entry, written)
    tip = said if said == written else f"{said}\n{written}"
    return Cell(said, tone=Tone.QUIET if written is entry.old else Tone.NORMAL, tip=tip)


def verb_text(verb: str) -> str:
    """Return what was done in words; a verb nobody named is shown as it is."""
    words = {
        "write": _("setting changed"),
        "acknowledge": _("alarm acknowledged"),
        "session.login": _("login"),
        "audit.archive": _("oldest entries archived"),
        "audit.limit": _("room of the log changed"),
        "desk.confirm_password": _("password confirmed"),
        "session.lock": _("all writing locked"),
        "session.open_writing": _("writing opened"),
        "session.lock_desk": _("desk locked"),
        "session.unlock": _("desk unlocked"),
        "session.unlock_by_pin": _("unlocked by PIN"),
        "session.set_pin": _("PIN set"),
        "session.forget_pin": _("PIN taken away"),
        "project.create": _("project created"),
        "project.describe": _("plant described"),
        "project.apply": _("configuration taken over"),
        "project.put_link": _("line saved"),
        "project.put_device": _("device saved"),
        "project.put_rule": _("alarm rule saved"),
        "project.remove_link": _("line removed"),
        "project.remove_device": _("device removed"),
        "project.remove_rule": _("alarm rule removed"),
        "project.undo": _("change undone"),
        "project.redo": _("change redone"),
        "project.restore": _("version restored"),
        "project.file_document": _("document filed"),
        "project.add_document": _("document added"),
        "project.remove_document": _("document removed"),
        "project.keep_note": _("note kept"),
        "project.remove_note": _("note removed"),
        "people.add_person": _("person added"),
        "people.change_person": _("person changed"),
        "people.remove_person": _("account removed"),
        "people.set_password": _("password set"),
        "people.change_own_password": _("own password changed"),
        "people.put_role": _("role saved"),
        "people.remove_role": _("role removed"),
        "people.recover": _("access recovered"),
        "versions.put_profile": _("device profile saved"),
        "versions.put_diagram": _("diagram saved"),
        "desk.keep_preset": _("shared preset kept"),
        "desk.remove_preset": _("shared preset removed"),
        "reports.commissioning": _("commissioning report filed"),
        "reports.keep_logo": _("logo kept"),
        "reports.difference": _("difference of reports filed"),
        "project.import": _("project merged in"),
        "project.pack": _("project packed"),
        "customers.put_customer": _("customer saved"),
        "customers.personal_data": _("personal data handed out"),
        "customers.erase": _("erasure begun"),
        "customers.erased": _("personal data erased"),
        "audit.storage": _("room of the activity log"),
        "audit.gap": _("break in the activity log"),
        "audit.new-key": _("new key of the activity log"),
        "audit.redact": _("names taken out of the activity log"),
    }
    return words.get(verb) or _of_safety(verb)


def _of_safety(verb: str) -> str:
    words = {
        "project.put_paths": _("paths of a meter changed"),
        "project.move": _("databases moved"),
        "project.distribute": _("history shared out over machines"),
        "samples.keep_export": _("samples taken out"),
        "samples.put_export_plan": _("scheduled export changed"),
        "samples.scheduled": _("samples exported by themselves"),
        "samples.keep_import": _("samples brought in"),
        "clock.step": _("clock of the computer set"),
        "override.end": _("override ended"),
        "meters.state": _("index stated"),
        "meters.take_back": _("statement taken back"),
        "people.put_second_rules": _("second persons changed"),
        "pairs.ask": _("second person asked for"),
        "pairs.confirm": _("confirmed as the second person"),
        "pairs.withdraw": _("request taken back or declined"),
        "pairs.expire": _("request not confirmed in time"),
        "session.refused": _("asked for what is not allowed"),
    }
    return words.get(verb) or _of_keeping(verb) or _of_questions(verb)


def _of_keeping(verb: str) -> str:
    """Return what was done about what is kept, and for how long; "" for anything else."""
    words = {
        "backups.make": _("backup made"),
        "backups.put_plan": _("plan of nightly backups changed"),
        "backups.salvage": _("samples salvaged from damaged files"),
        "radio.import_keys": _("keys of meters taken in"),
        "radio.remove_keys": _("keys of meters forgotten"),
        "scan.begin": _("search for meters begun"),
        "project.take_meters": _("found meters added"),
        "radio.keep_secret": _("password of a receiver"),
        "totals.put_plan": _("what counts in totals changed"),
        "radio.try_receiver": _("receiver tried"),
        "retention.put_rules": _("rules of keeping changed"),
        "retention.run_now": _("old samples thrown away"),
    }
    return words.get(verb, "")


def _of_questions(verb: str) -> str:
    """Only questions stand here that were refused: what they were about is told."""
    words = {
        "alarms": _("alarms asked for"),
        "audit": _("activity log asked for"),
        "backups": _("backups asked for"),
        "control": _("writing asked for"),
        "customers": _("residents asked for"),
        "desk": _("own desk asked for"),
        "hardening": _("hardening asked for"),
        "history": _("history asked for"),
        "meters": _("statements about indexes asked for"),
        "pairs": _("requests for a second person asked for"),
        "people": _("people asked for"),
        "plant": _("plant asked for"),
        "project": _("project asked for"),
        "radio": _("meters by radio asked for"),
        "reports": _("reports asked for"),
        "samples": _("samples asked for"),
        "scan": _("search for meters asked for"),
        "session": _("session asked for"),
        "retention": _("stored data asked for"),
        "totals": _("totals asked for"),
        "telegrams": _("telegram inspector asked for"),
        "versions": _("versions asked for"),
    }
    service, dot, _name = verb.partition(".")
    return words.get(service, verb) if dot else verb


def result_text(written: str) -> str:
    """Return how something ended, or what it was before, in words."""
    number = written.removeprefix("version ")
    if number != written:
        return _("version {number}").format(number=number)
    words = {
        "done": _("done"),
        "begun": _("begun"),
        "sent": _("sent"),
        "confirmed": _("confirmed"),
        "unconfirmed": _("unconfirmed"),
        "refused": _("refused"),
        "held back": _("held back"),
        "wiped": _("wiped"),
        "changed meanwhile": _("changed meanwhile"),
        "asked": _("asked"),
        "withdrawn": _("taken back"),
        "declined": _("declined"),
        "expired": _("expired"),
        "password kept": _("kept"),
        "password forgotten": _("forgotten"),
        "off the list": _("off the list"),
        "enough room": _("enough room"),
        "scarce": _("scarce"),
        "stopped": _("stopped"),
        "normal": _("normal"),
        "unacknowledged": _("unacknowledged"),
        "acknowledged": _("acknowledged"),
        "returned": _("returned, not acknowledged"),
    }
    return words.get(written, written)


def _result(entry: AuditEntry) -> Cell:
    return Cell(told_text("result", entry.result), tip=entry.result)


def _workstation(entry: AuditEntry) -> Cell:
    return Cell(entry.workstation, tone=Tone.QUIET)


def _reason(entry: AuditEntry) -> Cell:
    return Cell(told_sentence(entry.reason), tone=Tone.QUIET)


def _entity(entry: AuditEntry, words: LogWords) -> Cell:
    """Return the thing changed; a device's setting is named as people know it."""
    text = words.entity(entry.entity)
    return Cell(text, tip=text if text == entry.entity else f"{text}\n{entry.entity}")


def entity_text(entity: str, directory: Directory, rules: Mapping[str, str]) -> str:
    """Return the thing changed in words: a setting, a device, a line, an account and so on."""
    entity = entity.removeprefix(_INDEX)
    device, key = split_point(PointId(entity))
    if directory.view(device) is not None:
        spec = directory.spec(PointId(entity))
        return f"{directory.name(device)} · {spec.name if spec is not None else key}"
    if directory.view(DeviceId(entity)) is not None:
        return _("device {name}").format(name=directory.name(DeviceId(entity)))
    for kind in ("alarm rule", "account", "role", "device", "link", "alarm", "preset"):
        if entity.startswith(f"{kind} "):
            name = entity.removeprefix(f"{kind} ")
            return _named(kind, rules.get(name, name), directory)
    words = {
        "project": _("project"),
        "plant": _("plant"),
        "session": _("session"),
        "audit": _("activity log"),
        "second person": _("second person"),
    }
    asker = entity.removeprefix("request of ")
    if asker != entity:
        return _("request of {name}").format(name=asker)
    return words.get(entity, entity)


def _named(kind: str, name: str, directory: Directory) -> str:
    """Return a thing of some kind with the name people know it by."""
    if kind == "role":
        preset = preset_roles().get(name)
        return _("role {role}").format(role=role_name(preset) if preset else name)
    if kind == "device":
        return _("device {name}").format(name=directory.name(DeviceId(name)))
    if kind == "link":
        return _("line {name}").format(name=_line_name(name, directory))
    words = {
        "alarm rule": _("alarm rule {name}"),
        "account": _("account {login}"),
        "alarm": _("alarm {name}"),
        "preset": _("preset {name}"),
    }
    return words[kind].format(name=name, login=name)


def _line_name(link: str, directory: Directory) -> str:
    """Return what people call a line: as the devices on it tell."""
    names = (view.link.name for view in directory.views if view.link.id == link)
    return next(names, link)
