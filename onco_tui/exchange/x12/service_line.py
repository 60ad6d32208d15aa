"""One service line (loop 2400 with 2410 and 2420A) as a claim line."""

from __future__ import annotations

from datetime import date

from onco_tui.encounter.claim import ClaimLine, NdcQuantity
from onco_tui.exchange.x12 import values
from onco_tui.exchange.x12.faults import Faults
from onco_tui.exchange.x12.loops import Loop
from onco_tui.exchange.x12.tokens import Segment

Fields = dict[str, object]


def line_numbers(lines: list[Loop], faults: Faults) -> list[int]:
    """Give LX01 of each line; where these are not distinct numbers, the lines are counted instead."""
    numbered = [line.segment("LX") for line in lines]
    written = [(values.whole(segment.element(1)) or 0) if segment else 0 for segment in numbered]
    if 0 in written or len(set(written)) < len(written):
        if None not in numbered:  # a line without LX is noted already
            faults.warn(lines[0].first, "LX01 (line number) is missing or stands twice; the lines are counted from 1")
        return list(range(1, len(lines) + 1))
    if written != list(range(1, len(lines) + 1)):
        faults.warn(lines[0].first, "LX01 (line number) does not count the lines of the claim from 1")
    return written


def claim_line(loop: Loop, number: int, faults: Faults) -> ClaimLine | None:
    """Build a claim line; None when its service cannot be read, which is noted as an error."""
    service = loop.segment("SV1")
    if service is None:
        return None
    fields: Fields = {"line": number}
    good = _read_service(service, fields, faults)
    _keep(fields, "narrative", _narrative(loop, service))
    good &= _read_dates(loop, fields, faults)
    good &= _read_drug(loop, fields, faults)
    authorization = loop.segment("REF*G1")
    if authorization is not None:
        _keep(fields, "prior_authorization", authorization.element(2))
    rendering = loop.find("2420A")
    if rendering is not None:
        _keep(fields, "rendering_npi", npi_of(rendering, faults))
    return ClaimLine.model_validate(fields) if good else None


def npi_of(provider: Loop, faults: Faults) -> str | None:
    """Give the NPI of a provider loop; None, with a warning, when NM108 does not say that NM109 is one."""
    name = provider.opener
    if name.element(8) == "XX" and name.element(9):
        return name.element(9)
    faults.warn(name.number, f"{provider.use.title} has no NPI: NM108 is not XX, or NM109 is empty")
    return None


def _read_service(service: Segment, fields: Fields, faults: Faults) -> bool:
    """Read SV1: code and modifiers (SV101), charge, units, place of service, diagnosis pointers."""
    _keep(fields, "code", service.part(1, 2))
    modifiers = [service.part(1, at) for at in range(3, 7)]
    _keep(fields, "modifiers", tuple(modifier for modifier in modifiers if modifier))
    _keep(fields, "place_of_service", service.element(5))
    if service.element(3) == "MJ":
        faults.warn(service.number, "SV103 (unit) is MJ: the units of this line are minutes")
    good = True
    for at, field in ((2, "charge"), (4, "units")):
        text = service.element(at)
        number = values.amount(text)
        if text and number is None:
            faults.error(service.number, f"SV1{at:02} ({field}) is not a number")
            good = False
        _keep(fields, field, number)
    if not service.element(4):
        good = False
    texts = [text.strip() for text in service.parts(7) if text.strip()]
    pointers = [values.pointer(text) for text in texts]
    if None in pointers or 0 in pointers:
        faults.error(service.number, "SV107 (diagnosis pointers) holds something that is not a pointer")
        return False
    if any("." in text for text in texts):
        faults.warn(service.number, "SV107 (diagnosis pointers) is written with decimals; read as whole numbers")
    _keep(fields, "diagnosis_pointers", tuple(pointers))
    return good


def _narrative(loop: Loop, service: Segment) -> str:
    """Give what the line says in words: SV101-7, and the additional note (NTE ADD) where it says more."""
    described = service.part(1, 7)
    notes = [note.element(2) for note in loop.every_segment("NTE*ADD") if note.element(1) == "ADD"]
    return "; ".join([described, *(note for note in notes if note not in described)] if described else notes)


def _read_dates(loop: Loop, fields: Fields, faults: Faults) -> bool:
    segment = loop.segment("DTP*472")
    if segment is None or not segment.element(3):
        return True
    read = values.days(segment.element(3))
    if read is None:
        faults.error(segment.number, "DTP03 (date of service) is not a date, nor a range of dates")
        return False
    first, last = read
    if segment.element(2) != ("D8" if last is None else "RD8"):
        faults.warn(segment.number, "DTP02 does not fit the form of the date in DTP03")
    if last is not None and last < first:
        faults.error(segment.number, "DTP03 (date of service) ends before it begins")
        return False
    fields["date_of_service"] = first
    _keep(fields, "date_to", last)
    return True


def _read_drug(loop: Loop, fields: Fields, faults: Faults) -> bool:
    """Read the drug product of loop 2410: LIN03 where LIN02 is N4 (NDC), with CTP04 and CTP05."""
    drug = loop.find("2410")
    if drug is None:
        return True
    product, quantity = drug.opener, drug.segment("CTP")
    if product.element(2) != "N4":
        faults.warn(product.number, "LIN02 is not N4 (NDC); the drug product is not read")
        return True
    if not product.element(3):
        return True
    ndc: Fields = {"code": product.element(3)}
    if quantity is not None:
        number = values.amount(quantity.element(4))
        if quantity.element(4) and number is None:
            faults.error(quantity.number, "CTP04 (drug quantity) is not a number")
            return False
        _keep(ndc, "quantity", number)
        _keep(ndc, "unit", quantity.part(5, 1))
    fields["ndc"] = NdcQuantity.model_validate(ndc)
    return True


def _keep(fields: Fields, name: str, value: object) -> None:
    """Set a field only where the file says something, so that what is absent stays absent."""
    if value is not None and value not in ("", ()):
        fields[name] = value


def first_and_last_day(lines: list[ClaimLine]) -> tuple[date, date] | None:
    """Give the first and last date of service of the lines; None when no line has one."""
    periods = [(line.date_of_service, line.date_to or line.date_of_service) for line in lines if line.date_of_service]
    return (min(first for first, _ in periods), max(last for _, last in periods)) if periods else None
