"""Opens what a person hands over: a plain file, a gzip of one, or a zip with members. Bounded against bombs."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

from onco_tui.codesets.importers.faults import CodeFileError

_MAX_BYTES = 2 << 30  # the largest CMS file, all PTP edits, has 200 MB
_MAX_LINE = 1 << 20
_MAX_MEMBERS = 200
_MAX_RATIO = 100  # deflate of real tables stays below 30
_RATIO_FREE = 16 << 20
_MAX_WORKBOOK = 256 << 20
_CHUNK = 1 << 16


@dataclass(slots=True)
class Meter:
    """How much of a file was read, from 0 to 1."""

    fraction: float = 0.0


@dataclass(frozen=True)
class Source:
    """One table file, perhaps inside an archive. ``sha256`` is of the file as handed over."""

    path: Path
    member: str
    sha256: str
    meter: Meter = field(default_factory=Meter, compare=False)

    @property
    def name(self) -> str:
        """The file's name, or the member's."""
        return Path(self.member).name if self.member else self.path.name.removesuffix(".gz")

    @property
    def names(self) -> str:
        """All names that may say which edition this is, the innermost first."""
        return f"{self.name} {self.path.name}" if self.member else self.name

    @contextmanager
    def open(self, *, lines: bool = True, wide: bool = False) -> Iterator[BinaryIO]:
        """Open the bytes, unpacked. With ``lines``, a line longer than 1 MiB is refused. Raises CodeFileError.

        Zero bytes are refused in lines too, unless they are ``wide``, of two bytes a letter.
        """
        try:
            with self._packed() as packed, self._unpacked(packed) as raw:
                bounded = _Bounded(raw, packed, self.meter, lines=lines, wide=wide)
                yield _Buffered(bounded, _CHUNK)  # type: ignore[arg-type]
        except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
            raise CodeFileError(f"the compressed file is cut off or damaged ({error})", name=self.name) from None
        except (NotImplementedError, RuntimeError):
            raise CodeFileError("the archive is encrypted or of an unknown compression", name=self.name) from None
        except OSError as error:
            raise CodeFileError(f"cannot be read: {error.strerror}", name=self.name) from None
        except CodeFileError as error:
            raise error.within(self.name) from None

    @contextmanager
    def seekable(self) -> Iterator[BinaryIO]:
        """Open a workbook: whole archives need to be read back and forth. Raises CodeFileError."""
        if not self.member and not _starts(self.path, b"\x1f\x8b"):
            with self.path.open("rb") as file:
                yield file
            return
        with self.open(lines=False) as packed:
            data = packed.read(_MAX_WORKBOOK + 1)
        if len(data) > _MAX_WORKBOOK:
            raise CodeFileError("a workbook of more than 256 MiB", name=self.name)
        yield io.BytesIO(data)

    @contextmanager
    def text(self) -> Iterator[TextIO]:
        """Open as text lines, whatever the line ends. Raises CodeFileError."""
        encoding, errors = self.encoding()
        with self.open(wide=encoding == "utf-16") as raw:
            yield io.TextIOWrapper(raw, encoding=encoding, errors=errors)

    def encoding(self) -> tuple[str, str]:
        """Tell how text is encoded, and what to do about bytes that are not: UTF-8 or cp1252, or UTF-16 with its mark.

        Raises CodeFileError.
        """
        with self.open(lines=False) as raw:
            mark = raw.read(2)
        is_wide = mark in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
        return ("utf-16", "replace") if is_wide else ("utf-8-sig", "onco-cp1252")

    @contextmanager
    def _packed(self) -> Iterator[_Packed]:
        """Open the bytes as they lie on disk, with their size."""
        with self.path.open("rb") as file:
            size = self.path.stat().st_size
            if self.member:
                with zipfile.ZipFile(file) as archive:
                    size = archive.getinfo(self.member).compress_size
            yield _Packed(file, size)

    @contextmanager
    def _unpacked(self, packed: _Packed) -> Iterator[BinaryIO]:
        if self.member:
            with zipfile.ZipFile(packed.file) as archive, archive.open(self.member) as file:
                packed.start = archive.getinfo(self.member).header_offset
                yield file  # type: ignore[misc]
        elif _starts(self.path, b"\x1f\x8b"):
            with gzip.open(packed.file) as unpacked:
                yield unpacked  # type: ignore[misc]
        else:
            yield packed.file


@dataclass(slots=True)
class _Packed:
    file: BinaryIO
    size: int
    start: int = 0

    @property
    def fraction(self) -> float:
        return min(1.0, max(0.0, (self.file.tell() - self.start) / self.size)) if self.size else 1.0


class _Buffered(io.BufferedReader):
    """Gives a whole buffer at a time, where a text layer above asks for 8 KiB."""

    def read1(self, size: int = -1, /) -> bytes:
        return super().read1(max(size, _CHUNK))


class _Bounded(io.RawIOBase):
    """Passes bytes on, and refuses a bomb: too much, too well packed, or a line without end."""

    def __init__(self, inner: BinaryIO, packed: _Packed, meter: Meter, *, lines: bool, wide: bool) -> None:
        self._inner, self._packed, self._meter, self._lines, self._wide = inner, packed, meter, lines, wide
        self._read = self._line = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._read += len(data)
        self._meter.fraction = self._packed.fraction
        if self._read > max(_RATIO_FREE, self._packed.size * _MAX_RATIO) or self._read > _MAX_BYTES:
            raise CodeFileError("unpacks to far more than a code file holds")
        if self._lines:
            if b"\0" in data and not self._wide:
                raise CodeFileError("not text")
            end = max(data.rfind(b"\n"), data.rfind(b"\r"))
            self._line = len(data) - end - 1 if end >= 0 else self._line + len(data)
            if self._line > _MAX_LINE:
                raise CodeFileError("a line longer than 1 MiB: not a code file")
        buffer[: len(data)] = data
        return len(data)


def sources_in(path: Path) -> list[Source]:
    """List the table files of a path: itself, or the members of a zip that is not a workbook. Raises CodeFileError."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CodeFileError(f"cannot be read: {(error.strerror or 'unknown reason').lower()}", name=path.name) from None
    if path.stat().st_size == 0:
        raise CodeFileError("the file is empty", name=path.name)
    if not _starts(path, b"PK"):
        return [Source(path, "", digest)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        raise CodeFileError("the zip is cut off or damaged", name=path.name) from None
    names = {info.filename for info in members}
    if "[Content_Types].xml" in names:
        return [Source(path, "", digest)]
    if len(members) > _MAX_MEMBERS:
        raise CodeFileError(f"the zip has {len(members)} members; a code file has a few", name=path.name)
    return [Source(path, info.filename, digest) for info in members if info.file_size]


def _starts(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("onco-cp1252", _as_cp1252)
