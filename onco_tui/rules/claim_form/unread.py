"""Services that no rule reads yet, so that a claim of nothing else does not look clean."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from onco_tui.encounter.counting import by_number
from onco_tui.rules.administration.codes import KINDS
from onco_tui.rules.authorities import fee_schedule
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.groups import is_drug
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule
from onco_tui.rules.unknown_codes import lines_as_meant

_UNKNOWN = "other service"
_LACKING = {
    "radiation": "no rule compares radiation services with the charted course yet",
    "visit": "no rule compares the level of a visit with the chart yet",
    "cell therapy": "no rule compares the steps of cell therapy with the chart yet",
    "laboratory": "no rule compares laboratory and pathology services with orders and results yet",
    "imaging": "no rule compares imaging with its order and report yet",
    "procedure": "no rule compares procedures with their record yet",
    _UNKNOWN: "no rule here knows such services; only code, modifiers, units and pairs were looked at",
}
# Where each section of codes begins. A family of rules that comes to be takes its section out.
_SECTIONS = (
    ("00100", _UNKNOWN),
    ("10004", "procedure"),
    ("36415", "laboratory"),
    ("36420", "procedure"),
    ("36511", "cell therapy"),
    ("36514", "procedure"),
    ("38204", "cell therapy"),
    ("38220", "procedure"),
    ("38225", "cell therapy"),
    ("38300", "procedure"),
    ("70010", "imaging"),
    ("77261", "radiation"),
    ("78012", "imaging"),
    ("80047", "laboratory"),
    ("90281", _UNKNOWN),
    ("99202", "visit"),
    ("99500", _UNKNOWN),
)
_STARTS = [start for start, _ in _SECTIONS]
_LETTERED = {
    "G0103": "laboratory", "G0306": "laboratory", "G0307": "laboratory", "G0452": "laboratory", "G0463": "visit",
    "G2211": "visit", "G2212": "visit", "G0316": "visit", "G0339": "radiation", "G0340": "radiation",
    "0394T": "radiation", "0395T": "radiation", "0537T": "cell therapy", "0538T": "cell therapy",
    "0539T": "cell therapy", "0540T": "cell therapy",
}  # fmt: skip


@rule("CLM206", "service-not-read", Severity.INFO, authority=(fee_schedule("the services there are"),))
def service_not_read(context: Context) -> Iterator[Draft | NotChecked]:
    """Service not read.

    What it finds: Nothing; it tells the lines that no rule compares with the chart, and is then "not checked": once
        for radiation, visits, cell therapy, laboratory, imaging, procedures and any other kind the claim holds.
    Why it matters: A claim of such lines has no findings because nobody looked, not because it is right.
    What the chart must show: Nothing yet; a person compares the service with its record.
    Example: Two lines of 77427: the claim form, the diagnoses and the edits are checked, the fractions are not.
    Fix: None; it is no finding.
    Authority: Medicare physician fee schedule, for the kinds of services. Lines of administrations and drugs are read
        by the ADM and DRG rules.
    """
    unread: dict[str, list[int]] = defaultdict(list)
    for line in context.once(lines_as_meant):
        if (code := line.code) and code not in KINDS and not is_drug(context, code):
            unread[_kind(code)].append(line.line)
    for kind, numbers in unread.items():
        codes = dict.fromkeys(line.code for line in context.claim.lines if line.line in numbers)
        shown = f"{by_number('line', numbers)} ({', '.join(codes)})"
        yield NotChecked(f"{shown}: {_LACKING[kind]}", lines=tuple(numbers), service=kind)


@lru_cache(maxsize=4096)
def _kind(code: str) -> str:
    """Name the kind of service a code stands for."""
    if kind := _LETTERED.get(code):
        return kind
    if "G6001" <= code <= "G6017":
        return "radiation"
    if len(code) == 5 and code[:4].isdigit() and code[4] in "MU":
        return "laboratory"
    if not (len(code) == 5 and code.isdigit()):
        return _UNKNOWN
    at = bisect_right(_STARTS, code)
    return _SECTIONS[at - 1][1] if at else _UNKNOWN
