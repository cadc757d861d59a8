"""A real MQTT broker for the tests: Mosquitto, at a free port, ended with the test."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.publish import multiple

USER, WORD = "gateway", "the-tide-comes-in-twice"
START_S = 20.0
LOUD = (
    "NOT PROVED HERE: no MQTT broker can be had ({program} is missing; Debian has it in the "
    "package mosquitto)"
)


class NoBroker(Exception):
    """There is none; the text says why."""


def program(name: str) -> str:
    """Return where a program of Mosquitto lies; raises `NoBroker`."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise NoBroker(LOUD.format(program=name))
    return found


@dataclass
class Broker:
    """One broker; who comes in says USER and WORD, or nothing where ``open``."""

    folder: Path
    port: int
    open: bool = False
    tls: bool = False
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def ca(self) -> Path:
        """The certificate that vouches for it."""
        return self.folder / "ca.pem"

    def start(self) -> None:
        """Begin to serve; raises `NoBroker`."""
        self._process = subprocess.Popen(
            [program("mosquitto"), "-c", str(self.folder / "broker.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + START_S
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        self.stop()
        raise NoBroker("mosquitto did not begin to serve")

    def stop(self) -> None:
        """End it, as a broker that is restarted."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(START_S)

    def publish(self, topic: str, *messages: bytes, retained: bool = False) -> None:
        """Publish messages, one after the other, and wait until the broker has them."""
        said = [
            {"topic": topic, "payload": each, "qos": 1, "retain": retained} for each in messages
        ]
        multiple(
            said,  # type: ignore[arg-type] # a table of these very keys
            hostname="127.0.0.1",
            port=self.port,
            auth=None if self.open else {"username": USER, "password": WORD},
            tls={"ca_certs": str(self.ca)} if self.tls else None,
        )


@contextmanager
def serving(folder: Path, *, open_to_all: bool = False, tls: bool = False) -> Iterator[Broker]:
    """Bring a broker, and end it; raises `NoBroker`."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    broker = Broker(folder, port, open_to_all, tls)
    lines = [f"listener {port} 127.0.0.1", "persistence false", "log_dest none"]
    if sys.platform != "win32" and folder.owner() == "root":
        lines.append("user root")  # else it becomes somebody who may not look in here
    lines.append(f"allow_anonymous {'true' if open_to_all else 'false'}")
    if not open_to_all:
        words, rights = folder / "words", folder / "rights"
        subprocess.run(
            [program("mosquitto_passwd"), "-b", "-c", str(words), USER, WORD], check=True
        )
        rights.write_text(f"user {USER}\ntopic readwrite meters/#\n", "utf-8")
        lines += [f"password_file {words}", f"acl_file {rights}"]
    if tls:
        certify(folder)
        lines += [f"certfile {folder / 'own.pem'}", f"keyfile {folder / 'own.key'}"]
    (folder / "broker.conf").write_text("\n".join(lines) + "\n", "utf-8")
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def certify(folder: Path) -> None:
    """Let an authority of our own vouch for 127.0.0.1."""
    now = datetime.now(UTC)
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _each in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    for name, key, is_authority in (("ca", authority, True), ("own", own, False)):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=is_authority,
            crl_sign=is_authority,
            encipher_only=False,
            decipher_only=False,
        )
        address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        basic = x509.BasicConstraints(ca=is_authority, path_length=None)
        made = (
            x509.CertificateBuilder()
            .subject_name(issuer if is_authority else subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(basic, critical=True)
            .add_extension(usage, critical=True)
            .add_extension(address, critical=False)
            .sign(authority, hashes.SHA256())
        )
        pem = made.public_bytes(serialization.Encoding.PEM)
        (folder / f"{name}.pem").write_bytes(pem)
    (folder / "own.key").write_bytes(
        own.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
