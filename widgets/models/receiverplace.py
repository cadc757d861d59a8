"""Where a receiver is, in fields that people fill in, and as its line's option has it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from app.model.reception import Receiver
from app.words import _

_PLAIN = "/:\\~+#$()[]"  # letters beyond the usual that stand for themselves in a place
_PLAIN_IN_FRONT = {"host": ":[]", "port": "", "user": ""}  # the place goes on at “/” and “@”

_HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class PlaceField:
    """One field of a place; with ``good`` in it, it is never what is wrong."""

    id: str
    title: Callable[[], str]
    example: str = ""
    good: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of receiver: what people call it, and what they fill in."""

    id: str
    title: Callable[[], str]
    fields: Sequence[PlaceField]
    secret: Callable[[], str] | None = None  # what its password is called
    shortest_secret: int = 0  # letters


def _serial(kind: str, maker: str) -> Kind:
    port = PlaceField("port", lambda: _("Serial port"), "/dev/ttyUSB0, COM3", "COM3")
    return Kind(kind, lambda: _("{name} at a serial port").format(name=maker), (port,))


_HOST = PlaceField("host", lambda: _("Host"), "10.0.0.7", _HERE)
_ADDRESS = PlaceField("host", lambda: _("Address of this computer"), "192.168.1.5", _HERE)
_PORT = PlaceField("port", lambda: _("Port"), "4000", "4000")
_FOLDER = PlaceField("folder", lambda: _("Folder"), "/srv/concentrator", "/srv")
KINDS: Mapping[str, Kind] = {
    each.id: each
    for each in (
        Kind("tcp", lambda: _("Lines from a TCP server"), (_HOST, _PORT)),
        Kind("udp", lambda: _("Lines in UDP datagrams"), (_ADDRESS, _PORT)),
        Kind(
            "file",
            lambda: _("Lines another program appends to a file"),
            (PlaceField("path", lambda: _("File"), "/var/log/telegrams", "/var/log"),),
        ),
        _serial("im871a", "IMST iM871A"),
        _serial("amb8465", "AMBER AMB8465"),
        _serial("cul", "CUL"),
        Kind(
            "mqtt",
            lambda: _("MQTT broker"),
            (
                _HOST,
                PlaceField("port", lambda: _("Port"), "8883", "8883"),
                PlaceField("topic", lambda: _("Topic"), "meters/#", "meters/#"),
                PlaceField("user", lambda: _("User"), ""),
                PlaceField("tls", lambda: _("TLS: yes, or the file of your authority"), "yes"),
            ),
            lambda: _("Password of the broker"),
        ),
        Kind(
            "push",
            lambda: _("HTTP push of meters"),
            (
                PlaceField("host", lambda: _("Address of this computer"), "127.0.0.1", _HERE),
                PlaceField("port", lambda: _("Port"), "8080", "8080"),
                PlaceField("cert", lambda: _("Certificate file"), "", "cert.pem"),
                PlaceField("key", lambda: _("File of its private key"), "", "key.pem"),
            ),
            lambda: _("Token, 24 letters or more"),
            24,
        ),
        Kind(
            "elvaco",
            lambda: _("Files of an Elvaco concentrator"),
            (_FOLDER, PlaceField("zone", lambda: _("Time zone"), "Europe/Copenhagen", "UTC")),
        ),
        Kind(
            "table",
            lambda: _("Files of any concentrator, by a layout"),
            (_FOLDER, PlaceField("layout", lambda: _("Layout file"), "layout.toml")),
        ),
    )
}
YES = "yes"


def kind_title(kind: str) -> str:
    """Return what people call a kind; a kind of a newer program by its own name."""
    return KINDS[kind].title() if kind in KINDS else kind


def place_of(kind: str, values: Mapping[str, str]) -> str:
    """Return fields as the line's option has them; the core says what is wrong in it."""
    plain = _PLAIN_IN_FRONT if "host" in values else {}
    said = {name: _quoted(text, plain.get(name, _PLAIN)) for name, text in values.items()}
    where = f"{said.get('host', '')}:{said.get('port', '')}"
    if kind in ("tcp", "udp"):
        return where
    if kind == "mqtt":
        user = f"{said['user']}@" if said.get("user") else ""
        return f"{user}{where}/{said.get('topic', '')}{_tls(values.get('tls', '').strip())}"
    if kind == "push":
        named = {name: said[name] for name in ("cert", "key") if said.get(name)}
        return where + _options(named)
    if kind == "elvaco":
        return f"{said.get('folder', '')}?zone={said.get('zone', '')}"
    if kind == "table":
        named = {"layout": said["layout"]} if said.get("layout") else {}
        return said.get("folder", "") + _options(named)
    return said.get("path", "") or said.get("port", "")


def values_of(kind: str, place: str) -> dict[str, str]:
    """Return the fields of a place; the inverse of `place_of`."""
    front, _mark, rest = place.partition("?")
    options = {
        name: unquote(value)
        for name, _equals, value in (part.partition("=") for part in rest.split("&") if part)
    }
    if kind in ("tcp", "udp", "push"):
        host, _colon, port = front.rpartition(":")
        return {"host": unquote(host), "port": unquote(port), **options}
    if kind == "mqtt":
        where, _slash, topic = front.partition("/")
        user, _at, at = where.rpartition("@")
        host, _colon, port = at.rpartition(":")
        tls = options.get("ca") or (_("yes") if "tls" in options else "")
        return {
            "host": unquote(host),
            "port": unquote(port),
            "topic": unquote(topic),
            "user": unquote(user),
            "tls": tls,
        }
    if kind in ("elvaco", "table"):
        return {"folder": unquote(front), **options}
    return {"path" if kind == "file" else "port": unquote(place)}


def with_alone(kind: str, field: str, text: str) -> str:
    """Return a place that is right but for what this one of its fields says, if that is not."""
    return place_of(kind, {each.id: each.good for each in KINDS[kind].fields} | {field: text})


def text_of(name: str, kind: str, place: str) -> str:
    """Return a receiver as its line's option has it."""
    if not kind:
        return place  # as it was spelt, which was wrong
    said = f"{kind}:{place}"
    return said if name.strip() == said else f"{name.strip()}={said}"


def option_of(receivers: Sequence[Receiver]) -> str:
    """Return a line's option that names these receivers."""
    return " ".join(text_of(each.name, each.kind, each.place) for each in receivers)


def _tls(said: str) -> str:
    if not said:
        return ""
    return "?tls" if said.lower() in (YES, _("yes")) else f"?ca={_quoted(said)}"


def _options(named: Mapping[str, str]) -> str:
    parts = "&".join(f"{name}={value}" for name, value in named.items())
    return f"?{parts}" if parts else ""


def _quoted(text: str, plain: str = _PLAIN) -> str:
    return quote(text.strip(), safe=plain, errors="replace")
