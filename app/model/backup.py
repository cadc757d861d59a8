"""What is known of the backups of a plant."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole project in one file, as it was made."""

    file: str  # its whole path on the computer that runs the project
    made_at: datetime  # UTC
    size_bytes: int
    parts: int  # files in it
    sealed: bool  # opens with its passphrase alone
    carried: bool  # the databases lay on a server and lie in the backup as files
    verified: bool  # read back once it was made, every part as it was written
