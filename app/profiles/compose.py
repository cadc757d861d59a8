"""Putting a profile together from its completed tree, and checking it as a whole."""

from dataclasses import replace

from app.model.point import PointSpec
from app.model.profile import Profile, RegisterPlace
from app.profiles import fields, parts
from app.profiles.checkpoint import check_point
from app.profiles.checks import Draft, check_profile
from app.profiles.fault import Faults
from app.profiles.points import BuiltPoint, build_point
from app.profiles.resolve import resolve
from app.profiles.shape import Cut
from app.profiles.tree import Table

_DRIVER = "modbus-tcp"
_WEEK_GROUPS = ("settings", "slow")  # where a week plan's times are polled, the first there is


def compose(tree: Table, cut: Cut, faults: Faults) -> Profile:
    """Return the profile of a completed tree and note all its faults.

    With faults noted the answer is of no use but to be thrown away. ``cut`` names
    what was left out before, for faults of shape. Options with a default are in force.
    """
    counting = parts.counting_of(tree)
    points: dict[str, BuiltPoint] = {}
    broken = set(cut)
    for table in fields.tables(tree, "points"):
        point = build_point(table, counting, faults)
        if point is None:
            broken.add(("points", fields.text(table, "id")))
        else:
            points[point.spec.key] = point
            check_point(point, faults)
    profile = _profile(tree, points)
    points.update(_week_points(tree, profile, points))
    check_profile(Draft(tree, points, profile, frozenset(broken)), faults)
    if faults:
        return profile
    return resolve(_with_points(profile, points), {})


def _profile(tree: Table, points: dict[str, BuiltPoint]) -> Profile:
    counting = parts.counting_of(tree)
    head = fields.group(tree, "profile") or tree
    diagram = fields.group(tree, "diagram")
    bare = Profile(
        id=fields.text(head, "id"),
        version=fields.whole(head, "version", 1),
        vendor=fields.text(head, "vendor"),
        models=fields.texts(head, "models"),
        label=fields.text(head, "label"),
        status=fields.text(head, "status"),
        driver=fields.text(head, "driver", _DRIVER),
        points={},
        places={},
        link=parts.link_rules(tree),
        read=parts.read_rules(tree, counting),
        poll_groups=parts.poll_groups(tree),
        detect=parts.detect_rules(tree, counting),
        identity=parts.identity_facts(tree),
        alarms=parts.alarm_bits(tree),
        clock=parts.clock_places(tree),
        week_programs=parts.week_programs(tree, counting),
        unknown=parts.unknown_maps(tree),
        diagram=fields.text(diagram, "document") if diagram else "",
        slots=parts.slots(diagram) if diagram else {},
        tests=parts.golden_vectors(tree, counting),
        sources=fields.texts(tree, "sources"),
        notes=fields.texts(tree, "notes"),
        circuits=fields.words(tree, "circuits"),
        options=parts.profile_options(tree),
    )
    return _with_points(bare, points)


def _with_points(profile: Profile, points: dict[str, BuiltPoint]) -> Profile:
    awake: dict[str, PointSpec] = {}
    places: dict[str, RegisterPlace] = {}
    dormant: dict[str, tuple[PointSpec, RegisterPlace]] = {}
    for key, point in points.items():
        if point.awake:
            awake[key], places[key] = point.spec, point.place
        else:
            dormant[key] = (point.spec, point.place)
    bound = {key: point for key, point in points.items() if point.bindings}
    return replace(
        profile,
        points=awake,
        places=places,
        dormant=dormant,
        bindings={key: dict(point.bindings) for key, point in bound.items()},
        templates={key: (point.spec, point.place) for key, point in bound.items()},
    )


def _week_points(
    tree: Table, profile: Profile, points: dict[str, BuiltPoint]
) -> dict[str, BuiltPoint]:
    counting = parts.counting_of(tree)
    groups = [name for name in _WEEK_GROUPS if name in profile.poll_groups]
    made: dict[str, BuiltPoint] = {}
    for table, program in zip(
        fields.tables(tree, "week_programs"), profile.week_programs, strict=True
    ):
        poll = groups[0] if groups else ""
        for point in parts.week_points(table, program, counting, poll):
            if point.spec.key not in points:
                made[point.spec.key] = point
    return made
