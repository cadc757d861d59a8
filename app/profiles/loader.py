"""Loading device profiles: from files to checked ones, every fault named by its line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from app.errors import BadInput
from app.model.profile import Profile
from app.profiles import fields
from app.profiles.compose import compose
from app.profiles.fault import Faults, ProfileError
from app.profiles.merge import check_counting, check_names, laid_over
from app.profiles.shape import Cut, check_shape
from app.profiles.tree import MAX_BYTES, Node, Table, read_tree

SUFFIX = ".yaml"
_STRAY = ".yml"  # is told of and not read
_COUNTING = ("link", "addressing")
_ENTRY = 2  # length of the path to an entry of a section; a shorter one is the section


@dataclass(frozen=True, slots=True)
class ProfileSet:
    """Every profile that can be used, and every fault of those that cannot."""

    profiles: Mapping[str, Profile]
    errors: tuple[ProfileError, ...] = ()

    def profile(self, name: str) -> Profile:
        """Return the profile of that id.

        Raises:
            BadInput: There is none; the sentence says why, if a file of that name is broken.
        """
        if name in self.profiles:
            return self.profiles[name]
        for error in self.errors:
            if error.file == f"{name}{SUFFIX}":
                raise BadInput(f"profile {name} cannot be used: {error}")
        raise BadInput(f"there is no profile {name}")


def builtin_folder() -> Traversable:
    """Return the folder of the profiles Heatdesk brings along."""
    return files("resources.profiles")


def load_all(project_folders: Sequence[Path] = ()) -> ProfileSet:
    """Return the built-in profiles and those of the project's own folders.

    A file in a later folder takes the place of an earlier one of the same name,
    whatever the versions: what an engineer put into the project holds. If that
    file is broken the profile is missing and its faults are told; the earlier one
    does not quietly return, because its register map may be the very mistake that
    was to be mended. A folder that does not exist is an empty one. Reads files;
    never raises for what they contain.

    Most projects have none of their own: what Heatdesk brings along is read once, as it
    stays what it is while the program runs.
    """
    if any(_is_read(file) for folder in project_folders for file in listed(folder)):
        return load_folders([builtin_folder(), *project_folders])
    brought = _brought_along()
    return ProfileSet(dict(brought.profiles), brought.errors)


@cache
def _brought_along() -> ProfileSet:
    return load_folders([builtin_folder()])


def _is_read(file: Traversable) -> bool:
    return file.name.endswith((SUFFIX, _STRAY))


def load_folders(folders: Iterable[Traversable]) -> ProfileSet:
    """Return the profiles of these folders alone; later folders win."""
    sources: dict[str, _Source] = {}
    strays: list[ProfileError] = []
    for folder in folders:
        for file in listed(folder):
            if file.name.endswith(SUFFIX):
                sources[file.name.removesuffix(SUFFIX)] = _read(file)
            elif file.name.endswith(_STRAY):
                said = f"is not read: a profile's file name ends in {SUFFIX}"
                strays.append(ProfileError(file.name, 1, said))
    family = _Family(sources)
    profiles = {}
    for name in sorted(sources):
        profile = family.profile(name)
        if profile is not None:
            profiles[name] = profile
    return ProfileSet(profiles, tuple(sorted({*strays, *family.errors()})))


@dataclass(frozen=True, slots=True)
class _Source:
    """One file as read: its sound part, its faults, and the points that were cut out."""

    file: str
    tree: Table
    faults: Faults
    cut: Cut = frozenset()

    @property
    def parent(self) -> str:
        return fields.text(self.tree, "extends")


class _Family:
    """The files by id, completed by what they extend."""

    def __init__(self, sources: Mapping[str, _Source]) -> None:
        self._sources = sources
        self._trees: dict[str, Table | None] = {}
        self._profiles: dict[str, Profile | None] = {}

    def profile(self, name: str) -> Profile | None:
        """Return the profile of a file; None when it is broken or only to be extended."""
        if name not in self._profiles:
            self._profiles[name] = self._composed(name)
        return self._profiles[name]

    def errors(self) -> tuple[ProfileError, ...]:
        """Return the faults of all files."""
        return tuple(e for source in self._sources.values() for e in source.faults.sorted())

    def _composed(self, name: str) -> Profile | None:
        source, tree = self._sources[name], self._tree(name, ())
        spoiled = any(len(path) < _ENTRY or path == _COUNTING for path in source.cut)
        if tree is None or spoiled:
            return None  # without a whole section the rest cannot be judged
        head = fields.group(tree, "profile") or tree
        profile = compose(tree, source.cut, source.faults)
        abstract = fields.flag(head, "abstract", default=False)
        return None if abstract or source.faults else profile

    def _tree(self, name: str, below: tuple[str, ...]) -> Table | None:
        """Return a file's tree laid over what it extends; None when that cannot be had."""
        if name not in self._trees:
            source, base = self._sources[name], None
            if source.parent:
                base = self._base(source, (*below, name))
            self._trees[name] = (
                laid_over(base, source.tree) if base or not source.parent else None
            )
        return self._trees[name]

    def _base(self, source: _Source, below: tuple[str, ...]) -> Table | None:
        parent, at = source.parent, fields.place(source.tree, "extends")
        if parent in below:
            chain = " → ".join((*below[below.index(parent) :], parent))
            source.faults.add(*at, f"extends runs in a circle: {chain}")
            return None
        if parent not in self._sources:
            source.faults.add(*at, f"extends '{parent}', but there is no {parent}{SUFFIX}")
            return None
        tree = self._tree(parent, below)
        if tree is not None:
            self.profile(parent)  # finds the base's own faults before ours are looked for
        if tree is None or self._sources[parent].faults:
            source.faults.add(*at, f"extends '{parent}', whose file has faults")
            return None
        check_counting(tree, source.tree, source.faults)
        return tree


def listed(folder: Traversable) -> list[Traversable]:
    """Return the files of a folder by name; one that does not exist is an empty one."""
    try:
        return sorted((f for f in folder.iterdir() if f.is_file()), key=lambda f: f.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def read_file(file: Traversable, faults: Faults) -> Node | None:
    """Return a file's tree; None when it cannot be read at all. Its faults are noted."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        faults.add(file.name, 1, f"cannot be read: {error.strerror or error}")
        return None
    node, errors = read_tree(file.name, data)
    faults.extend(errors)
    if node is None and not errors:
        faults.add(file.name, 1, "is empty")
    return node


def _read(file: Traversable) -> _Source:
    faults = Faults()
    node = read_file(file, faults)
    if node is None:
        return _Source(file.name, Table({}, file.name, 1), faults)
    tree, cut = check_shape(node, faults)
    check_names(tree, faults)
    _check_name(file.name, tree, faults)
    return _Source(file.name, tree, faults, cut)


def _check_name(file: str, tree: Table, faults: Faults) -> None:
    head = fields.group(tree, "profile")
    name = fields.text(head, "id") if head else ""
    if head and name and file != f"{name}{SUFFIX}":
        said = f"profile.id '{name}' belongs in a file named {name}{SUFFIX}"
        faults.add(*fields.place(head, "id"), said)
