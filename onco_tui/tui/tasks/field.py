"""A line of text being typed, with a cursor that does not blink."""

from __future__ import annotations

from onco_tui.present.spans import Role, Row, row_width, span, width


class TextField:
    """Text under the coder's hands. Control characters cannot be typed or pasted into it."""

    def __init__(self, text: str = "", *, most: int = 200) -> None:
        self.text = text
        self.at = len(text)
        self._most = most

    def press(self, key: str, character: str | None) -> bool:
        """Take a key; False when it is none of a field's."""
        match key:
            case "left" | "ctrl+b":
                self.at = max(self.at - 1, 0)
            case "right" | "ctrl+f":
                self.at = min(self.at + 1, len(self.text))
            case "home" | "ctrl+a":
                self.at = 0
            case "end" | "ctrl+e":
                self.at = len(self.text)
            case "backspace" | "ctrl+h":
                self.text, self.at = self.text[: max(self.at - 1, 0)] + self.text[self.at :], max(self.at - 1, 0)
            case "delete":
                self.text = self.text[: self.at] + self.text[self.at + 1 :]
            case "ctrl+u":
                self.text, self.at = self.text[self.at :], 0
            case "ctrl+w":
                kept = self.text[: self.at].rstrip()
                start = kept.rfind(" ") + 1
                self.text, self.at = self.text[:start] + self.text[self.at :], start
            case _ if character and character.isprintable():
                self.insert(character)
            case _:
                return False
        return True

    def insert(self, text: str) -> None:
        """Put text in at the cursor; of a paste only the printable part, line ends as blanks."""
        kept = "".join(c for c in " ".join(text.split("\n")) if c.isprintable())[: max(self._most - len(self.text), 0)]
        self.text, self.at = self.text[: self.at] + kept + self.text[self.at :], self.at + len(kept)

    def row(self, cells: int, *, active: bool) -> Row:
        """Draw the field; the part around the cursor when it is longer than the room."""
        if not active:
            shown = span(self.text, Role.PLAIN)
            return (shown, span(" " * max(cells - width(shown.text), 0)))
        start = 0
        while width(span(self.text[start : self.at]).text) >= cells and start < self.at:
            start += 1
        before, under, after = self.text[start : self.at], self.text[self.at : self.at + 1], self.text[self.at + 1 :]
        row: Row = (span(before, Role.FIELD), span(under or " ", Role.SELECTED), span(after, Role.FIELD))
        return (*row, span(" " * max(cells - row_width(row), 0), Role.FIELD))
