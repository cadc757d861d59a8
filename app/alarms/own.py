"""The alarms that Heatdesk raises about itself, as rules: nobody has to set them up."""

from collections.abc import Iterator

from app.model.alarm import PROGRAM, AlarmRule
from app.model.exportplan import EXPORT_FAILED
from app.words import _

SAMPLES_WAIT = "own-samples-wait"
HISTORY_DAMAGED, BACKUP_FAILED = "own-history-damaged", "own-backup-failed"
# So long may the way to the server be out before anybody must hear of it.
_PATIENCE_S = 60.0
_PRIORITY = 2


def own_rules(*, on_server: bool) -> Iterator[AlarmRule]:
    """Yield them; ``on_server`` those of a history that lies on a database server, too."""
    said = {
        HISTORY_DAMAGED: _("A damaged history file was set aside: salvage it"),
        BACKUP_FAILED: _("The nightly backup failed"),
        EXPORT_FAILED: _("The scheduled export of samples failed"),
    }
    for name, words in said.items():
        yield AlarmRule(name, "own", PROGRAM, None, words, _PRIORITY)
    if on_server:
        yield AlarmRule(
            SAMPLES_WAIT,
            "own",
            PROGRAM,
            None,
            _("Samples wait on this computer for the database server"),
            _PRIORITY,
            on_delay_s=_PATIENCE_S,
        )
