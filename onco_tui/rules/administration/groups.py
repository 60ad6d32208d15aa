"""Which differences must be settled together: those of which one alone would leave a claim half changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from onco_tui.derive.administration.reading import read_chart, reading_of
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import INITIAL, ONLY_ALONE
from onco_tui.rules.administration.comparison import Difference, differences
from onco_tui.rules.administration.doubt import unsettled
from onco_tui.rules.context import Context
from onco_tui.rules.unknown_codes import lines_as_meant


def groups(context: Context) -> list[tuple[Difference, ...]]:
    """Part the differences that can be judged into groups that must be settled together."""
    found = [difference for difference in context.once(differences) if not unsettled(context, difference)]
    changes = [_changes(context, difference) for difference in found]
    gone = {difference.line.line for difference in found if difference.line and moves(difference)}
    knots = [frozenset(ats) for ats in _of_one_derived(found)]
    bringing = {at for at, d in enumerate(found) if d.derived and d.derived.code in INITIAL}
    alone = {at for at, d in enumerate(found) if d.derived and d.derived.code in ONLY_ALONE and moves(d)}
    for day in dict.fromkeys(day for changed in changes for _, day in changed):
        on_day = {at: frozenset(code for code, on in changed if on == day) for at, changed in enumerate(changes)}
        staying = frozenset(line.code for line in encounter_lines(context, day) if line.line not in gone)
        for tied in (*_tied(context, staying, on_day, bringing), *_cleared_for(alone, on_day)):
            joined = frozenset[int]().union(*(knot for knot in knots if knot & tied))
            knots = [*(knot for knot in knots if not knot & tied), *([joined] if joined else [])]
    return [tuple(found[at] for at in sorted(knot)) for knot in knots]


def _of_one_derived(found: Sequence[Difference]) -> Iterable[list[int]]:
    """Gather the differences that share a derived line: settling one alone would pair the others anew."""
    shared: dict[int, list[int]] = defaultdict(list)
    for at, difference in enumerate(found):
        shared[-1 - at if difference.derived is None else id(difference.derived)].append(at)
    return shared.values()


def _cleared_for(alone: set[int], changes: dict[int, frozenset[str]]) -> Iterable[frozenset[int]]:
    """Give all changes of a date to which one brings a draw or flush, which counts only when nothing else stays."""
    if any(changes[at] for at in alone):
        yield frozenset(at for at, codes in changes.items() if codes)


def _tied(
    context: Context, staying: frozenset[str], changes: dict[int, frozenset[str]], bringing: set[int]
) -> Iterable[frozenset[int]]:
    """Give the changes of a date that cannot stand alone.

    All about initial services, unless one stays and the others only go; and for an add-on without a parent among the
    lines that stay, all that bring or take the add-on or one of its parents.
    """
    if not staying & INITIAL or any(changes[at] for at in bringing):
        yield frozenset(at for at, codes in changes.items() if codes & INITIAL)
    moved = frozenset[str]().union(*changes.values())
    for code, parents in context.reference.addon_parents.items():
        if code in moved | staying and staying.isdisjoint(parents):
            yield frozenset(at for at, codes in changes.items() if codes & (parents | {code}))


def encounter_lines(context: Context, day: date | None) -> Sequence[ClaimLine]:
    """Give the lines among which a parent is looked for: those of the encounter that a date belongs to."""
    return context.once(_lines_by_encounter).get(encounter_of(context, day), ())


def _lines_by_encounter(context: Context) -> Mapping[date | None, Sequence[ClaimLine]]:
    lines: dict[date | None, list[ClaimLine]] = defaultdict(list)
    for line in context.once(lines_as_meant):
        lines[encounter_of(context, context.day_of(line))].append(line)
    return lines


def encounter_of(context: Context, day: date | None) -> date | None:
    """Name the encounter of a date by its first date: a hospital's whole stay, an office visit over midnight."""
    return context.once(_first_dates).get(day, day) if context.practitioner and day is not None else None


def _first_dates(context: Context) -> dict[date, date]:
    """Give the first date of each charted visit that lasts over midnight, by its further dates."""
    days = {derived.date_of_service for derived in context.derivation.lines}
    if len(days) < 2:
        return {}
    reading = reading_of(context.encounter, context.reference)
    visits = read_chart(context.encounter, context.reference, reading).visits
    return {day: visits.on(day)[0] for day in days}


def recoded_lines(context: Context) -> frozenset[int]:
    """Give the numbers of the lines whose code leaves their date. Use it through ``context.once``."""
    lines = (difference.line for difference in context.once(differences) if moves(difference))
    return frozenset(line.line for line in lines if line)


def _changes(context: Context, difference: Difference) -> frozenset[tuple[str, date | None]]:
    """Give the codes a difference brings to an encounter or takes from one, which is named by its first date.

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
    return frozenset((code, encounter_of(context, day)) for code, day in changed)


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
