"""The columns of the activity log."""

from collections.abc import Sequence
from datetime import tzinfo

from app.auditverbs import AuditEntry
from app.model.reading import PointId, split_point
from app.users.roles import preset_roles
from app.words import _
from widgets.controls.moments import moment_text
from widgets.directory import Directory
from widgets.models.rights import role_name
from widgets.models.rows import Cell, Column, Tone


def audit_columns(directory: Directory, zone: tzinfo | None) -> Sequence[Column[AuditEntry]]:
    """Return the columns of what people did."""
    return (
        Column("seq", lambda: _("No."), _seq, 72, lambda each: each.seq, right=True),
        Column(
            "at",
            lambda: _("When"),
            lambda each: Cell(moment_text(each.at, zone), tone=Tone.QUIET),
            168,
            lambda each: each.at,
        ),
        Column("who", lambda: _("Who"), _who, 160),
        Column("workstation", lambda: _("Where"), _workstation, 120),
        Column("verb", lambda: _("What"), _verb, 170),
        Column("entity", lambda: _("Of what"), lambda each: _entity(each, directory), 240),
        Column("old", lambda: _("Old"), lambda each: Cell(each.old, tone=Tone.QUIET), 120),
        Column("new", lambda: _("New"), lambda each: Cell(each.new), 120),
        Column("result", lambda: _("Result"), _result, 120),
        Column("reason", lambda: _("Reason"), _reason, 160, stretch=True),
    )


def _seq(entry: AuditEntry) -> Cell:
    return Cell(str(entry.seq), tone=Tone.QUIET)


def _who(entry: AuditEntry) -> Cell:
    return Cell(entry.name or entry.login, tip=f"{entry.name} ({entry.login})")


def _verb(entry: AuditEntry) -> Cell:
    return Cell(verb_text(entry.verb), tip=entry.verb)


def verb_text(verb: str) -> str:
    """Return what was done in words; a verb nobody named is shown as it is."""
    words = {
        "write": _("setting changed"),
        "acknowledge": _("alarm acknowledged"),
        "session.login": _("login"),
        "desk.confirm_password": _("password confirmed"),
        "session.lock": _("all writing locked"),
        "session.open_writing": _("writing opened"),
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
        "desk.keep_preset": _("preset brought back"),
    }
    return words.get(verb, verb)


def _result(entry: AuditEntry) -> Cell:
    words = {
        "done": _("done"),
        "confirmed": _("confirmed"),
        "unconfirmed": _("unconfirmed"),
        "refused": _("refused"),
        "held back": _("held back"),
        "off the list": _("off the list"),
    }
    version = entry.result.removeprefix("version ")
    if version != entry.result:
        return Cell(_("version {number}").format(number=version), tip=entry.result)
    return Cell(words.get(entry.result, entry.result), tip=entry.result)


def _workstation(entry: AuditEntry) -> Cell:
    return Cell(entry.workstation, tone=Tone.QUIET)


def _reason(entry: AuditEntry) -> Cell:
    return Cell(entry.reason, tone=Tone.QUIET)


def _entity(entry: AuditEntry, directory: Directory) -> Cell:
    """Return the thing changed; a device's setting is named as people know it."""
    device, key = split_point(PointId(entry.entity))
    if directory.view(device) is None:
        return Cell(_other_entity(entry.entity), tip=entry.entity)
    spec = directory.spec(PointId(entry.entity))
    what = spec.name if spec is not None else key
    text = f"{directory.name(device)} · {what}"
    return Cell(text, tip=f"{text}\n{entry.entity}")


def _other_entity(entity: str) -> str:
    """Return what is no device's in words: an account, a role, the project."""
    kind, _blank, name = entity.partition(" ")
    if kind == "account" and name:
        return _("account {login}").format(login=name)
    if kind == "role" and name:
        preset = preset_roles().get(name)
        return _("role {role}").format(role=role_name(preset) if preset else name)
    words = {"project": _("project"), "session": _("session")}
    return words.get(entity, entity)
