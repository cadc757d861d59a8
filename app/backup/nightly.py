"""When the nightly backup is due, how it is called, and which older ones go."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.backup.making import ENDING
from app.model.backup import Backup, BackupPlan

AGAIN_AFTER = timedelta(hours=1)  # that one failed
_DATED = r"-\d{8}T\d{6}Z"


def name_for(project: str, now: datetime) -> str:
    """Return what a nightly backup of a project's folder is called."""
    return f"{_plain(project)}-{now:%Y%m%dT%H%M%SZ}{ENDING}"


def is_due(
    plan: BackupPlan,
    made: Sequence[Backup],
    zone: ZoneInfo,
    now: datetime,
    failed_at: datetime | None,
) -> bool:
    """Whether a backup is to be made now.

    One is due from the plan's hour on until there is one of that day, by whomever and
    wherever it was made into the plan's folder: a computer that slept makes up for it.

    Args:
        plan: Where and when.
        made: What was made so far.
        zone: The plant's.
        now: UTC.
        failed_at: When the last try failed, if it did.
    """
    if not plan.folder or (failed_at is not None and now - failed_at < AGAIN_AFTER):
        return False
    here = now.astimezone(zone)
    begin = here.replace(hour=plan.hour, minute=0, second=0, microsecond=0, fold=0)
    if here < begin:
        begin = (begin - timedelta(days=1)).replace(hour=plan.hour)
    since = begin.timestamp()
    folder = Path(plan.folder)
    return not any(
        Path(each.file).parent == folder and each.made_at.timestamp() >= since for each in made
    )


def superfluous(plan: BackupPlan, made: Sequence[Backup], project: str) -> list[Path]:
    """Return the nightly backups that go, so that the newest of the plan's number stay."""
    return nightly_of(plan, made, project)[plan.keep :]


def nightly_of(plan: BackupPlan, made: Sequence[Backup], project: str) -> list[Path]:
    """Return the nightly backups that were made by a plan, the newest first.

    Only those that are called as this project's are, in the plan's folder: what people
    made under another name is theirs.
    """
    ours = re.compile(re.escape(_plain(project)) + _DATED + re.escape(ENDING))
    return [
        Path(each.file)
        for each in sorted(made, key=lambda each: each.made_at, reverse=True)
        if Path(each.file).parent == Path(plan.folder) and ours.fullmatch(Path(each.file).name)
    ]


def _plain(project: str) -> str:
    return re.sub(r"[^\w-]+", "-", project).strip("-") or "plant"
