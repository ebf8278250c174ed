"""The key by which a journal is signed (Ed25519), in a file outside the home; its public half is for readers.

In: `CAMPAIGN_KEY`, a file; else one for each campaign in the folder for settings of this machine's user.
Beside it stand number and hash of the last line that this machine wrote: a journal without it was cut.
"""

import base64
import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pipelines.keeping.place import Location, WrongSetting

SETTING = "CAMPAIGN_KEY"
FOLDER = "inspection-campaign"
SIGNATURE = 88  # characters: 64 bytes in base64


class Anchor(NamedTuple):
    """Number and hash of an entry of the journal, wherever they were written down."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Key:
    """A private key, and of each journal signed by it where its signing began."""

    private: Ed25519PrivateKey = field(repr=False)
    began: Mapping[str, Anchor] = field(default_factory=dict)

    @property
    def public(self) -> str:
        """The public half, in hexadecimal."""
        return self.private.public_key().public_bytes_raw().hex()

    def signature(self, content: bytes) -> str:
        """The signature of some bytes."""
        return base64.b64encode(self.private.sign(content)).decode()


def is_signed(content: bytes, signature: str, public: str) -> bool:
    """Whether a signature of these bytes was made by the private half of a key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            base64.b64decode(signature, validate=True), content
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def new() -> Key:
    """A key that nobody had before."""
    return Key(Ed25519PrivateKey.generate())


@dataclass(frozen=True)
class KeyFile:
    """Where the key of a journal stands; a chain beside the journal has the same with a name of its own."""

    path: Path
    seen: Path  # where the last line written is noted
    is_named: bool  # by the setting: then it is nowhere else
    name: str = "journal"

    def read(self, public: str = "") -> Key | None:
        """The key; one with this public half where several lie in the folder (a home that was moved).

        None where there is none. Raises WrongSetting where its file is none of ours or cannot be read.
        """
        waiting = _at(self._made)
        if waiting and waiting.public == public:
            return waiting
        found = _at(self.path)
        if found is None and public and not self.is_named:
            others = map(_at, sorted(self.path.parent.glob("*.key")))
            found = next((key for key in others if key and key.public == public), None)
        return found

    @property
    def _made(self) -> Path:
        return self.path.with_name(f"{self.path.name}.new")

    def make(self, key: Key) -> None:
        """Keep a key beside the one in force until the journal names it (`take`)."""
        _folder(self.path.parent)
        _write(self._made, _text(key))

    def settle(self, public: str) -> None:
        """Put a key in its place that the journal names already: a crash left it waiting."""
        if (waiting := _at(self._made)) and waiting.public == public:
            self.take()

    def take(self) -> None:
        """Put the key that was made in the place of the one before."""
        self._made.replace(self.path)

    def begin(self, key: Key, at: Anchor) -> None:
        """Note where the journal's signing began."""
        self.make(replace(key, began={**key.began, self.name: at}))
        self.take()

    def saw(self, last: Anchor) -> None:
        """Note the last line written; where that cannot be written down there is one proof less."""
        with contextlib.suppress(OSError):
            made = self.seen.with_name(f"{self.seen.name}.{os.getpid()}")
            made.write_text(f"{last.seq} {last.hash}\n", encoding="ascii")
            made.chmod(0o600)
            made.replace(self.seen)

    def last(self) -> Anchor | None:
        """The last line that this machine wrote, where that is known."""
        try:
            seq, hashed = self.seen.read_text(encoding="ascii").split()
            return Anchor(int(seq), hashed)
        except (OSError, ValueError):
            return None

    def set_aside(self) -> None:
        """Make room for another journal at the same place: what was signed by the key before is gone."""
        if not self.is_named and self.path.exists():
            self.path.replace(self.path.with_name(f"{self.path.stem}-{self.path.stat().st_mtime_ns}.key"))
            self.seen.unlink(missing_ok=True)


def of(place: Location, name: str = "journal") -> KeyFile:
    """Where the key of a place stands. Raises WrongSetting where that is in its home."""
    told = os.environ.get(SETTING, "")
    known = str(place.shared or place.home.resolve())
    mark = f"{place.home.resolve().name}-{hashlib.sha256(known.encode()).hexdigest()[:12]}"
    path = Path(told) if told else _settings() / FOLDER / f"{mark}.key"
    if path.resolve().is_relative_to(place.home.resolve()):
        raise WrongSetting(f"签名私钥不能放在数据目录中（{path}），请用 {SETTING} 指明别处的一个文件")
    return KeyFile(path, path.with_name(f"{mark}.{name}.seen"), bool(told), name)


def _settings() -> Path:
    """The folder for settings of this machine's user. Raises WrongSetting where there is none."""
    told = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME")
    try:
        return Path(told) if told else Path.home() / ".config"
    except RuntimeError as why:
        raise WrongSetting(f"这个用户没有主目录，请用 {SETTING} 指明签名私钥的文件") from why


def _at(path: Path) -> Key | None:
    """The key of a file, where there is one. Raises WrongSetting."""
    try:
        plain: dict[str, Any] = json.loads(path.read_bytes())
        began = {name: Anchor(**at) for name, at in plain["began"].items()}
        return Key(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(plain["private"])), began)
    except FileNotFoundError:
        return None
    except OSError as why:
        raise WrongSetting(f"签名私钥 {path} 不能读取（{why.strerror}），请检查权限") from why
    except (ValueError, KeyError, TypeError, AttributeError) as why:
        raise WrongSetting(f"{path} 不是签名私钥文件，请放回原来的文件") from why


def _text(key: Key) -> str:
    began = {name: at._asdict() for name, at in key.began.items()}
    private = key.private.private_bytes_raw().hex()
    return json.dumps({"public": key.public, "private": private, "began": began}, indent=1)


def _folder(path: Path) -> None:
    if not path.exists():
        path.mkdir(parents=True)
        path.chmod(0o700)


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner may read, on disk before this returns."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
