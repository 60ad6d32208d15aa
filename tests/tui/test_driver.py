"""What is pasted never acts as keys, in whatever pieces the terminal sends it."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from onco_tui.tui.driver import CalmParser


@pytest.mark.parametrize(
    "text", ["abc\x1bdef", "a\x1b[Adef", "a\x1b\x1bq", "tail\x1b", "a\x1b[200~b", "\x1b[31mred", "q\x1b[201", "\x1b"]
)
@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7, 100])
def test_escape_characters_of_a_paste_are_dropped_and_nothing_else(text: str, piece: int) -> None:
    parser = CalmParser()
    sent = f"j\x1b[200~{text}\x1b[201~k\x1b[B\x1b[200~z\x1b[201~q"
    heard = [event for at in range(0, len(sent), piece) for event in parser.feed(sent[at : at + piece])]
    said = [event.text if isinstance(event, Paste) else event.key for event in heard if isinstance(event, Paste | Key)]
    assert said == ["j", text.replace("\x1b", ""), "k", "down", "z", "q"]
    assert len(said) == len(heard)
