"""Texts and digests in one canonical form, so that a hash means the same tomorrow and to an outsider."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime

_SURROGATE = re.compile("[\ud800-\udfff]")


def sha256_of(text: str) -> str:
    """Digest a text as ``sha256sum`` would its UTF-8 bytes."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def digest(domain: str, fields: Iterable[str | int]) -> str:
    """Digest a list of fields under a domain name; each is preceded by its length, so no two lists collide."""
    state = hashlib.sha256(domain.encode() + b"\n")
    for field in fields:
        raw = str(field).encode(errors="surrogateescape")
        state.update(len(raw).to_bytes(8, "big"))
        state.update(raw)
    return state.hexdigest()


def json_text(value: object) -> str:
    """Write JSON for storing. Half characters, which UTF-8 cannot hold, stay as escapes."""
    return escape_surrogates(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def escape_surrogates(text: str) -> str:
    """Write the lone surrogates of a JSON text as escapes: the same JSON, but storable."""
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def storable(text: str) -> str:
    """Give a text for a column of its own; half characters, which UTF-8 cannot hold, become U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def timestamp(moment: datetime) -> str:
    """Write a moment in UTC with microseconds; texts of this form sort by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)
