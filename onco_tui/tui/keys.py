"""Every key of the app, in one table: what a key does, hint rows, help screens and documentation are made from it.

The framework's own bindings are not used: they run one message later than the key, so that keys typed ahead (``e``
and then a digit) would act on what is not there any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from onco_tui.tui.palettes import PALETTES
from onco_tui.tui.places import Place


@dataclass(frozen=True, slots=True)
class Key:
    """An action with its keys. ``hint`` orders the hint row, 1 first; 0 keeps it to the help screen."""

    id: str
    keys: tuple[str, ...]
    place: Place
    label: str
    help: str
    hint: int = 0

    @property
    def name(self) -> str:
        """The action as the config file names it: ``pane_1`` for ``pane(1)``."""
        return self.id.replace("(", "_").rstrip(")")

    @property
    def caps(self) -> str:
        """The keys as on their caps; an action without a key is reached through the list of commands."""
        return " ".join(map(shown, self.keys)) or f": {self.label}"


def _key(place: Place, id: str, keys: str, label: str, help: str, hint: int = 0) -> Key:  # noqa: PLR0913, PLR0917  a row of the table
    return Key(id, tuple(keys.split()), place, label, help, hint)


TYPING = frozenset({
    Place.SEARCH, Place.LINE_EDIT, Place.DIAGNOSIS_CODE, Place.NOTE, Place.TEXT, Place.WORDING, Place.ANSWER,
    Place.COMMAND,
})  # fmt: skip
"""Where the coder types text: no printable key may ever be an action there."""

_A, _L, _W, _R = Place.ANYWHERE, Place.LIST, Place.WORKLIST, Place.REVIEW
_E, _D, _C = Place.LINE_EDIT, Place.DIAGNOSES, Place.DIAGNOSIS_CODE

KEYS: tuple[Key, ...] = (
    _key(_L, "cursor_down", "j down", "down", "one row down"),
    _key(_L, "cursor_up", "k up", "up", "one row up"),
    _key(_L, "page_down", "space ctrl+d pagedown", "page down", "one page down"),
    _key(_L, "page_up", "b ctrl+u pageup", "page up", "one page up"),
    _key(_L, "top", "g home", "top", "first row"),
    _key(_L, "end", "G end", "end", "last row"),
    _key(_W, "open", "enter l right", "open", "open the encounter under the cursor", 1),
    _key(_W, "search", "/", "filter", "filter by payer, rule, date, money and more; plain words are searched for", 3),
    _key(_W, "filter", "f", "status", "show open, held, finalized or all encounters", 4),
    _key(_W, "views", "v", "views", "the saved views: recall, save, rename, delete", 9),
    _key(_W, "view(1)", "1", "view 1", "recall a saved view by its number"),
    *(_key(_W, f"view({n})", str(n), f"view {n}", f"recall view {n}") for n in range(2, 10)),
    _key(_W, "sort", "s", "sort", "sort by the next column", 5),
    _key(_W, "reverse", "S", "reverse", "turn the order round", 6),
    _key(_W, "reload", "r", "reload", "read the list again", 8),
    _key(_W, "clear", "escape h left", "clear", "drop search and filter: show everything", 7),
    _key(_W, "leave", "q", "quit", "leave the program; everything accepted is saved", 2),
    _key(_R, "next_finding", "n", "next", "next finding", 2),
    _key(_R, "previous_finding", "p", "previous", "previous finding", 9),
    _key(_R, "accept", "a", "accept", "accept the fix that is shown; it is saved at once", 1),
    _key(_R, "accept_all", "A", "all safe", "list all safe fixes, then y accepts them", 7),
    _key(_R, "other_fix", "o", "other fix", "show the next fix of this finding", 13),
    _key(_R, "set_aside", "x", "dismiss", "set the finding aside with a reason", 3),
    _key(_R, "undo", "u", "undo", "take back the last thing done on this encounter", 4),
    _key(_R, "redo", "U", "redo", "do again what was taken back last", 18),
    _key(_R, "edit_line", "e", "edit line", "edit the selected line; findings follow as you type", 5),
    _key(_R, "edit_diagnoses", "E", "diagnoses", "order, replace, add or delete diagnoses", 8),
    _key(_R, "finalize", "F", "finalize", "mark the claim as done", 6),
    _key(_R, "reopen", "R", "reopen", "open a finalized claim again", 3),
    _key(_R, "hold", "m", "hold", "set the encounter aside with a reason, or take it up again", 14),
    _key(_R, "verify", "v", "verify", "mark the selected line as looked at and right", 19),
    _key(_R, "note", "N", "note", "leave a note for the next coder", 20),
    _key(_R, "queries", "Q", "questions", "questions to clinicians: send, answer, withdraw", 21),
    _key(_R, "next_chart", "]", "next chart", "next encounter of the worklist", 10),
    _key(_R, "previous_chart", "[", "previous chart", "previous encounter of the worklist", 15),
    _key(_R, "history", "t", "history", "who did what on this encounter", 11),
    _key(_R, "line_history", "T", "line history", "who did what on the selected line", 22),
    _key(_R, "compare", "c", "compare", "the claim against the claim as imported", 23),
    _key(_R, "rule_page", "w", "why", "the rule of the finding: authority, example, how it fared here", 24),
    _key(_R, "zoom", "z", "zoom", "give the pane the whole screen, and back", 12),
    _key(_R, "next_pane", "tab", "pane", "next pane", 6),
    _key(_R, "previous_pane", "shift+tab", "pane back", "previous pane"),
    _key(_R, "pane(1)", "1", "lines", "claim lines"),
    _key(_R, "pane(2)", "2", "facts", "chart facts; the one under the cursor lights what rests on it"),
    _key(_R, "pane(3)", "3", "findings", "findings"),
    _key(_R, "pane(4)", "4", "detail", "detail of the finding"),
    _key(_R, "pane(5)", "5", "timeline", "infusion timeline or radiation calendar; each bar says what it earned"),
    _key(_R, "pane(6)", "6", "notes", "notes of the chart, what the finding rests on marked"),
    _key(_R, "reload", "r", "reload", "read the encounter again, after someone else changed it", 17),
    _key(_R, "back", "q escape h left", "back", "close what is open, then back to the worklist", 8),
    _key(Place.PAGE, "close", "escape q h left t T c w enter", "close", "close the page", 1),
    _key(Place.PAGE, "page_down", "space ctrl+d pagedown", "page down", "one page down", 2),
    _key(Place.PAGE, "page_up", "b ctrl+u pageup", "page up", "one page up", 3),
    _key(_A, "help", "?", "help", "the rule of the selected finding, then this list; again to close it", 99),
    _key(_A, "all_keys", "f1", "keys", "this list; again to close it"),
    _key(_A, "command", ":", "commands", "find any action by words and run it", 98),
    _key(
        _A,
        "hide",
        "H f9",
        "hide names",
        "hide who the patients are, or show it again",
    ),
    _key(_A, "lock", "L f10", "lock", "clear the screen until enter is pressed"),
    *(_key(_A, f"theme({name})", "", f"{name} theme", palette.words) for name, palette in PALETTES.items()),
    _key(_A, "interrupt", "ctrl+c", "quit", "leave the program; press it twice"),
    _key(Place.SEARCH, "take", "tab", "complete", "take the name under the cursor, else the first one offered", 3),
    _key(Place.SEARCH, "down", "down ctrl+n", "choose", "next name offered", 4),
    _key(Place.SEARCH, "up", "up ctrl+p", "choose back", "name offered before"),
    _key(Place.SEARCH, "keep", "enter", "filter", "take the name under the cursor; without one filter the list", 1),
    _key(Place.SEARCH, "drop", "escape", "back", "leave the list as it was", 2),
    _key(Place.VIEWS, "cursor_down", "j down", "down", "next view"),
    _key(Place.VIEWS, "cursor_up", "k up", "up", "view before"),
    *(_key(Place.VIEWS, f"choose({n})", str(n), str(n), f"recall view {n}") for n in range(1, 10)),
    _key(Place.VIEWS, "keep", "enter", "recall", "recall the view under the cursor", 1),
    _key(Place.VIEWS, "save", "s", "save", "save the list as it is now under a name", 3),
    _key(Place.VIEWS, "rename", "r", "rename", "give the view another name", 4),
    _key(Place.VIEWS, "delete", "d", "delete", "delete the view; asks once", 5),
    _key(Place.VIEWS, "drop", "escape q v", "back", "leave the list as it is", 2),
    _key(Place.WAITING, "stop", "escape", "stop", "stop reading; the list stays as it was", 1),
    _key(Place.CONFIRM, "yes", "y", "yes", "do it", 1),
    _key(Place.CONFIRM, "no", "n escape q", "no", "leave it; any other key does the same", 2),
    _key(_E, "next_field", "tab", "next field", "next field", 3),
    _key(_E, "previous_field", "shift+tab", "previous field", "previous field"),
    _key(_E, "down", "down ctrl+n", "choose", "next code offered, else the next field", 4),
    _key(_E, "up", "up ctrl+p", "choose back", "code offered before, else the previous field"),
    _key(_E, "keep", "enter", "keep", "take the code under the cursor; without one write the change", 1),
    _key(_E, "drop", "escape", "drop", "leave the line as it was", 2),
    _key(_D, "cursor_down", "j down", "down", "next diagnosis"),
    _key(_D, "cursor_up", "k up", "up", "previous diagnosis"),
    _key(_D, "move_down", "J shift+down", "move down", "move the diagnosis down", 4),
    _key(_D, "move_up", "K shift+up", "move up", "move the diagnosis up", 3),
    _key(_D, "replace", "r", "replace", "type another code in its place", 5),
    _key(_D, "add", "o", "add", "add a diagnosis below", 6),
    _key(_D, "delete", "d delete", "delete", "take the diagnosis off the claim", 7),
    _key(_D, "keep", "enter", "keep", "write the change", 1),
    _key(_D, "drop", "escape q", "drop", "leave the diagnoses as they were", 2),
    _key(_C, "down", "down ctrl+n", "choose", "next code offered", 3),
    _key(_C, "up", "up ctrl+p", "choose back", "code offered before"),
    _key(_C, "keep", "enter", "take", "take the code under the cursor, else the one typed", 1),
    _key(_C, "drop", "escape", "back", "back to the list", 2),
    _key(Place.REASON, "cursor_down", "j down", "down", "next reason"),
    _key(Place.REASON, "cursor_up", "k up", "up", "previous reason"),
    _key(Place.REASON, "choose(1)", "1", "reason 1", "choose a reason by its number"),
    *(_key(Place.REASON, f"choose({n})", str(n), str(n), f"reason {n}") for n in range(2, 10)),
    _key(Place.REASON, "note", "tab i", "note", "add a note", 4),
    _key(Place.REASON, "keep", "enter", "dismiss", "dismiss with the reason under the cursor", 1),
    _key(Place.REASON, "drop", "escape q h", "back", "leave the finding open", 2),
    _key(Place.NOTE, "keep", "enter", "dismiss", "dismiss with reason and note", 1),
    _key(Place.NOTE, "reasons", "tab shift+tab", "reasons", "back to the reasons", 3),
    _key(Place.NOTE, "drop", "escape", "back", "leave the finding open", 2),
    _key(Place.SAFE_FIXES, "cursor_down", "j down", "down", "scroll down"),
    _key(Place.SAFE_FIXES, "cursor_up", "k up", "up", "scroll up"),
    _key(Place.SAFE_FIXES, "keep", "y", "accept all", "accept every fix of the list", 1),
    _key(Place.SAFE_FIXES, "drop", "n escape q", "back", "accept none", 2),
    _key(Place.TEXT, "keep", "enter", "keep", "take the text", 1),
    _key(Place.TEXT, "drop", "escape", "back", "leave everything as it was", 2),
    _key(Place.DRAFT, "keep", "enter y", "record", "record the question; the claim stays as it is", 1),
    _key(Place.DRAFT, "write", "e i", "reword", "put the question into your own words", 3),
    _key(Place.DRAFT, "drop", "escape q n", "back", "ask nothing", 2),
    _key(Place.WORDING, "keep", "enter", "record", "record the question; the claim stays as it is", 1),
    _key(Place.WORDING, "drop", "escape", "back", "ask nothing", 2),
    _key(Place.QUERIES, "cursor_down", "j down", "down", "next question"),
    _key(Place.QUERIES, "cursor_up", "k up", "up", "previous question"),
    _key(Place.QUERIES, "sent", "s", "sent", "note that the question went out", 2),
    _key(Place.QUERIES, "answer", "a", "answer", "note what came back", 3),
    _key(Place.QUERIES, "withdraw", "x", "withdraw", "take the question back", 4),
    _key(Place.QUERIES, "drop", "escape q h left", "back", "back to the claim", 1),
    _key(Place.ANSWER, "keep", "enter", "keep", "note the answer", 1),
    _key(Place.ANSWER, "drop", "escape", "back", "back to the list", 2),
    _key(Place.COMMAND, "down", "down ctrl+n", "next", "next command", 3),
    _key(Place.COMMAND, "up", "up ctrl+p", "previous", "command before", 4),
    _key(Place.COMMAND, "keep", "enter", "run", "run the command under the cursor; one that is off says why", 1),
    _key(Place.COMMAND, "drop", "escape", "back", "run nothing", 2),
)

_SHOWN = {
    "pagedown": "PgDn", "pageup": "PgUp", "escape": "esc", **{f"f{number}": f"F{number}" for number in range(1, 13)},
}  # fmt: skip


_in_force: list[Key] = list(KEYS)


def use(table: Iterable[Key] = KEYS) -> None:
    """Let a table with the coder's own keys be in force from now on; without one the table above."""
    _in_force[:] = table


def of(*places: Place) -> tuple[Key, ...]:
    """Give the keys of some places, in the table's order."""
    return tuple(key for key in _in_force if key.place in places)


def action_for(places: Iterable[Place], pressed: str, character: str | None) -> str | None:
    """Find the action a key has in some places, the first place first; None when it has none and may be typed text."""
    return next(
        (
            key.id
            for place in places
            for key in of(place)
            if pressed in key.keys or (character is not None and character in key.keys)
        ),
        None,
    )


def apart(pressed: str, character: str | None) -> tuple[tuple[str, str | None], ...]:
    """Give the keys that were pressed: escape and a key that arrive as one look like alt and that key."""
    if character is not None and pressed.startswith("alt+"):
        return ("escape", None), (character, character)
    return ((pressed, character),)


def run(targets: Iterable[object], prefix: str, action: str) -> None:
    """Call the method an action names on the first target that has it, ``pane(1)`` with what stands in brackets."""
    name, _, argument = action.partition("(")
    method = getattr(next(target for target in targets if hasattr(target, prefix + name)), prefix + name)
    if argument:
        word = argument.rstrip(")")
        method(int(word) if word.isdigit() else word)
    else:
        method()


def shown(name: str) -> str:
    """Write a key's name as on a key cap."""
    return _SHOWN.get(name) or (name.replace("+", "-") if len(name) > 1 else name)


def cap_of(place: Place, action: str) -> str:
    """Give the first key of an action as on its cap, for a message that names it."""
    return next(key.caps.split(" ")[0] if key.keys else key.caps for key in of(place) if key.id == action)


def cap(action: str) -> str:
    """Give the key of an action of the review, for a message that names it."""
    return cap_of(Place.REVIEW, action)


def hints(*places: Place, without: Collection[str] = ()) -> tuple[tuple[str, str], ...]:
    """Give key and label of the actions worth a hint, most needed first; ``without`` those that cannot act now."""
    worth = (key for key in of(*places) if key.hint and key.keys and key.id not in without)
    ranked = sorted(worth, key=lambda key: key.hint)
    return tuple((shown(key.keys[0]), key.label) for key in ranked)


def help_lines(*places: Place) -> Iterable[tuple[str, str]]:
    """Give keys and explanation of every action of some places; a heading has an empty explanation."""
    for place in places:
        yield place.value, ""
        for key in of(place):
            yield key.caps, key.help


def as_markdown() -> str:
    """Write the table of keys for the documentation."""
    parts: list[str] = []
    for place in Place:
        rows = [
            f"| {' '.join(f'`{shown(name)}`' for name in key.keys) or f'`{key.caps}`'} | `{key.name}` | {key.help} |"
            for key in of(place)
        ]
        head = [
            f"## {place.value.capitalize()}: `[keys.{place.section}]`",
            "",
            "| keys | action | what |",
            "| --- | --- | --- |",
        ]
        parts.append("\n".join([*head, *rows]))
    return "\n\n".join(parts) + "\n"
