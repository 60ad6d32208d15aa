"""Tasks of the worklist: typing a filter with what it may go on as, the saved views, waiting for a long list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from onco_tui.present.clean import Shown
from onco_tui.present.glyphs import CURSOR
from onco_tui.present.spans import Role, Row, Span, crop_row, span
from onco_tui.present.worklist import offer_row, view_row
from onco_tui.tui.keys import cap_of, shown
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.field import TextField
from onco_tui.tui.tasks.task import Task
from onco_tui.tui.widgets.pane import Body

if TYPE_CHECKING:
    from onco_tui.review.filter_offers import Offers
    from onco_tui.review.list_reading import ListReading
    from onco_tui.review.worklist import SavedView

_LABEL = "filter "
_WORD = re.compile(r'(?:[^\s"]|"[^"]*"?)+')


class FilterPrompt(Task):
    """A filter being typed. ``keep`` gives what is wrong with it in words, or nothing."""

    place = Place.SEARCH

    def __init__(
        self, text: str, offers: Callable[[str], Offers], keep: Callable[[str], str], drop: Callable[[], None]
    ) -> None:
        self._field = TextField(f"{text} " if text else "", most=500)
        self._offers_for, self._keep, self._drop = offers, keep, drop
        self._chosen = -1
        self.wrong = ""
        self.offers = offers(self._field.text)

    def body(self, cells: int) -> Body:
        """Draw the field."""
        field = self._field.row(max(cells - len(_LABEL) - 1, 8), active=True)
        return Body([(span(_LABEL, Role.HEADING), *_names_marked(field))])

    def offer_rows(self, cells: int, most: int) -> list[Row]:
        """Draw what is wrong, and what may be typed next, around the one under the cursor."""
        rows: list[Row] = [(span(self.wrong, Role.ERROR),)] if self.wrong else []
        offers = self.offers.offers
        first = max(min(self._chosen - most // 2, len(offers) - most), 0)
        for index, offer in enumerate(offers[first : first + most], first):
            mark = span(f"{CURSOR if index == self._chosen else ' '} ")
            rows.append(crop_row((mark, *offer_row(offer, here=index == self._chosen)), cells))
        return rows or [(span("searched for among patients, encounters, codes and drugs"),)]

    def _changed(self) -> None:
        self._chosen, self.wrong = -1, ""
        self.offers = self._offers_for(self._field.text[: self._field.at])

    def typed(self, key: str, character: str | None) -> None:
        """Type into the field."""
        if self._field.press(key, character):
            self._changed()

    def paste(self, text: str) -> None:
        """Paste into the field."""
        self._field.insert(text)
        self._changed()

    def on_down(self) -> None:
        """Go to the next offer."""
        self._chosen = min(self._chosen + 1, len(self.offers.offers) - 1)

    def on_up(self) -> None:
        """Go to the offer before, or back to what is typed."""
        self._chosen = max(self._chosen - 1, -1)

    def on_take(self) -> None:
        """Put the offer under the cursor into the field, without one the first."""
        if not self.offers.offers:
            return
        taken = self.offers.offers[max(self._chosen, 0)].text
        after = self._field.text[self._field.at :]
        gap = "" if taken[-1:] in {":", ">", "="} else " "
        self._field.text = self._field.text[: self.offers.start] + taken + gap + after.lstrip()
        self._field.at = self.offers.start + len(taken + gap)
        self._changed()

    def on_keep(self) -> None:
        """Take the offer under the cursor; without one filter."""
        if self._chosen >= 0:
            self.on_take()
        else:
            self.wrong = self._keep(self._field.text.strip())

    def on_drop(self) -> None:
        """Leave the list as it was."""
        self._drop()


def _names_marked(field: Row) -> Iterator[Span]:
    """Mark the words that are searched for, mostly names; filters have a sign in them."""
    whole = "".join(part.text for part in field)
    named = {at for word in _WORD.finditer(whole) if not set(word[0]) & set(":<>=") for at in range(*word.span())}
    at = 0
    for part in field:
        for is_name, run in groupby(enumerate(part.text, at), key=lambda letter: letter[0] in named):
            role = Role.NAME_FIELD if is_name and part.role is Role.FIELD else part.role
            yield Span(Shown("".join(letter for _, letter in run)), role)
        at += len(part.text)


class ViewChoice(Task):
    """The saved views by number."""

    place = Place.VIEWS

    def __init__(  # noqa: PLR0913, PLR0917  one for each thing that can be done
        self,
        views: Sequence[SavedView],
        recall: Callable[[SavedView], None],
        save: Callable[[], None],
        rename: Callable[[SavedView], None],
        delete: Callable[[SavedView], None],
        drop: Callable[[], None],
    ) -> None:
        self.title = "Saved views"
        self._views = views
        self._recall, self._save, self._rename, self._delete, self._drop = recall, save, rename, delete, drop
        self._sure = False

    def body(self, cells: int) -> Body:
        """Draw the views."""
        rows = [crop_row(view_row(number, view), cells) for number, view in enumerate(self._views, 1)]
        return Body(rows or [(span(f"no views yet; {cap_of(self.place, 'save')} saves the list as it is now"),)])

    @property
    def is_list(self) -> bool:  # type: ignore[override]  # without views there is nothing to go through
        """Whether there is anything to go through."""
        return bool(self._views)

    def press(self, key: str, character: str | None) -> None:
        """Take a key; only a second d in a row deletes."""
        sure, self._sure = self._sure, False
        if sure and character == "d":
            self._delete(self._views[self.cursor])
        else:
            super().press(key, character)

    def on_cursor_down(self) -> None:
        """Go to the next view."""
        self.cursor = min(self.cursor + 1, max(len(self._views) - 1, 0))

    def on_cursor_up(self) -> None:
        """Go to the view before."""
        self.cursor = max(self.cursor - 1, 0)

    def on_choose(self, number: int) -> None:
        """Recall a view by its number."""
        if number <= len(self._views):
            self._recall(self._views[number - 1])
        else:
            self.message = f"there is no view {number}"

    def on_keep(self) -> None:
        """Recall the view under the cursor."""
        if self._views:
            self._recall(self._views[self.cursor])

    def on_save(self) -> None:
        """Save the list as it is now."""
        self._save()

    def on_rename(self) -> None:
        """Give the view another name."""
        if self._views:
            self._rename(self._views[self.cursor])

    def on_delete(self) -> None:
        """Ask once, then delete."""
        if self._views:
            self._sure = True
            self.message = f"d again deletes the view {self._views[self.cursor].name}"

    def on_drop(self) -> None:
        """Leave the list as it is."""
        self._drop()


class Waiting(Task):
    """A list that is being read; everything else waits."""

    place = Place.WAITING

    def __init__(self, reading: ListReading, stop: Callable[[], None]) -> None:
        self._reading, self._stop = reading, stop
        self._refused = ""

    def body(self, cells: int) -> Body:
        """Say how long it has taken so far, and what key was not taken."""
        del cells
        seconds, stop = f"{self._reading.seconds:.0f}", cap_of(self.place, "stop")
        return Body([(span(f"reading the list, {seconds} s; {stop} stops{self._refused}"),)])

    def typed(self, key: str, character: str | None) -> None:
        """Take no other key, and say so."""
        self._refused = f", {shown(character or key)} was not taken"

    def on_stop(self) -> None:
        """Break the reading off."""
        self._stop()
