"""The list of commands reaches every action of the help, and the help holds every action there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onco_tui.tui import keys
from onco_tui.tui.controllers.everywhere import Everywhere
from onco_tui.tui.keymap import conflicts, with_changes
from onco_tui.tui.keys import KEYS, TYPING
from onco_tui.tui.places import Place
from onco_tui.tui.settings import OwnReason, Settings
from onco_tui.tui.tasks.commands import ChooseCommand
from tests.tui.driver import Session, session, stock
from tests.tui.test_keys import ACTORS
from tests.tui.tui_documents import carboplatin_day, claim_without_chart

ID = "E-2026-0101"
SCREENS = {"worklist": None, "review": ID}
ENDS_IT = {"leave", "interrupt"}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [carboplatin_day(), claim_without_chart()])


def everywhere(coder: Session) -> Everywhere:
    return next(each for each in coder.screen.controllers if isinstance(each, Everywhere))


@pytest.mark.parametrize("name", SCREENS)
async def test_every_action_of_the_help_is_in_the_list_and_the_other_way_round(database: Path, name: str) -> None:
    async with session(database, SCREENS[name], size=(120, 200)) as coder:
        await coder.press("f1")
        helped = {line.strip() for line in coder.text.splitlines()}
        await coder.press("escape")
        listed = everywhere(coder).commands()
        for command in listed:
            key = command.key
            assert any(line.startswith(key.caps) and line.endswith(key.help) for line in helped), key
        places = {command.key.place for command in listed}
        assert places == {coder.screen.PLACE, Place.LIST, Place.ANYWHERE, *coder.screen.help_places()}
        assert {command.key for command in listed} == {key for key in keys.of(*places) if key.id != "command"}


async def test_every_place_and_action_is_in_the_help_of_a_screen(database: Path) -> None:
    async with session(database, ID) as coder:
        both = (coder.screen, coder.app.worklist)
        places = {place for screen in both for place in (screen.PLACE, *screen.help_places())}
        assert places | {Place.LIST, Place.ANYWHERE} == set(Place)
        for screen in both:
            actors = (screen, *screen.controllers)
            own = {
                name.removeprefix("action_") for actor in actors for name in dir(actor) if name.startswith("action_")
            }
            listed = {key.id.partition("(")[0] for key in keys.of(screen.PLACE, Place.PAGE, Place.LIST, Place.ANYWHERE)}
            theirs = {name for name in own if not _is_textuals(name)}
            assert theirs <= listed, theirs - listed


def _is_textuals(name: str) -> bool:
    from textual.screen import Screen  # noqa: PLC0415  only to know what is not ours

    return hasattr(Screen, f"action_{name}") and name not in {key.id for key in KEYS}


@pytest.mark.parametrize("place", list(Place))
def test_a_task_has_no_action_beside_those_of_its_places(place: Place) -> None:
    actors, prefix = ACTORS[place]
    if prefix == "on_":
        for actor in actors:
            places = [each for each, (others, _) in ACTORS.items() if actor in others]
            own = {name.removeprefix(prefix) for name in dir(actor) if name.startswith(prefix)}
            assert own == {key.id.partition("(")[0] for key in keys.of(*places)}


@pytest.mark.parametrize("name", SCREENS)
async def test_every_action_that_is_on_runs_from_the_list(database: Path, name: str) -> None:
    async with session(database, SCREENS[name]) as coder:
        ids = [command.key for command in everywhere(coder).commands() if not command.off]
        assert len(ids) > 15
        for key in ids:
            if key.id in ENDS_IT or key.id in {c.key.id for c in everywhere(coder).commands() if c.off}:
                continue  # what an earlier one did may have switched it off
            await coder.press(":")
            await coder.paste(" ".join(re.findall("[a-z]+", key.help)[:4]))
            task = coder.screen.hosting
            assert task is not None
            fitting = [command.key for command in task.hosted.fitting]  # type: ignore[union-attr]
            assert key in fitting, (key, fitting)
            await coder.press(*["down"] * fitting.index(key), "enter")
            hosting = coder.screen.hosting
            assert hosting is None or not isinstance(hosting.hosted, ChooseCommand), key
            if key.id == "lock":
                await coder.press("enter")
            await back_to(coder, SCREENS[name])


async def back_to(coder: Session, encounter_id: str | None) -> None:
    """End what an action started and go back to where it was called."""
    for _ in range(5):
        if coder.screen.hosting is None and not coder.screen.page.display:
            break
        await coder.press("escape")
    if encounter_id is None:
        coder.app.close_encounter()
    else:
        coder.app.open_encounter(encounter_id)
    await coder.pilot.pause()


async def test_words_narrow_the_list_and_enter_runs(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press(":")
        coder.sees("Commands", "all safe", "edit the selected line")
        await coder.type("dism")
        coder.sees("dismiss", "x", "set the finding aside with a reason").lacks("edit the selected line")
        await coder.press("enter")
        coder.sees("Set aside").lacks("Commands")
        await coder.press("escape")
        await coder.press(":", "escape")
        coder.lacks("Commands").sees("Claim lines")
        await coder.press(":", "z", "backspace", "backspace")
        coder.lacks("Commands")


async def test_what_is_off_says_why_and_does_nothing(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press(":")
        await coder.type("open a finalized")
        coder.sees("off: the claim is not finalized")
        await coder.press("enter")
        assert "off: the claim is not finalized" in coder.message
        await coder.press("escape", ":")
        await coder.type("swap nothing like this")
        await coder.press("enter")
        assert "no action is called so" in coder.message
        await coder.press("escape", ":")
        await coder.type("move the diagnosis down")
        coder.sees("off: only while ordering diagnoses")


async def test_a_paste_into_the_list_runs_nothing(database: Path) -> None:
    async with session(database, ID) as coder:
        await coder.press(":")
        await coder.paste("accept\n\r")
        coder.sees("Commands")
        assert [row.action for row in coder.sitting.history()] == ["import"]


async def test_a_theme_is_changed_from_the_list_and_colours_the_worklist_too(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    async with session(database, ID) as coder:
        await coder.press(":")
        await coder.type("dark theme")
        await coder.press("enter")
        for keys_pressed in ((), ("q",)):
            await coder.press(*keys_pressed)
            strips = coder.app.screen._compositor.render_strips()
            grounds = {segment.style.bgcolor for strip in strips for segment in strip if segment.style}
            assert None not in grounds, "every cell has the theme's ground"
            assert {ground.number for ground in grounds if ground} <= {234, 237, 153}


async def test_own_keys_act_and_show_in_hints_help_and_list(database: Path) -> None:
    changes = {
        (Place.REVIEW, "accept"): ("ctrl+y",),
        (Place.REVIEW, "undo"): (),
        (Place.ANYWHERE, "theme_dark"): ("f5",),
    }
    async with session(database, ID, settings=Settings(keys=with_changes(changes))) as coder:
        assert "ctrl-y accept" in coder.lines[-1]
        assert "u undo" not in coder.lines[-1]
        await coder.press("f1")
        coder.sees("ctrl-y                      accept the fix")
        await coder.press("escape", "a", "u")
        assert [row.action for row in coder.sitting.history()] == ["import"]
        await coder.press("ctrl+y")
        assert [row.action for row in coder.sitting.history()] == ["import", "accept"]
        await coder.press(":")
        await coder.type("take back the last")
        await coder.press("enter")
        assert [row.action for row in coder.sitting.history()] == ["import", "accept", "undo"]
        await coder.press("f5")
        assert coder.screen.brush.theme == "dark"
    async with session(database, ID) as coder:
        assert " a accept" in coder.lines[-1], "the keys are as shipped again"


def test_no_key_of_the_table_means_two_things() -> None:
    assert list(conflicts(KEYS)) == []


def test_where_one_types_no_printable_key_acts() -> None:
    for key in KEYS:
        if key.place in TYPING:
            assert not [name for name in key.keys if len(name) == 1 or name == "space"], key


@pytest.mark.parametrize("place", list(Place))
def test_every_place_where_text_is_taken_is_known_to_be_one(place: Place) -> None:
    actors, _ = ACTORS[place]
    takes_text = any("paste" in vars(actor) for actor in actors)
    letters = [name for key in keys.of(place) for name in key.keys if len(name) == 1]
    assert (place in TYPING) == (takes_text and not letters)


async def test_the_practices_own_reasons_are_offered_and_kept(database: Path) -> None:
    own = OwnReason("trial", "billed to the trial sponsor")
    async with session(database, ID, settings=Settings(reasons=(own,))) as coder:
        await coder.press("x")
        coder.sees("billed to the trial sponsor")
        await coder.press("7", "enter")
        last = coder.sitting.history()[-1]
        assert (last.action, last.reason.startswith("trial")) == ("dismiss", True)


async def test_the_action_under_the_cursor_is_explained_in_full(database: Path) -> None:
    async with session(database, size=(80, 24)) as coder:
        await coder.press(":")
        await coder.type("filter by payer")
        shown = " ".join(coder.text.split())
        assert "filter by payer, rule, date, money and more; plain words are searched for" in shown
