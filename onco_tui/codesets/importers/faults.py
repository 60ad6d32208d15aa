"""What is wrong with a file, in words a person can act on."""

from __future__ import annotations


class CodeFileError(ValueError):
    """A file that cannot be taken in; the message gives its name, the line where there is one, and the reason."""

    def __init__(self, reason: str, *, line: int | None = None, name: str = "") -> None:
        self.reason, self.line, self.name = reason, line, name
        super().__init__(self.text)

    def within(self, name: str) -> CodeFileError:
        """Give the same fault with the file's name, unless it has one."""
        return self if self.name else CodeFileError(self.reason, line=self.line, name=name)

    @property
    def text(self) -> str:
        """The message: ``name:line: reason``."""
        where = ":".join(part for part in (self.name, str(self.line) if self.line is not None else "") if part)
        return f"{where}: {self.reason}" if where else self.reason
