"""Scripted sessions: a small driver that presses keys and looks at the screen as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from textual.events import Key, Paste
from textual.pilot import Pilot

from onco_tui.encounter.document import parse_encounter
from onco_tui.review.desk import Desk
from onco_tui.review.sitting import Sitting
from onco_tui.review.standing import stand, summarise
from onco_tui.rules.engine import check
from onco_tui.store.audit import AuditEntry, append
from onco_tui.store.encounters import save_new, save_source
from onco_tui.tui.app import OncoApp
from onco_tui.tui.screens.base import BaseScreen
from onco_tui.tui.settings import Settings
from tests.tui.tui_documents import Document

SECONDS = 60.0


def stock(path: Path, documents: Iterable[Document]) -> Path:
    """Create a database that holds the documents."""
    with Desk.create(path) as desk, desk.database.write() as connection:
        for document in documents:
            encounter = parse_encounter(document)
            source = save_source(connection, "test.json", "documents", encounter.encounter_id.encode())
            save_new(connection, encounter, source, summarise(stand(check(encounter, desk.reference), ())))
            append(connection, AuditEntry(desk.actor, desk.session, "import", encounter.encounter_id))
    return path


class Session:
    """A coder at the keyboard."""

    def __init__(self, app: OncoApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def lines(self) -> list[str]:
        """The screen, one string a line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    @property
    def text(self) -> str:
        """The screen without blanks at line ends."""
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def screen(self) -> BaseScreen:
        """The current screen."""
        return cast("BaseScreen", self.app.screen)

    @property
    def sitting(self) -> Sitting:
        """The encounter under review."""
        assert self.app.review is not None
        return self.app.review.sitting

    @property
    def message(self) -> str:
        """The message line."""
        return self.lines[-2].strip()

    async def press(self, *keys: str) -> Session:
        """Press keys one after another."""
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return self

    def type_ahead(self, *keys: str) -> None:
        """Press keys faster than the app can follow."""
        for key in keys:
            single = len(key) == 1
            self.app.post_message(Key(_NAMES.get(key, key), key if single else None))

    async def type(self, text: str) -> Session:
        """Type a text."""
        return await self.press(*(_NAMES.get(character, character) for character in text))

    async def paste(self, text: str) -> Session:
        """Paste a text as a terminal with bracketed paste does."""
        self.app.post_message(Paste(text))
        await self.pilot.pause()
        return self

    async def resize(self, width: int, height: int) -> Session:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.pilot.pause()
        return self

    async def until(self, text: str) -> Session:
        """Wait for a text that comes without a key."""
        for _ in range(500):
            if text in self.text:
                break
            await self.pilot.pause(0.02)
        return self.sees(text)

    def sees(self, *texts: str) -> Session:
        """Require texts on the screen."""
        for text in texts:
            assert text in self.text, f"{text!r} is not on the screen:\n{self.text}"
        return self

    def lacks(self, *texts: str) -> Session:
        """Require texts not to be on the screen."""
        for text in texts:
            assert text not in self.text, f"{text!r} is on the screen:\n{self.text}"
        return self


_NAMES = {" ": "space", ".": "full_stop", "-": "minus", ",": "comma", "\t": "tab"}


@asynccontextmanager
async def session(
    path: Path,
    encounter_id: str | None = None,
    *,
    size: tuple[int, int] = (120, 40),
    ascii: bool = False,
    settings: Settings | None = None,
) -> AsyncIterator[Session]:
    """Open the app on a database; fails when it takes longer than ``SECONDS``."""
    app = OncoApp(lambda: Desk.open(path), encounter_id, settings, ascii=ascii)
    async with asyncio.timeout(SECONDS):
        try:
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                yield Session(app, pilot)
        finally:
            if app.worklist.desk is not None:
                app.worklist.desk.close()
