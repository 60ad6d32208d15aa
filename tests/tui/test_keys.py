"""One table of keys feeds what keys do, the hints, the help and the documentation."""

from __future__ import annotations

from collections import Counter

import pytest

from onco_tui.present.spans import plain_text, row_width
from onco_tui.tui import keys
from onco_tui.tui.controllers.everywhere import Everywhere
from onco_tui.tui.controllers.filtering import Filtering
from onco_tui.tui.controllers.lists import Lists
from onco_tui.tui.controllers.views import Views
from onco_tui.tui.help import help_content
from onco_tui.tui.keys import KEYS
from onco_tui.tui.places import Place
from onco_tui.tui.screens.base import BaseScreen
from onco_tui.tui.screens.review import ReviewScreen
from onco_tui.tui.screens.worklist import WorklistScreen
from onco_tui.tui.tasks.choices import DismissalChoice, SafeFixes
from onco_tui.tui.tasks.commands import ChooseCommand
from onco_tui.tui.tasks.diagnoses import DiagnosesEdit
from onco_tui.tui.tasks.filtering import FilterPrompt, ViewChoice, Waiting
from onco_tui.tui.tasks.line_edit import LineEdit
from onco_tui.tui.tasks.prompts import Question
from onco_tui.tui.tasks.queries import Queries
from onco_tui.tui.tasks.text import Draft, Line
from onco_tui.tui.theme import Brush
from onco_tui.tui.widgets.bars import Hints

ACTORS: dict[Place, tuple[tuple[type, ...], str]] = {
    Place.ANYWHERE: ((BaseScreen, Everywhere), "action_"),
    Place.LIST: ((BaseScreen,), "action_"),
    Place.PAGE: ((BaseScreen,), "action_"),
    Place.WORKLIST: ((WorklistScreen, Lists, Filtering, Views), "action_"),
    Place.REVIEW: ((ReviewScreen, *ReviewScreen.CONTROLLERS), "action_"),
    Place.SEARCH: ((FilterPrompt,), "on_"),
    Place.VIEWS: ((ViewChoice,), "on_"),
    Place.WAITING: ((Waiting,), "on_"),
    Place.CONFIRM: ((Question,), "on_"),
    Place.LINE_EDIT: ((LineEdit,), "on_"),
    Place.DIAGNOSES: ((DiagnosesEdit,), "on_"),
    Place.DIAGNOSIS_CODE: ((DiagnosesEdit,), "on_"),
    Place.REASON: ((DismissalChoice,), "on_"),
    Place.NOTE: ((DismissalChoice,), "on_"),
    Place.SAFE_FIXES: ((SafeFixes,), "on_"),
    Place.TEXT: ((Line,), "on_"),
    Place.DRAFT: ((Draft,), "on_"),
    Place.WORDING: ((Draft,), "on_"),
    Place.QUERIES: ((Queries,), "on_"),
    Place.ANSWER: ((Queries,), "on_"),
    Place.COMMAND: ((ChooseCommand,), "on_"),
}


def test_every_key_has_an_action_that_exists() -> None:
    for key in KEYS:
        actors, prefix = ACTORS[key.place]
        assert sum(hasattr(actor, prefix + key.id.partition("(")[0]) for actor in actors) == 1, key


@pytest.mark.parametrize("place", [Place.WORKLIST, Place.REVIEW])
def test_every_action_of_a_screen_stands_in_the_table(place: Place) -> None:
    actors, prefix = ACTORS[place]
    own = {name.removeprefix(prefix) for actor in actors for name in vars(actor) if name.startswith(prefix)}
    own -= {key.id for key in keys.of(Place.ANYWHERE)}  # what a screen does its own way
    assert own == {key.id.partition("(")[0] for key in keys.of(place)}


@pytest.mark.parametrize("place", list(Place))
def test_no_key_has_two_meanings_in_one_place(place: Place) -> None:
    together = (place, Place.LIST, Place.ANYWHERE) if place in {Place.WORKLIST, Place.REVIEW} else (place,)
    counted = Counter(name for key in keys.of(*together) for name in key.keys)
    assert [name for name, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("place", list(Place))
def test_help_lists_exactly_the_table(place: Place) -> None:
    shown = [plain_text(row).strip() for row in help_content(place).body(200).rows]
    assert shown[0] == place.value
    assert len(shown) == 1 + len(keys.of(place))
    for key, row in zip(keys.of(place), shown[1:], strict=True):
        assert row.endswith(key.help)
        assert row.startswith(keys.shown(key.keys[0]) if key.keys else ":")


@pytest.mark.parametrize("cells", [37, 77])
def test_on_a_narrow_screen_no_word_of_the_help_is_lost(cells: int) -> None:
    rows = help_content(*Place).body(cells).rows
    assert max(map(row_width, rows)) <= cells
    words = " ".join(plain_text(row) for row in rows).split()
    assert not [word for key in KEYS for word in key.help.split() if word not in words]


def test_the_documentation_lists_every_key() -> None:
    text = keys.as_markdown()
    for key in KEYS:
        assert all(f"`{keys.shown(name)}`" in text for name in key.keys)
        assert f"`{key.name}`" in text
        assert key.help in text


def test_every_core_verb_has_a_plain_key() -> None:
    for key in keys.of(Place.WORKLIST, Place.REVIEW, Place.LIST):
        assert any(len(name) == 1 or name in {"tab", "enter", "escape", "shift+tab", "space"} for name in key.keys), key


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_hints_are_whole_groups_and_end_with_help(width: int) -> None:
    hints = Hints(Brush())
    hints.groups = keys.hints(Place.REVIEW, Place.ANYWHERE)
    text = plain_text(hints.lines(width, 1)[0][0])
    assert text.endswith("? help")
    assert len(text) <= width
    groups = [f"{key} {label}" for key, label in hints.groups]
    assert all(part.strip() in groups for part in text.strip().split("  ") if part.strip())
    assert text.startswith(" a accept")


def test_the_first_place_wins_and_text_stays_text() -> None:
    assert keys.action_for((Place.REVIEW, Place.LIST), "j", "j") == "cursor_down"
    assert keys.action_for((Place.REVIEW,), "right_square_bracket", "]") == "next_chart"
    assert keys.action_for((Place.LINE_EDIT,), "a", "a") is None
