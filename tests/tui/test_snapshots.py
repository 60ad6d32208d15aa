"""The important screens as text. ``ONCO_TUI_SNAPSHOTS=write`` writes them anew; look at the difference then.

Findings come from three rules of this test, so that the wording of the real ones does not matter here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from onco_tui.derive.result import Derivation, DerivedLine
from onco_tui.encounter.edits import set_diagnoses, set_line_field
from onco_tui.rules import engine
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.finding import Authority, Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import Check, Rule
from onco_tui.store.actor import Actor
from tests.tui.driver import session, stock
from tests.tui.tui_documents import carboplatin_day, claim_without_chart

SNAPSHOTS = Path(__file__).parent / "snapshots"
ID = "E-2026-0101"
MANUAL = Authority("Claims Manual", "chapter 12 section 30", "https://example.org/manual/chapter-12")
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
SCREENS = {
    "worklist": (None, ()),
    "filter": (None, ("/", *"rule:")),
    "filter-wrong": (None, ("/", *"risk>lots", "enter")),
    "views": (None, ("/", *"testp", "enter", "v", "s", *"mine", "enter", "v")),
    "review": (ID, ()),
    "review-line": (ID, ("1", "g", "j", "j", "j")),
    "review-claim": (ID, ("n", "n")),
    "edit": (ID, ("1", "g", "j", "e", "tab", "tab", "backspace", "1")),
    "diagnoses": (ID, ("E", "j", "K")),
    "reason": (ID, ("x",)),
    "facts": (ID, ("2", "j", "j")),
    "timeline": (ID, ("5", "j")),
    "notes": (ID, ("6",)),
    "draft": (ID, ("n", "n", "a")),
    "compare": (ID, ("a", "c")),
    "finalized": (ID, ("F", "y")),
    "commands": (ID, (":", *"the")),
    "safe-fixes": (ID, ("A",)),
    "history": (ID, ("a", "u", "t")),
    "help": (ID, ("f1",)),
    "no-chart": ("E-2026-0102", ("3", "G")),
}


def _hours(context: Context) -> Iterator[Draft | NotChecked]:
    line = context.claim.line(2)
    given = context.chart.administration("A2")
    if line is None or given is None or line.units <= 1:
        return
    edits = (set_line_field(line, "units", 1), set_line_field(line, "charge", "90.00"))
    yield Draft(
        "125 min: 60 are the first hour, 60 the second, 5 are left over; the claim bills 3 more hours",
        lines=(2,),
        evidence=(*line_evidence(line, "units"), *chart_evidence(given, "start", "stop")),
        direction="over",
        amount_at_risk=Decimal("180.00"),
        fixes=(Fix("bill one more hour", "safe", edits),),
    )


def _sequence(context: Context) -> Iterator[Draft | NotChecked]:
    codes = context.claim.diagnoses
    if codes[0] != "Z51.11":
        first = ("Z51.11", *(code for code in codes if code != "Z51.11"))
        fix = Fix("put Z51.11 first", "review", (set_diagnoses(context.claim, first),))
        yield Draft("the visit was for chemotherapy", diagnoses=("Z51.11",), direction="format", fixes=(fix,))


def _signature(context: Context) -> Iterator[Draft | NotChecked]:
    if context.encounter.documentation is None:
        yield NotChecked("the chart has no administrations")
        return
    given = context.administrations[0]
    fix = Fix("ask for the signature", "query", question="Please document who gave the drug.")
    evidence = chart_evidence(given, "documented_by")
    yield Draft("no signature is charted", evidence=evidence, direction="documentation", fixes=(fix,), subject=given.id)


def _rule(code: str, name: str, severity: Severity, check: Check) -> Rule:
    return Rule(code, name, severity, (), (MANUAL,), check, {}, Path(__file__))


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [
        _rule("TST101", "hours-not-supported", Severity.ERROR, _hours),
        _rule("TST102", "therapy-code-first", Severity.WARNING, _sequence),
        _rule("TST103", "signature-missing", Severity.INFO, _signature),
    ]
    monkeypatch.setattr(engine, "all_rules", lambda: {rule.code: rule for rule in rules})
    monkeypatch.setattr("onco_tui.review.sitting.derive", _derive)
    monkeypatch.setattr("onco_tui.review.desk.current_actor", lambda: Actor("coder"))


def _derive(*_: object) -> Derivation:
    day = date(2026, 3, 2)
    hours = DerivedLine("96415", Decimal(1), (), day, ("A2",), ("125 - 60 = 65, over 30: 1 more hour",))
    drug = DerivedLine("J9045", Decimal(9), (), day, ("A2",), ("430 mg / 50 mg = 8.6, 9 units",))
    return Derivation((hours, drug))


def _sized(name: str, *sizes: tuple[int, int]) -> list[object]:
    return [pytest.param(name, size, id=f"{name}-{size[0]}x{size[1]}") for size in sizes]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        *(case for name in SCREENS for case in _sized(name, (120, 40), (80, 24))),
        *_sized("worklist", (200, 50), (60, 20), (40, 10)),
        *_sized("review", (200, 50), (60, 20), (40, 10)),
    ],
)
async def test_screen(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    encounter_id, keys = SCREENS[name]
    database = stock(tmp_path / "claims.db", [carboplatin_day(), claim_without_chart()])
    async with session(database, encounter_id, size=size) as coder:
        await coder.press(*keys)
        await coder.until("TST101") if name == "worklist" and size[1] >= 20 else await coder.pilot.pause(0.25)
        screen = _CLOCK.sub("2026-03-05 08:00:00", coder.text + "\n")
    path = SNAPSHOTS / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("ONCO_TUI_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(screen, encoding="utf-8")
    assert screen == path.read_text(encoding="utf-8"), f"\n{screen}"
