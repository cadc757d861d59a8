"""Brings a packed project into ours: compare first, then all of it or nothing."""

import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.compose.handover.comparing import (
    common_base,
    config_differences,
    file_differences,
    log_differences,
    merged,
    secret_differences,
)
from app.compose.handover.package import Step, keep_whole, unpacked
from app.compose.handover.packing import require_all
from app.compose.handover.pairing import Pairing, pair
from app.compose.handover.people import bring_people, people_differences, require_no_accounts
from app.compose.handover.records import (
    bring_alarms,
    bring_documents,
    bring_notes,
    bring_samples,
)
from app.compose.handover.statements import bring_statements, statement_differences
from app.database import Manner, back_up, look_at, open_database, shut
from app.errors import BadInput
from app.model.handover import Choice, Difference, Imported
from app.model.version import FILES, Thing, ThingKind
from app.ports import Clock, Deed
from app.project.archive import Archive
from app.project.config import PlantConfig
from app.project.configuration import Configuration
from app.project.difference import KINDS, things_of
from app.project.folder import ProjectFolder, read_mark
from app.project.lock import acquire
from app.project.names import slug
from app.project.opening import AUDIT_KEY, Project, open_project, utc_now
from app.project.pending import decide, work_folder
from app.project.tables import DeviceRow, LinkRow, RuleRow
from app.project.takeover import CalledOff
from app.users.audit import SqlAuditTrail
from app.users.keyplaces import Keys
from app.users.privatefile import write_private
from app.users.secrets import open_secrets
from app.verbs import Viewer
from app.words import _

VERB = "project.import"
_KINDS = {ThingKind.PROFILE.value: "profiles", ThingKind.DIAGRAM.value: "diagrams"}
_PARTS = 6  # of an import, as its progress is told
_MOST_REPLAYED = 500  # versions of the laptop that are gone through one by one


class Importing:
    """A package beside our project, compared; made by `importing`, good inside its block."""

    def __init__(
        self, ours: Project, theirs: Project, viewer: Viewer, package: Path, now: Clock
    ) -> None:
        self.package = package
        self.folder, self.viewer, self._now = ours.folder, viewer, now
        self._theirs = theirs
        config, brought = (each.configuration.current().config for each in (ours, theirs))
        self.shared, base = common_base(ours, theirs)
        self.title = brought.title
        self._seen = ours.configuration.current().version.number
        self.pairing = pair(config, brought, _ids_ever(ours), base)
        self.differences: tuple[Difference, ...] = (
            *config_differences(config, brought, base, self.pairing),
            *file_differences(ours, theirs),
            *people_differences(ours, theirs, self.pairing),
            *statement_differences(ours, theirs, self.pairing),
            *secret_differences(ours.secrets, theirs.secrets),
            *log_differences(theirs),
        )

    def open_questions(self, choices: Mapping[str, Choice]) -> list[Difference]:
        """Return what nobody has decided yet."""
        return [d for d in self.differences if d.usual is None and d.key not in choices]

    def apply(
        self,
        choices: Mapping[str, Choice],
        keys: Keys,
        step: Step = lambda _done, _of: True,
    ) -> Imported:
        """Back up, merge and put in place: all of it, or nothing when anything fails.

        Args:
            choices: By a difference's key; what is not named takes its usual course.
            keys: Of this computer, for the secrets.
            step: Hears parts done of all; False calls it off, until it is decided.

        Raises:
            BadInput: A choice for nothing, a conflict without one, or what would come
                out is no valid plant.
            StoreBroken: Something cannot be read or written.
            CalledOff: ``step`` said so.
        """
        self._require_choices(choices)
        taken = [d for d in self.differences if self._choice(d, choices) is Choice.LAPTOP]
        work = Work(self, taken, keys, step)
        return work.run()

    def _choice(self, difference: Difference, choices: Mapping[str, Choice]) -> Choice | None:
        return choices.get(difference.key, difference.usual)

    def _require_choices(self, choices: Mapping[str, Choice]) -> None:
        require_no_accounts(choices)
        if unknown := sorted(choices.keys() - {each.key for each in self.differences}):
            raise BadInput(_("there is no difference {key}").format(key=unknown[0]))
        if questions := self.open_questions(choices):
            raise BadInput(
                _("say what shall hold, here or laptop: {keys}").format(
                    keys=", ".join(each.key for each in questions)
                )
            )

    @property
    def theirs(self) -> Project:
        """The laptop's project, open in a copy of its own."""
        return self._theirs

    @property
    def seen(self) -> int:
        """The version of our configuration that was compared."""
        return self._seen

    def now(self) -> datetime:
        """Return the time (UTC)."""
        return self._now()


class Work:
    """One import under way; every file is made anew in a folder of its own."""

    def __init__(
        self, importing: Importing, taken: Sequence[Difference], keys: Keys, step: Step
    ) -> None:
        self._of, self._taken, self._keys, self._step = importing, taken, keys, step
        self._folder = importing.folder
        self._theirs = importing.theirs
        self._pairing: Pairing = importing.pairing
        self._stage = ProjectFolder(importing.theirs.folder.root.parent / "staged")
        stamp = f"{importing.now():%Y%m%dT%H%M%SZ}"
        self.name = f"{stamp}-{slug(importing.title, 40)}"
        self._done = 0

    def run(self) -> Imported:
        """Do it all; see `Importing.apply`."""
        backup = self._folder.backups / f"{self.name}-before-import.zip"
        keep_whole(self._folder, backup, lambda _done, _of: self._step(0, _PARTS))
        self._go_on()
        self._copy_databases()
        wanted = self._wanted()
        with ExitStack() as ending:
            config = open_database(self._stage.config, Manner.RARE)
            ending.callback(shut, config)
            journal = open_database(self._stage.journal, Manner.QUICK)
            ending.callback(shut, journal)
            theirs = open_database(self._theirs.folder.config, Manner.RARE)
            ending.callback(shut, theirs)
            their_alarms = open_database(self._theirs.folder.journal, Manner.QUICK)
            ending.callback(shut, their_alarms)
            versions = self._configure(Configuration(config, self._stage.config, self._of.now))
            archive = Archive(config, self._stage.config, self._of.now)
            self._bring_files(archive)
            whose = (self._taken, self._pairing, self._of.viewer)
            bring_people(self._theirs, (config, self._stage.config), archive, *whose)
            self._go_on()
            stated = bring_statements(
                (theirs, self._theirs.folder.config),
                (config, self._stage.config),
                *(self._taken, self._pairing, wanted, self._of.viewer, self._of.now),
            )
            notes = bring_notes(theirs, config, self._pairing, wanted)
            documents = bring_documents(
                (theirs, self._theirs.folder.documents),
                (config, self._folder.documents),
                self._stage.documents,
                self._pairing,
                wanted,
            )
            self._go_on()
            alarms = bring_alarms(their_alarms, journal, self._pairing, wanted)
        self._go_on()
        samples = bring_samples(
            self._theirs.folder.history,
            self._folder.history,
            self._stage.history,
            self._pairing,
            wanted,
        )
        self._go_on()
        entries = self._keep_their_audit()
        kept = len(self._of.differences) - len(self._taken)
        found = Imported(
            *(backup, len(self._taken), kept, versions, notes, documents, alarms, samples),
            *(entries, stated),
        )
        self._seal(found)
        self._go_on()
        self._theirs.close()
        decide(self._folder, self._stage.root)
        return found

    def _go_on(self, more: int = 1) -> None:
        self._done += more
        if not self._step(self._done, _PARTS):
            raise CalledOff(_("called off; nothing was changed"))

    def _copy_databases(self) -> None:
        self._stage.root.mkdir(mode=0o700)
        for name in ("config", "journal", "audit"):
            back_up(getattr(self._folder, name), getattr(self._stage, name))
        self._stage.audit_head.write_bytes(self._folder.audit_head.read_bytes())
        write_private(self._stage.secrets, self._folder.secrets.read_bytes())

    def _wanted(self) -> set[str]:
        """Return the laptop's devices that are ours or become so: their records come."""
        new = {each.id for each in self._taken if each.kind == "device"}
        return {
            theirs
            for theirs, ours in self._pairing.devices.items()
            if theirs in self._pairing.known_devices or ours in new
        }

    def _configure(self, configuration: Configuration) -> int:
        """Go through what the laptop saved, version by version; return how many became ours."""
        if configuration.current().version.number != self._of.seen:
            raise BadInput(_("the project was changed meanwhile: compare again"))
        story, count = self._theirs.configuration, 0
        versions = [v for v in reversed(story.versions()) if v.number > self._of.shared]
        whole = self._pairing.config(story.current().config)
        for version in versions[-_MOST_REPLAYED:]:
            mapped = self._pairing.config(story.at(version.number))
            note = _("on the laptop, {at:%Y-%m-%d %H:%M} UTC: {note}").format(
                at=version.at, note=version.note or version.summary
            )
            try:
                taken = self._there(mapped, whole)
                count += self._save(configuration, version.author, note, mapped, taken)
            except BadInput:
                continue  # half of a change that is whole only with a later one
        note = _("import from {title}").format(title=self._of.title)
        author = self._of.viewer.name
        return count + self._save(configuration, author, note, whole, self._taken)

    def _there(self, mapped: PlantConfig, whole: PlantConfig) -> list[Difference]:
        """Return what of the taken is in this version, or in none at the end.

        What the laptop had not made yet must not take away ours, with our rules, until it has.
        """
        return [
            each
            for each in self._taken
            if each.kind not in KINDS
            or each.id in things_of(mapped, each.kind)
            or each.id not in things_of(whole, each.kind)
        ]

    def _save(
        self,
        configuration: Configuration,
        author: str,
        note: str,
        mapped: PlantConfig,
        taken: Sequence[Difference],
    ) -> int:
        before = configuration.current().version.number
        saved = configuration.change(
            author, note, lambda ours: merged(ours, mapped, taken, self._pairing)
        )
        return saved.version.number - before

    def _bring_files(self, archive: Archive) -> None:
        names = {(each.kind, each.id) for each in self._taken}
        for kind in FILES:
            for name, story in self._theirs.archive.stories(kind).items():
                if (kind.value, name) not in names:
                    continue
                place = self._stage.root / _KINDS[kind.value] / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(story[0].content, encoding="utf-8")
                for each in reversed(story):
                    archive.saved(Thing(kind, name), each.content, each.author, each.note)

    def _keep_their_audit(self) -> int:
        """Keep the laptop's audit as it is, chain, seals and all, beside ours."""
        place = self._stage.root / "handovers" / self.name
        place.mkdir(parents=True)
        back_up(self._theirs.folder.audit, place / "audit.sqlite")
        (place / "audit.head").write_bytes(self._theirs.folder.audit_head.read_bytes())
        newest = self._theirs.audit.entries(1)
        return newest[0].seq if newest else 0

    def _seal(self, found: Imported) -> None:
        """Re-seal the secrets for this computer, and write down who did all this."""
        store = open_secrets(self._stage.secrets, self._keys)
        for each in self._taken:
            if each.kind == "secret":
                store.put(each.id, self._theirs.secrets.get(each.id))
        store.put(f"{AUDIT_KEY}/{self.name}", self._theirs.secrets.get(AUDIT_KEY))
        audit = open_database(self._stage.audit, Manner.DURABLE)
        key = bytes.fromhex(store.get(AUDIT_KEY))
        with closing(SqlAuditTrail(audit, self._stage.audit, key, self._of.now)) as trail:
            for each in self._of.differences:
                holds = _("the laptop’s") if each in self._taken else _("ours")
                what = "; ".join(each.lines)
                trail.append(
                    **self._deed(f"{each.kind} {each.id}", what, holds, each.state.value)
                )
            what = f"{self._of.package.name}: {found.in_a_line()}"
            where = f"backup {found.backup.name}; handovers/{self.name}"
            trail.append(**self._deed("project", what, "done", where))
        shut(audit)

    def _deed(self, entity: str, new: str, result: str, reason: str) -> Deed:
        viewer = self._of.viewer
        return Deed(
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation or socket.gethostname(),
            verb=VERB,
            entity=entity,
            new=new,
            result=result,
            reason=reason,
        )


@contextmanager
def importing(
    root: Path,
    package: Path,
    passphrase: str,
    person: tuple[str, str],
    keys: Keys,
    *,
    now: Clock = utc_now,
    step: Step = lambda _done, _of: True,
) -> Iterator[Importing]:
    """Own the project ``root``, which nobody may run, and compare a package with it.

    A project on a server comes into its folder for that while, and goes back afterwards.

    Args:
        root: Our project.
        package: What `pack` made on the laptop.
        passphrase: It was packed with.
        person: Login and password of who does this here.
        keys: Of this computer.
        now: The clock.
        step: Hears bytes unpacked of all; False calls it off.

    Raises:
        NotPermitted: Not that person, or one who may not change the project as one.
        ProjectInUse: A core runs it.
        BadInput: The package is none, or cannot be trusted.
        SecretsLocked: The passphrase is wrong.
    """
    from app.compose.databasemove import in_its_folder  # loads a driver that few need

    folder = ProjectFolder(root)
    with ExitStack() as ending:
        ending.enter_context(in_its_folder(root, person, keys, now))
        read_mark(root)
        # Held until the end: nobody comes in between comparing and merging.
        lock = acquire(root, private=keys.private)
        ending.callback(lock.release)
        with closing(open_project(root, keys=keys, now=now, lock=lock)) as ours:
            viewer = ours.door.let_in(*person)
            require_all(ours, viewer, VERB, package.name)
            work = work_folder(folder)
            ending.callback(shutil.rmtree, work, ignore_errors=True)
            (work / "brought").mkdir()
            theirs = unpacked(package, work / "brought", passphrase, now, step)
            ending.callback(theirs.close)
            compared = Importing(ours, theirs, viewer, package, now)
        yield compared


def _ids_ever(project: Project) -> set[str]:
    engine = look_at(project.folder.config)
    with engine.connect() as connection:
        return {
            str(each)
            for row in (LinkRow, DeviceRow, RuleRow)
            for each in connection.execute(select(row.id)).scalars()
        }
