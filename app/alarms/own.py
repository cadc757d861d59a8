"""The alarms that Heatdesk raises about itself, as rules: nobody has to set them up."""

from collections.abc import Iterator

from app.model.alarm import PROGRAM, AlarmRule
from app.words import _

SAMPLES_WAIT = "own-samples-wait"
# So long may the way to the server be out before anybody must hear of it.
_PATIENCE_S = 60.0
_PRIORITY = 2


def own_rules(*, on_server: bool) -> Iterator[AlarmRule]:
    """Yield them; ``on_server`` those of a history that lies on a database server, too."""
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
