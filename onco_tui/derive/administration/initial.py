"""The one initial service of a visit and access: the facility's order, the practitioner's primary reason.

Sources: NCCI Policy Manual ch. XI B.2; CMS Claims Processing Manual ch. 4 section 230 (facility) and ch. 12 section
30.5 (practitioner); NCCI add-on code edits for the accepted parents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onco_tui.derive.administration.given import Visit, clock_order
from onco_tui.derive.administration.hydration import Hydration, hydration_units
from onco_tui.derive.administration.service import Family
from onco_tui.derive.administration.sheet import Earned, Hours, Service, Worksheet
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

    visit: Visit
    site: str
    services: list[Service]
    hydration: Hydration | None
    pump_codes: frozenset[str]

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
    lines: list[Earned] = []
    if candidates:
        chosen, why = _choose(access, candidates, sheet, reason, parents)
        lines += _lines(access, candidates, chosen, why)
    lines += [_earned(access, service.fixed, service, service.because) for service in access.services if service.fixed]
    orphans = _orphans({line.code for line in lines} | access.pump_codes, parents)
    for line in lines:
        if line.code in orphans:
            accepted = " or ".join(sorted(parents[line.code]))
            sheet.leave(line.sources, f"{line.because[0]}; {line.code} is not reported without {accepted}")
        else:
            sheet.earned.append(line)


def _choose(
    access: Access,
    candidates: Sequence[Service],
    sheet: Worksheet,
    reason: ReasonForEncounter | None,
    parents: Mapping[str, frozenset[str]],
) -> tuple[Service, str]:
    """Choose the initial service and say why."""
    strongest = candidates[0]
    words = _codes(strongest).words
    if len(candidates) == 1:
        if len(access.services) < 2:
            return strongest, "initial: the only service through its access"
        return strongest, "initial: nothing else through its access can be"
    if sheet.reading.facility:
        return strongest, f"initial: the facility order puts {words} first here"
    preferred = _preferred(candidates, sheet, reason)
    if preferred is None:
        if sheet.asking:
            _ask_primary(access, candidates, sheet, parents)
        return strongest, f"initial: {_undecided(sheet, reason)}, and {words} is the strongest service"
    if preferred[0] is strongest or not _orphans(_code_set(access, candidates, preferred[0]), parents):
        return preferred
    instead = _codes(preferred[0]).words
    return strongest, f"initial: {words}, because with {instead} first an add-on would have no accepted parent"


def _preferred(
    candidates: Sequence[Service], sheet: Worksheet, reason: ReasonForEncounter | None
) -> tuple[Service, str] | None:
    """Find the practitioner's primary service: charted as such, else the one the visit was for."""
    if primary := sheet.reading.primary:
        for candidate in candidates:
            if primary in candidate.sources:
                return candidate, "initial: charted as the primary administration of the visit"
    if reason in _FAMILY_OF_REASON:
        for candidate in candidates:
            if candidate.family == _FAMILY_OF_REASON[reason]:
                return candidate, f"initial: the visit was for {reason.replace('_', ' ')}"
    return None


def _undecided(sheet: Worksheet, reason: ReasonForEncounter | None) -> str:
    """Say why the chart does not choose the primary service."""
    if sheet.reading.primary:
        return "the charted primary administration cannot be initial here"
    if reason:
        return f"the reason for the visit, {reason.replace('_', ' ')}, points to none of these services"
    return "no primary reason is charted"


def _ask_primary(
    access: Access, candidates: Sequence[Service], sheet: Worksheet, parents: Mapping[str, frozenset[str]]
) -> None:
    """Note the open choice of a practitioner, one service of each kind that may be initial."""
    kinds: dict[str, Service] = {}
    for candidate in candidates:
        kinds.setdefault(_codes(candidate).initial, candidate)
    if len(kinds) > 1:
        sound = [c for c in kinds.values() if not _orphans(_code_set(access, candidates, c), parents)]
        if len(sound) > 1:
            sheet.ask("primary_reason", [candidate.sources[0] for candidate in sound])


def _orphans(codes: Iterable[str], parents: Mapping[str, frozenset[str]]) -> set[str]:
    """Give the add-on codes none of whose accepted parents is among the codes."""
    present = frozenset(codes)
    return {code for code in present if code in parents and present.isdisjoint(parents[code])}


def _code_set(access: Access, candidates: Sequence[Service], chosen: Service) -> set[str]:
    """Give the codes the access would have with one service as initial."""
    found = {service.fixed for service in access.services if service.fixed}
    found |= access.pump_codes
    for service in candidates:
        codes = _codes(service)
        found.add(codes.initial if service is chosen else codes.add_on)
        if service.hours or (service is chosen and _hours(access, service, initial=True)):
            found.add(codes.hour)
    return found


def _hours(access: Access, service: Service, *, initial: bool) -> tuple[Hours, ...]:
    if access.hydration is not None and service is access.hydration.service:
        return hydration_units(access.hydration, initial=initial)
    return service.hours


def _lines(access: Access, candidates: Sequence[Service], chosen: Service, why: str) -> Iterable[Earned]:
    for service in candidates:
        codes = _codes(service)
        if service is chosen:
            yield _earned(access, codes.initial, service, (*service.because, why))
        elif service.family != "hydration":
            yield _earned(access, codes.add_on, service, (*service.because, f"a further {codes.words}: {codes.add_on}"))
        for more in _hours(access, service, initial=service is chosen):
            yield Earned(codes.hour, more.units, more.day, more.sources, (more.because,), (), access.visit, access.site)


def _earned(access: Access, code: str, service: Service, because: tuple[str, ...]) -> Earned:
    modifiers = ("53",) if service.stopped else ()
    return Earned(code, 1, service.day, service.sources, because, modifiers, access.visit, access.site)
