"""Which differences must be settled together: those of which one alone would leave a claim half changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import INITIAL
from onco_tui.rules.administration.comparison import Difference, differences
from onco_tui.rules.administration.doubt import unsettled
from onco_tui.rules.context import Context


def groups(context: Context) -> list[tuple[Difference, ...]]:
    """Part the differences that can be judged into groups that must be settled together."""
    found = [difference for difference in context.once(differences) if not unsettled(context, difference)]
    changes = [_changes(context, difference) for difference in found]
    gone = {difference.line.line for difference in found if difference.line and moves(difference)}
    knots = [frozenset({at}) for at in range(len(found))]
    for day in dict.fromkeys(day for changed in changes for _, day in changed):
        on_day = {at: frozenset(code for code, on in changed if on == day) for at, changed in enumerate(changes)}
        staying = frozenset(line.code for line in encounter_lines(context, day) if line.line not in gone)
        for tied in _tied(context, staying, on_day):
            joined = frozenset[int]().union(*(knot for knot in knots if knot & tied))
            knots = [*(knot for knot in knots if not knot & tied), *([joined] if joined else [])]
    return [tuple(found[at] for at in sorted(knot)) for knot in knots]


def _tied(context: Context, staying: frozenset[str], changes: dict[int, frozenset[str]]) -> Iterable[frozenset[int]]:
    """Give the changes of a date that cannot stand alone.

    All about initial services; and for an add-on without a parent among the lines that stay, all that bring or
    take the add-on or one of its parents.
    """
    yield frozenset(at for at, codes in changes.items() if codes & INITIAL)
    moved = frozenset[str]().union(*changes.values())
    for code, parents in context.reference.addon_parents.items():
        if code in moved | staying and staying.isdisjoint(parents):
            yield frozenset(at for at, codes in changes.items() if codes & (parents | {code}))


def encounter_lines(context: Context, day: date | None) -> Iterator[ClaimLine]:
    """Give the lines among which a parent is looked for: those of the date, in a hospital those of the whole stay."""
    lines = context.claim.lines
    return (line for line in lines if not context.practitioner or context.day_of(line) == day)


def recoded_lines(context: Context) -> frozenset[int]:
    """Give the numbers of the lines whose code leaves their date. Use it through ``context.once``."""
    lines = (difference.line for difference in context.once(differences) if moves(difference))
    return frozenset(line.line for line in lines if line)


def _changes(context: Context, difference: Difference) -> frozenset[tuple[str, date | None]]:
    """Give the codes a difference brings to a date or takes from one; a hospital's stay counts as one date.

    The modifier of an initial service counts as bringing it: without one it would be the one initial service.
    """
    line, derived = difference.line, difference.derived
    if not (moves(difference) or difference.codes <= INITIAL):
        return frozenset()
    changed: set[tuple[str, date | None]] = set()
    if line is not None:
        changed.add((line.code, context.day_of(line)))
    if derived is not None:
        stays = line is not None and within(line, derived.date_of_service)
        changed.add((derived.code, context.day_of(line) if line is not None and stays else derived.date_of_service))
    return frozenset((code, day if context.practitioner else None) for code, day in changed)


def moves(difference: Difference) -> bool:
    """Tell whether a difference brings a code to a date or takes it away; others change units or modifiers only."""
    line, derived = difference.line, difference.derived
    if line is None or difference.recoded:
        return True
    return not difference.supported if derived is None else not within(line, derived.date_of_service)


def within(line: ClaimLine, day: date) -> bool:
    """Tell whether a line may stand for a date as it is dated."""
    first = line.date_of_service
    return first is None or first <= day <= (line.date_to or first)
