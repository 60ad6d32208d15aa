"""Names, numbers and birth dates can be hidden, the screen can be locked, and nothing of a patient stays behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onco_tui.encounter.document import parse_encounter
from onco_tui.present.privacy import identifying
from onco_tui.present.spans import Role, plain_text, row_width, span
from onco_tui.tui import idling
from onco_tui.tui.settings import Settings
from onco_tui.tui.veil import Veil
from tests.tui.driver import session, stock
from tests.tui.terminal import Terminal, plain
from tests.tui.tui_documents import Document, carboplatin_day, claim_without_chart

ID = "E-2026-0101"
TOUR = (
    "1",
    "j",
    "2",
    "G",
    "g",
    "5",
    "6",
    "z",
    "z",
    "3",
    "n",
    "4",
    "z",
    "z",
    "x",
    "escape",
    "e",
    "escape",
    "E",
    "escape",
    "t",
    "escape",
)
TOUR_AFTER = ("N", "escape", "c", "escape", "w", "escape", "A", "escape", "Q", "?", "escape", ":", "escape", "q")


def talkative() -> Document:
    """Give an encounter whose patient is named wherever text can stand."""
    document = carboplatin_day()
    document["patient"] |= {
        "patient_id": "MRN-44 17-9", "family_name": "Testperson-Quill", "given_name": "Ada May",
        "birth_date": "1958-03-05",
    }  # fmt: skip
    document["coverage"]["member_id"] = "1EG4-TE5-MK73"
    names = "Ada TESTPERSON-quill (May), DOB 3/5/1958 or 05 Mar 1958 or 1958-03-05, mrn mrn44179, member 1eg4te5mk73"
    document["documentation"]["notes"][0]["text"] = names
    return document


SECRETS = re.compile(r"(?i:testper|quill|\bada\b|44.?17.?9|1EG4|TE5|1958.?03|3/5/1958|mar 1958)|\bMay\b")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [talkative(), claim_without_chart()])


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20), (40, 10)])
async def test_no_screen_shows_who_the_patient_is(database: Path, size: tuple[int, int]) -> None:
    async with session(database, size=size, settings=Settings(hide=True)) as coder:
        shown = coder.text
        await coder.pilot.pause(0.5)
        shown += coder.text
        await coder.press("enter")
        for key in (*TOUR, *TOUR_AFTER):
            shown += coder.text
            await coder.press(key)
        shown += coder.text
    assert not SECRETS.search(shown), SECRETS.search(shown)
    assert "hidden" in shown
    assert ID in shown, "the encounter keeps its number"


async def test_the_secrets_are_there_to_be_hidden(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("6", "z")
        seen = coder.text
    assert len(set(map(str.lower, SECRETS.findall(seen)))) >= 6, seen


async def test_one_key_hides_and_shows_and_nothing_moves(database: Path) -> None:
    async with session(database, ID) as coder:
        before = coder.lines
        await coder.press("H")
        coder.lacks("Testperson").sees("hidden")
        changed = [index for index, (old, new) in enumerate(zip(before, coder.lines, strict=True)) if old != new]
        assert 0 in changed
        assert all(len(old) == len(new) for old, new in zip(before, coder.lines, strict=True))
        await coder.press("q")
        coder.lacks("Testperson").sees("hidden")
        await coder.press("H")
        coder.sees("Testperson")


async def test_while_one_types_a_letter_is_a_letter_and_f9_hides(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("N", "H", "L")
        coder.sees("Testperson", "HL")
        await coder.press("f9")
        coder.lacks("Testperson").sees("HL")


@pytest.mark.parametrize("keys", [("/",), ("enter", "N"), ("enter", "m"), ("enter", "x", "tab")])
async def test_what_is_typed_is_veiled_too(database: Path, keys: tuple[str, ...]) -> None:
    async with session(database, settings=Settings(hide=True)) as coder:
        await coder.press(*keys)
        shown = ""
        for letter in "seen testperson-quill today":
            await coder.type(letter)
            shown += coder.text
        assert not SECRETS.search(shown), SECRETS.search(shown)
        if keys != ("/",):
            coder.sees("seen **********-***** today")
        else:
            coder.sees("status:open **** **************** *****").lacks("today")
        await coder.press(*("left",) * 12)
        assert not SECRETS.search(coder.text)
        await coder.press("f9")
        coder.sees("seen testperson-quill today")


def test_the_veil_keeps_every_cell() -> None:
    veil = Veil()
    veil.watch("review", parse_encounter(talkative()))
    for text in ("x Testperson-Quill, Ada y", "Testper…", "ada", "canada", "a 1EG4…"):
        row = (span(text[:6]), span(text[6:], Role.CODE))
        assert row_width(veil.over(row)) == row_width(row)
    assert plain_text(veil.over((span("canada, adaption"),))) == "canada, adaption", "only whole words"
    assert plain_text(veil.over((span("see Testpe…"),))) == "see ******…"
    assert plain_text(veil.over((span("in may; May was in"),))) == "in may; *** was in", "a short name only as written"


def test_nothing_known_hides_nothing() -> None:
    document = talkative()
    document["patient"] = {"patient_id": ""}
    document["coverage"]["member_id"] = None
    assert identifying(parse_encounter(document)) is None


async def test_a_locked_screen_shows_nothing_and_only_enter_opens_it(database: Path) -> None:
    async with session(database, ID) as coder:
        before = coder.text
        await coder.press("L")
        coder.sees("locked", "enter goes on", "account").lacks("Testperson", ID)
        rest = len(coder.text.split())
        await coder.press("a", "x", "q", "L", "escape")
        await coder.paste("aaa")
        assert len(coder.text.split()) == rest
        await coder.resize(70, 20)
        coder.sees("locked").lacks("Testperson")
        await coder.resize(120, 40)
        await coder.press("enter")
        assert coder.text == before
        assert [row.action for row in coder.sitting.history()] == ["import"]


async def test_what_is_being_typed_waits_behind_the_lock(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press("N", "a", "b", "f10")
        coder.sees("locked")
        await coder.press("c")
        await coder.press("enter")
        coder.sees("note to the next coder ab")


async def test_time_locks(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(idling, "monotonic", lambda: now[0])
    async with session(database, ID, settings=Settings(lock_after_minutes=2)) as coder:
        now[0] += 119
        coder.app._look_at_clock()
        coder.sees("Testperson")
        await coder.press("n")
        now[0] += 119
        coder.app._look_at_clock()
        coder.sees("Testperson")
        now[0] += 1
        coder.app._look_at_clock()
        await coder.pilot.pause()
        coder.sees("locked after 2 minutes without a key").lacks("Testperson")


async def test_nought_minutes_is_never(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with session(database, ID, settings=Settings(lock_after_minutes=0)) as coder:
        monkeypatch.setattr(idling, "monotonic", lambda: 1e9)
        assert not coder.app.away.due()


@pytest.mark.slow
@pytest.mark.parametrize("keys", [("q", "q"), ("L", "\x03"), ("\x03", "\x03")])
def test_nothing_of_the_patient_stays_on_the_terminal(database: Path, keys: tuple[str, ...]) -> None:
    terminal = Terminal(database, ID)
    try:
        terminal.until("Detail")
        assert "Testperson" in plain(terminal.raw)
        terminal.press(*keys)
        assert terminal.end() == 0
        head, _, after = terminal.raw.rpartition(b"\x1b[?1049l")
        assert b"\x1b[H\x1b[2J" in head[-400:], "a terminal without a second screen is wiped too"
        last = head.rpartition(b"\x1b[2J")[2]
        assert not plain(last).strip(), "nothing is drawn after the wiping"
        assert not plain(after).strip()
    finally:
        terminal.kill()
