"""Each person's desk: preferences and named selections, beside the plant's configuration."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from app.asked import Preset
from app.database import reading, told, understood
from app.errors import BadInput, NotPermitted
from app.project.tables import PreferenceRow, PresetRow
from app.words import _

LONGEST_KEY = 128
LONGEST_NAME = 200
LONGEST_VALUE = 200_000  # characters; a desk of many windows takes some hundreds
MOST_PRESETS = 2_000  # of one person


class Desks:
    """Preferences and presets in ``config.sqlite``; methods block, any thread.

    All raise `StoreBroken` when the database cannot be used.
    """

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine, self._reading, self._file = engine, reading(engine), file

    def preferences(self, login: str) -> Mapping[str, str]:
        """Return what a person prefers."""
        wanted = select(PreferenceRow).where(PreferenceRow.login == login)
        with self._look() as session:
            return {row.key: row.value for row in session.scalars(wanted)}

    def keep_preference(self, login: str, key: str, value: str) -> None:
        """Keep ``value``, a JSON text; the empty text forgets ``key``."""
        if not key or len(key) > LONGEST_KEY:
            raise BadInput(_("a preference needs a name of 1 to 128 characters"))
        if value:
            _require_json(value)
        with told(self._file), Session(self._engine) as session, session.begin():
            if value:
                session.merge(PreferenceRow(login=login, key=key, value=value))
            else:
                session.execute(
                    delete(PreferenceRow).where(
                        PreferenceRow.login == login, PreferenceRow.key == key
                    )
                )

    def presets(self, login: str, kind: str) -> Sequence[Preset]:
        """Return a person's own presets of a kind and the shared ones, by name."""
        wanted = select(PresetRow).where(
            PresetRow.kind == kind, (PresetRow.owner == login) | PresetRow.shared
        )
        with self._look() as session:
            found = [_preset(row) for row in session.scalars(wanted)]
        return sorted(found, key=lambda each: (each.name.casefold(), each.id))

    def shared(self, kind: str) -> Mapping[str, Preset]:
        """Return what everybody sees of a kind, by id."""
        wanted = select(PresetRow).where(PresetRow.kind == kind, PresetRow.shared)
        with self._look() as session:
            return {row.id: _preset(row) for row in session.scalars(wanted)}

    def get(self, preset: str) -> Preset | None:
        """Return a preset, whoever owns it; None when there is none."""
        with self._look() as session:
            row = session.get(PresetRow, preset)
            return None if row is None else _preset(row)

    def seen_by(self, login: str) -> Sequence[Preset]:
        """Return a person's own presets of every kind and the shared ones."""
        wanted = select(PresetRow).where((PresetRow.owner == login) | PresetRow.shared)
        with self._look() as session:
            return [_preset(row) for row in session.scalars(wanted)]

    def keep_preset(self, login: str, preset: Preset) -> Preset:
        """Add a preset, or change one of the person's own."""
        name = preset.name.strip()
        if not name or len(name) > LONGEST_NAME or not preset.kind:
            raise BadInput(_("a preset needs a name of 1 to 200 characters"))
        _require_json(preset.content)
        kept = replace(preset, id=preset.id or uuid4().hex, name=name, owner=login)
        with told(self._file), Session(self._engine) as session, session.begin():
            row = session.get(PresetRow, kept.id)
            if row is None:
                own = select(PresetRow.id).where(PresetRow.owner == login)
                if len(session.scalars(own).all()) >= MOST_PRESETS:
                    raise BadInput(_("there are too many presets; remove some first"))
                row = PresetRow(id=kept.id, owner=login)
                session.add(row)
            _require_own(row, login)
            row.kind, row.name = kept.kind, kept.name
            row.shared, row.content = kept.shared, kept.content
        return kept

    def remove_preset(self, login: str, preset: str) -> None:
        """Remove one of the person's own presets; one that is gone already is no fault."""
        with told(self._file), Session(self._engine) as session, session.begin():
            row = session.get(PresetRow, preset)
            if row is not None:
                _require_own(row, login)
                session.delete(row)

    @contextmanager
    def _look(self) -> Iterator[Session]:
        with told(self._file), understood(self._file), Session(self._reading) as session:
            yield session


def _require_own(row: PresetRow, login: str) -> None:
    if row.owner != login:
        raise NotPermitted(
            _("the preset {name} belongs to {owner}: keep a copy under another name").format(
                name=row.name, owner=row.owner
            )
        )


def _require_json(text: str) -> None:
    if len(text) > LONGEST_VALUE:
        raise BadInput(_("this is too long to be kept with a person’s desk"))
    try:
        json.loads(text)
    except ValueError as error:
        raise BadInput(_("what is kept with a desk must be JSON")) from error


def _preset(row: PresetRow) -> Preset:
    return Preset(row.id, row.kind, row.name, row.owner, row.shared, row.content)
