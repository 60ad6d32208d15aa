"""Orders that the codes themselves fix: code-first notes, and guidelines that name both codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onco_tui.derive.charted_diagnoses import ChartedDiagnoses
from onco_tui.derive.neoplasms import is_adverse_effect, is_neoplasm, is_poisoning, is_secondary
from onco_tui.derive.precedence import Precedence, Topic

_STATUS = (
    "Z15", "Z16", "Z17", "Z18", "Z19", "Z21", "Z22", "Z33.1", "Z3A", "Z66", "Z67", "Z68", "Z72", "Z73", "Z74", "Z77",
    "Z78", "Z79", "Z8", "Z9",
)  # fmt: skip
_FEVER_WITH = ("D70", "D57", "C91", "C92", "C93", "C94", "C95")
# Conditions whose title says, or that practice knows, that a drug brought them about.
_DRUG_INDUCED = (
    "R11", "K52.1", "G62.0", "L27", "D69.59", "D61.81", "J70.2", "J70.4", "I42.7", "N14.1", "T80.82", "T88.7",
)  # fmt: skip
_PREGNANCY, _TRANSPLANT, _TRANSPLANTED_ORGAN, _FOLLOW_UP = "O9A.1", "T86", "C80.2", "Z08"
_CELL_TOXICITIES, _CAUSES_OF_THEM = ("D89.83", "G92.0"), ("T80.8", "T86")
_BOUND = ("D63.0", "J91.0", "R18.0", "R50.81", "Z15", "Z17", "Z19", "Z79.81")
_AFTER_NEOPLASM: tuple[tuple[str, Topic], ...] = (
    ("D63.0", "anemia_of_neoplasm"), ("J91.0", "convention"), ("R18.0", "convention"),
)  # fmt: skip


def by_notes(facts: ChartedDiagnoses) -> Iterator[Precedence]:
    """Give the precedences that hold whatever the encounter was for."""
    listed = facts.listed
    neoplasms = tuple(filter(is_neoplasm, listed))
    for code, topic in _AFTER_NEOPLASM:
        if code in listed and neoplasms:
            yield Precedence(topic, neoplasms, (code,), f"{code} follows the neoplasm it comes from")
    if "R50.81" in listed and (fevered := _with(listed, *_FEVER_WITH)):
        yield Precedence("neutropenia", fevered, ("R50.81",), f"the fever R50.81 follows {' and '.join(fevered)}")
    yield from _of_drugs(facts)
    toxic, causes = _with(listed, *_CELL_TOXICITIES), _with(listed, *_CAUSES_OF_THEM)
    if toxic and causes:
        because = f"{toxic[0]} follows {causes[0]}, its cause"
        yield Precedence("cell_toxicity", causes, toxic, because)
    if pregnancy := _with(listed, _PREGNANCY):
        others = tuple(code for code in listed if code[:1] != "O")
        yield from _each("pregnancy", pregnancy, others, f"{pregnancy[0]} comes before codes of other chapters")
    if transplant := _with(listed, _TRANSPLANT):
        yield from _each("transplant", transplant, _with(listed, _TRANSPLANTED_ORGAN), "T86 comes before C80.2")
    if organ := _with(listed, _TRANSPLANTED_ORGAN):
        others = tuple(code for code in neoplasms if code[:3] != "C80")
        yield from _each("transplant", organ, others, "C80.2 comes before the specific malignancy")
    if history := _with(listed, "Z85"):
        past = _with(listed, "Z85", "Z90")
        yield from _each("follow_up", _with(listed, _FOLLOW_UP), past, "Z08 stands first, the history after it")
        secondary = tuple(filter(is_secondary, listed))
        if secondary and set(secondary) == set(facts.neoplasms):
            because = f"{secondary[0]} is present disease, {history[0]} the former primary site"
            yield from _each("treated_metastasis", secondary, history, because)


def by_convention(facts: ChartedDiagnoses) -> Iterator[Precedence]:
    """Give what is kept when the order changes anyway: status codes and causes after the neoplasm."""
    if neoplasms := facts.neoplasms:
        behind = [code for code in facts.listed if code.startswith((*_STATUS, "Y84.2")) or is_adverse_effect(code)]
        yield from _each("convention", neoplasms, tuple(behind), "status and cause follow the neoplasm")


def is_bound(code: str) -> bool:
    """Tell codes that a code-first note puts behind another one, wherever they stand."""
    return code.startswith(_BOUND) or is_adverse_effect(code)


def is_cause(code: str, effects: Sequence[str]) -> bool:
    """Tell a complication of cells, an infusion or a transplant that stands before a toxicity among some codes."""
    return code.startswith(_CAUSES_OF_THEM) and any(effect.startswith(_CELL_TOXICITIES) for effect in effects)


def is_status(code: str) -> bool:
    """Tell Z codes of a status, history or long-term drug, which are no reason for a visit."""
    return code.startswith(_STATUS)


def _of_drugs(facts: ChartedDiagnoses) -> Iterator[Precedence]:
    """Put the nature of an adverse effect before the drug, the drug of a poisoning before what it caused."""
    natures = tuple(code for code in facts.listed if can_be_effect(code) and not facts.is_comorbidity(code))
    known = tuple(code for code in natures if facts.of_therapy(code) or code.startswith(_DRUG_INDUCED))
    if drugs := tuple(filter(is_adverse_effect, facts.listed)):
        because = f"{drugs[0]} names the drug and follows the effect it had"
        if natures:
            yield Precedence("adverse_effect", known or natures, drugs, because, settled=bool(known))
    if poisons := tuple(filter(is_poisoning, facts.listed)):
        because = f"the poisoning {poisons[0]} comes before what it caused"
        yield from _each("adverse_effect", poisons, known, because)


def can_be_effect(code: str) -> bool:
    """Tell what can be the nature of an adverse effect: no neoplasm, status, external cause or drug."""
    return bool(code) and code[0] not in "ZVWXY" and not is_neoplasm(code) and not "T36" <= code[:3] <= "T50"


def _each(topic: Topic, earlier: tuple[str, ...], later: tuple[str, ...], because: str) -> Iterator[Precedence]:
    """Give one precedence, if there is something on both sides."""
    if earlier and later:
        yield Precedence(topic, earlier, later, because)


def _with(listed: tuple[str, ...], *starts: str) -> tuple[str, ...]:
    return tuple(code for code in listed if code.startswith(starts))
