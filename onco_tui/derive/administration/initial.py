"""The one initial service of a visit and access: the facility's order, the practitioner's primary reason.

Sources: NCCI Policy Manual ch. XI B.2; CMS Claims Processing Manual ch. 4 section 230 (facility) and ch. 12 section
30.5 (practitioner); NCCI add-on code edits for the accepted parents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onco_tui.derive.administration.hydration import Hydration, hydration_units
from onco_tui.derive.administration.reading import clock_order
from onco_tui.derive.administration.service import Family
from onco_tui.derive.administration.sheet import Earned, Service, Worksheet
from onco_tui.encounter.chart import ReasonForEncounter


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of one kind of service; ``rank`` is its place in the facility's order."""

    rank: int
    initial: str
    add_on: str
    hour: str
    words: str


_CODES: dict[tuple[Family, str], Codes] = {
    ("chemotherapy", "infusion"): Codes(0, "96413", "96417", "96415", "chemotherapy infusion"),
    ("chemotherapy", "push"): Codes(1, "96409", "96411", "", "chemotherapy push"),
    ("therapeutic", "infusion"): Codes(2, "96365", "96367", "96366", "therapeutic infusion"),
    ("therapeutic", "push"): Codes(3, "96374", "96375", "", "therapeutic push"),
    ("hydration", "infusion"): Codes(4, "96360", "96361", "96361", "hydration"),
}
INITIAL_RANK = {codes.initial: codes.rank for codes in _CODES.values()}
_FAMILY_OF_REASON: dict[ReasonForEncounter, Family] = {
    "antineoplastic_therapy": "chemotherapy",
    "hydration": "hydration",
}


@dataclass(slots=True)
class Access:
    """What was found at one visit and access site, before the initial slot is given away."""

    visit: str
    site: str
    services: list[Service]
    hydration: Hydration | None
    pump_codes: frozenset[str]
    start: int | None = None

    def candidates(self) -> list[Service]:
        """Give what may be initial, strongest first, then by clock."""
        found = [service for service in self.services if not service.fixed]
        if self.hydration:
            found.append(self.hydration.service)
        return sorted(found, key=_strength)


def _codes(service: Service) -> Codes:
    return _CODES[service.family, service.form]


def _strength(service: Service) -> tuple[object, ...]:
    return (_codes(service).rank, service.stopped, *clock_order(service.start, service.sources[0]))


def code_access(
    access: Access, sheet: Worksheet, reason: ReasonForEncounter | None, parents: Mapping[str, frozenset[str]]
) -> None:
    """Give the initial slot to one service of the access and code the others after it."""
    candidates = access.candidates()
    if not candidates:
        for service in access.services:
            _earn_orphans(access, service, sheet, parents)
        return
    chosen, why = _choose(access, candidates, sheet, reason, parents)
    lines = list(_lines(access, candidates, chosen, why))
    orphans = _orphans({line.code for line in lines} | access.pump_codes, parents)
    for line in lines:
        if line.code in orphans:
            accepted = ", ".join(sorted(parents[line.code]))
            sheet.leave(line.sources, f"{line.because[0]}; {line.code} needs one of {accepted} beside it")
        else:
            sheet.earned.append(line)


def _earn_orphans(access: Access, service: Service, sheet: Worksheet, parents: Mapping[str, frozenset[str]]) -> None:
    """Code what stands without an initial service, such as an infusion beside a running pump."""
    if parents.get(service.fixed, frozenset()) & access.pump_codes or service.fixed not in parents:
        sheet.earned.append(_earned(access, service.fixed, service, service.because))
    else:
        sheet.leave(service.sources, f"{service.because[0]}; no initial service stands beside it")


def _orphans(codes: Iterable[str], parents: Mapping[str, frozenset[str]]) -> set[str]:
    """Give the add-on codes none of whose accepted parents is among the codes."""
    present = frozenset(codes)
    return {code for code in present if code in parents and not parents[code] & present}


def _choose(
    access: Access,
    candidates: Sequence[Service],
    sheet: Worksheet,
    reason: ReasonForEncounter | None,
    parents: Mapping[str, frozenset[str]],
) -> tuple[Service, str]:
    strongest = candidates[0]
    if len(candidates) == 1:
        return strongest, "initial: the only service of its visit and access that can be"
    if sheet.reading.facility:
        return strongest, f"initial: the facility order puts {_codes(strongest).words} first here"
    preferred = _preferred(candidates, sheet, reason)
    sound = [c for c in candidates if not _orphans(_all_codes(access, candidates, c), parents)]
    if preferred is None:
        open_choice = {_codes(candidate).initial for candidate in sound}
        if len(open_choice) > 1:
            sheet.ask("primary_reason", (source for candidate in sound for source in candidate.sources[:1]))
        return (
            strongest,
            f"initial: no primary reason is charted, and {_codes(strongest).words} is the strongest service",
        )
    if preferred[0] in sound or not sound:
        return preferred
    words = _codes(preferred[0]).words
    return strongest, f"initial: with {words} first the codes beside it would have no accepted parent"


def _preferred(
    candidates: Sequence[Service], sheet: Worksheet, reason: ReasonForEncounter | None
) -> tuple[Service, str] | None:
    """Find the practitioner's primary service: charted as such, else the one the visit was for."""
    for candidate in candidates:
        if sheet.reading.primary in candidate.sources:
            return candidate, "initial: charted as the primary administration of the visit"
    if reason in _FAMILY_OF_REASON:
        for candidate in candidates:
            if candidate.family == _FAMILY_OF_REASON[reason]:
                return candidate, f"initial: the visit was for {reason.replace('_', ' ')}"
    return None


def _all_codes(access: Access, candidates: Sequence[Service], chosen: Service) -> set[str]:
    return {line.code for line in _lines(access, candidates, chosen, "")} | access.pump_codes


def _lines(access: Access, candidates: Sequence[Service], chosen: Service, why: str) -> Iterable[Earned]:
    for service in candidates:
        codes = _codes(service)
        is_hydration = access.hydration is not None and service is access.hydration.service
        if service is chosen:
            yield _earned(access, codes.initial, service, (*service.because, why))
        elif not is_hydration:
            yield _earned(access, codes.add_on, service, (*service.because, f"a further {codes.words}: {codes.add_on}"))
        hours = service.hours
        if access.hydration is not None and is_hydration:
            hours = hydration_units(access.hydration, initial=service is chosen)
        for more in hours:
            yield Earned(codes.hour, more.units, more.day, more.sources, (more.because,), (), access.visit, access.site)
    for service in access.services:
        if service.fixed:
            yield _earned(access, service.fixed, service, service.because)


def _earned(access: Access, code: str, service: Service, because: tuple[str, ...]) -> Earned:
    modifiers = ("53",) if service.stopped else ()
    return Earned(code, 1, service.day, service.sources, because, modifiers, access.visit, access.site)
