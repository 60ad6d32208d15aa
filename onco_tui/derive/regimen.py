"""Recognises the regimen of a treatment day from its drugs and the diagnosis; what is ambiguous stays ambiguous."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from onco_tui.codesets.reference import Reference
from onco_tui.codesets.regimens import BY_PUMP, Phase, Regimen, RegimenTable, Slot
from onco_tui.derive.given_drugs import GivenDrug, given_drugs
from onco_tui.derive.neoplasms import is_secondary, is_treatable_neoplasm
from onco_tui.derive.planned_regimen import cycle_day, planned_regimen
from onco_tui.encounter.document import Encounter

_INTENTS = {"definitive": "curative", "definitive chemoradiation": "curative", "metastatic": "palliative"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One regimen that explains a day's drugs. ``days`` are the days of its cycle these drugs fit.

    ``missing`` are drugs of such a day that were not given, ``unexplained`` given ones it does not know.
    ``for_disease`` is False when it is listed for other diseases only, None when no primary neoplasm is documented.
    """

    regimen: Regimen
    phase: Phase
    days: tuple[int, ...]
    missing: tuple[str, ...]
    unexplained: tuple[str, ...]
    for_disease: bool | None

    @property
    def exact(self) -> bool:
        """True when its drugs of the day were given, and nothing else."""
        return not self.missing and not self.unexplained

    @property
    def words(self) -> str:
        """Name regimen and day, with its drugs in a later part: ``mFOLFOX6 day 1``, ``TCH (trastuzumab) day 1``."""
        later = self.phase is not self.regimen.phases[0]
        part = f" ({' + '.join(dict.fromkeys(drug.drug for drug in self.phase.drugs))})" if later else ""
        days = ", ".join(map(str, self.days[:-1]))
        return f"{self.regimen.name}{part} day {f'{days} or ' if days else ''}{self.days[-1]}"


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a day's drugs make. No reading means that the table knows no regimen of them."""

    day: date
    drugs: tuple[GivenDrug, ...]
    readings: tuple[Reading, ...]

    @property
    def settled(self) -> Reading | None:
        """The only reading; None when there is none or another one."""
        return self.readings[0] if len(self.readings) == 1 else None


def recognise(encounter: Encounter, reference: Reference) -> tuple[Recognition, ...]:
    """Recognise the regimen of each day on which drugs against a neoplasm were started, in order of the days."""
    by_day = given_drugs(encounter, reference)
    treating = {day: drugs for day, drugs in by_day.items() if not all(drug.companion for drug in drugs)}
    if not treating:
        return ()
    diagnoses = neoplasms(encounter)
    return tuple(
        Recognition(day, drugs, _readings(encounter, reference, drugs, diagnoses))
        for day, drugs in sorted(treating.items())
    )


def neoplasms(encounter: Encounter) -> tuple[str, ...] | None:
    """Give the codes of primary neoplasms: active ones as documented, else historical ones, else as billed.

    Empty when only metastases or no diagnoses at all are known; None when there are diagnoses and no neoplasm.
    """
    charted = [d for d in encounter.chart.diagnoses or () if d.code and d.status != "suspected"]
    active = tuple(d.code for d in charted if d.code and d.status != "history" and is_treatable_neoplasm(d.code))
    documented = active or tuple(d.code for d in charted if d.code and is_treatable_neoplasm(d.code))
    codes = documented or tuple(code for code in encounter.claim.diagnoses if is_treatable_neoplasm(code))
    if not codes and (charted or encounter.claim.diagnoses):
        return None
    return tuple(code for code in codes if not is_secondary(code))


def _readings(
    encounter: Encounter, reference: Reference, drugs: tuple[GivenDrug, ...], diagnoses: tuple[str, ...] | None
) -> tuple[Reading, ...]:
    if diagnoses is None:
        return ()
    readings = _best(reference.regimens, _counted(drugs), diagnoses)
    plan = encounter.chart.treatment_plan
    day = cycle_day(plan)
    if len(readings) > 1 and plan:
        planned, intent = planned_regimen(plan, reference).regimens, (plan.intent or "").casefold()
        readings = _narrowed(readings, lambda reading: reading.regimen in planned)
        readings = _narrowed(readings, lambda reading: _INTENTS.get(intent, intent) in reading.regimen.intents)
    return tuple(replace(r, days=(day,)) if day is not None and day in r.days else r for r in readings)


def _narrowed(readings: tuple[Reading, ...], keep: Callable[[Reading], bool]) -> tuple[Reading, ...]:
    return tuple(reading for reading in readings if keep(reading)) or readings


@lru_cache(maxsize=1024)
def _best(table: RegimenTable, keys: frozenset[str], diagnoses: tuple[str, ...]) -> tuple[Reading, ...]:
    """Find the best readings: the disease counts first, then that little is left open. Kept, as drugs come in few sets.

    A drug the regimen does not know weighs more than one that was left out. For another disease only an exact one
    of several drugs counts, and of the days of one phase the first that fits best.
    """
    best, found = _Rank(disease=3, open=0), list[Reading]()
    for regimen in dict.fromkeys(r for key in sorted(keys) for r in table.with_drug(key.removesuffix(BY_PUMP))):
        listed = regimen.treats(diagnoses) if diagnoses else None
        disease = {True: 0, None: 1, False: 2}[listed]
        for phase in regimen.phases if disease <= best.disease else ():
            fits = [(_left_open(slot, keys), slot) for slot in phase.slots if _explains(slot, keys)]
            left, slot = min(fits, key=lambda fit: fit[0], default=(None, None))
            if left is None or slot is None or _Rank(disease, left) > best:
                continue
            if listed is False and (left or len(slot.required) == 1):
                continue
            found = [] if _Rank(disease, left) < best else found
            best = _Rank(disease, left)
            missing, unexplained = slot.required - keys, keys - slot.required - slot.free
            found.append(Reading(regimen, phase, slot.days, tuple(sorted(missing)), tuple(sorted(unexplained)), listed))
    distinct: dict[tuple[object, ...], Reading] = {}
    for reading in found:  # one name may stand for one schedule in several diseases
        distinct.setdefault((reading.words, reading.missing, reading.unexplained), reading)
    return tuple(distinct.values())


class _Rank(NamedTuple):
    disease: int
    open: int


def _counted(drugs: tuple[GivenDrug, ...]) -> frozenset[str]:
    """Give the keys that count: hormonal drugs are orders of their own beside others."""
    own = frozenset(drug.key for drug in drugs if not drug.hormonal and not drug.companion)
    return own or frozenset(drug.key for drug in drugs if not drug.companion)


def _explains(slot: Slot, keys: frozenset[str]) -> bool:
    """Tell whether a day explains more than it leaves open, or was given whole with no more drugs beside it."""
    explained = len(keys & (slot.required | slot.free)) if keys & slot.required else 0
    missing, unexplained = len(slot.required - keys), len(keys - slot.required - slot.free)
    return explained > missing + unexplained or (0 < explained >= unexplained and not missing)


def _left_open(slot: Slot, keys: frozenset[str]) -> int:
    return 2 * len(keys - slot.required - slot.free) + len(slot.required - keys)
