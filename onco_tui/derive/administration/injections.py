"""Injections under the skin or into muscle, on-body injectors, subcutaneous infusions.

They never take the initial slot. Sources: NCCI Policy Manual ch. XI B.1; CMS Claims Processing Manual ch. 12
section 30.5; drug lists of a payer override the class (``injection_only_codes``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from onco_tui.derive.administration.doses import containers, infused_doses
from onco_tui.derive.administration.given import Given
from onco_tui.derive.administration.infusions import hours_told
from onco_tui.derive.administration.minutes import hours_beyond_first, total, union
from onco_tui.derive.administration.sheet import Worksheet

_ROUTE = {"subcutaneous": "under the skin", "subcutaneous_infusion": "under the skin", "intramuscular": "into muscle"}


def code_injections(given: Sequence[Given], sheet: Worksheet) -> None:
    """Code every injection of one visit; one mixed in a syringe is one injection."""
    by_drug: dict[str, list[Sequence[Given]]] = defaultdict(list)
    for dose in containers(given):
        by_drug[dose.drug].append(dose.given)
    for injections in by_drug.values():
        counted = injections
        if len(injections) > 1:
            sheet.ask("same_drug_injections", (item.id for injected in injections for item in injected))
            if sheet.reading.policy.same_drug_injections == "one_injection":
                counted = [[item for injected in injections for item in injected]]
        for injected in counted:
            code, words = _code(injected)
            name = " + ".join(dict.fromkeys(item.name for item in injected))
            route = _ROUTE.get(injected[0].administration.route or "", "by injection")
            sheet.earn(code, 1, injected, (f"{name}, {words}, injected {route}",))


def _code(injected: Sequence[Given]) -> tuple[str, str]:
    chemotherapy = [item for item in injected if item.family == "chemotherapy"]
    if not chemotherapy:
        return "96372", "not an antineoplastic or complex biologic"
    if all(item.drug_class == "hormonal" for item in chemotherapy):
        return "96402", "hormonal antineoplastic"
    return "96401", "antineoplastic or complex biologic, not hormonal"


def code_on_body_injectors(given: Sequence[Given], sheet: Worksheet) -> None:
    """Code the application of on-body injectors in one visit, once."""
    if given:
        sheet.earn("96377", 1, given, (f"{given[0].name} by an on-body injector applied here",))


def code_subcutaneous_infusions(given: Sequence[Given], sheet: Worksheet) -> None:
    """Code subcutaneous infusions of one visit: first hour, further hours, one further pump set-up.

    What ran 15 minutes or less is an injection of its own.
    """
    timed = [item for item in given if item.run.minutes is not None]
    for item in given:
        if item.run.minutes is None:
            sheet.leave((item.id,), f"{item.name} {item.run.told}: a subcutaneous infusion needs its times", gap=True)
    doses = [dose for of_drug in infused_doses(timed).values() for dose in of_drug]
    for dose in doses:
        if dose.minutes <= 15:
            told = f"{dose.name} {dose.told}; 15 min or less under the skin counts as an injection"
            sheet.earn("96372", 1, dose.given, (told,))
    long = [dose for dose in doses if dose.minutes > 15]
    if not long:
        return
    infused = [item for dose in long for item in dose.given]
    minutes = total(union(span for dose in long for span in dose.spans))
    told = "; ".join(f"{dose.name} {dose.told}" for dose in long)
    sheet.earn("96369", 1, infused, (f"{told}, over 15, so a subcutaneous infusion",))
    if more := hours_beyond_first(minutes):
        names = " + ".join(dict.fromkeys(dose.name for dose in long))
        sheet.earn("96370", more, infused, (hours_told(names, minutes, more),))
    if len({item.site for item in infused}) > 1:
        sheet.earn("96371", 1, infused, ("a further infusion site with its own pump set-up, once",))
