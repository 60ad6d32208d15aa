"""Chemotherapy by other ways: lesions, spinal canal, body cavities, bladder, arteries.

Sources: CPT range 96401 to 96549 as the NCCI Policy Manual ch. XI section B reads it; CMS fee schedule indicators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from onco_tui.derive.administration.doses import infused_doses, pushed_doses
from onco_tui.derive.administration.given import Given
from onco_tui.derive.administration.infusions import hours_told
from onco_tui.derive.administration.minutes import hours_beyond_first
from onco_tui.derive.administration.pushes import counts_as_push
from onco_tui.derive.administration.service import PROLONGED, Form
from onco_tui.derive.administration.sheet import Worksheet

_MANY_LESIONS = 7
_RESERVOIRS = ("ommaya", "reservoir")
_ONCE: Mapping[Form, tuple[str, str]] = {
    "intraperitoneal": ("96446", "into the peritoneal cavity"),
    "intrapleural": ("96440", "into the pleural cavity"),
    "intravesical": ("51720", "into the bladder"),
}


def _code_lesions(given: Sequence[Given], sheet: Worksheet) -> None:
    """Code intralesional injections once; each charted injection is a lesion, and one record may stand for many."""
    sources = [item.id for item in given]
    many = len(given) > _MANY_LESIONS or "lesion_count" in sheet.reading.otherwise
    if len(given) <= _MANY_LESIONS:
        sheet.ask("lesion_count", sources)
    count = f"{len(given)} injections charted" if len(given) > 1 else "the number of lesions is not charted"
    reading = f"more than {_MANY_LESIONS}" if many else f"up to {_MANY_LESIONS}"
    sheet.earn("96406" if many else "96405", 1, given, (f"{given[0].name} into lesions, {count}: {reading}",))


def _code_spinal(given: Sequence[Given], sheet: Worksheet) -> None:
    """Code chemotherapy into the spinal canal once, whatever the number of drugs."""
    reservoir = any(word in item.site for item in given for word in _RESERVOIRS)
    code, way = ("96542", "through an implanted reservoir") if reservoir else ("96450", "by spinal puncture")
    sheet.earn(code, 1, given, (f"{_names(given)} into the central nervous system {way}, once",))


def _names(given: Sequence[Given]) -> str:
    return " + ".join(dict.fromkeys(item.name for item in given))


def _code_arterial_infusions(given: Sequence[Given], sheet: Worksheet) -> None:
    """Code intra-arterial infusions by drug: pump over eight hours, timed, or at most a push."""
    for doses in infused_doses(given).values():
        for dose in doses:
            planned = dose.given[0].administration.ordered_minutes
            if dose.given[0].administration.pump and max(planned or 0, dose.minutes) > PROLONGED:
                sheet.earn("96425", 1, dose.given, (f"{dose.name} into an artery by pump for over 8 hours",))
            elif dose.timed and dose.minutes > 15:
                told = f"{dose.name} into an artery, {dose.told}, over 15, so an infusion"
                sheet.earn("96422", 1, dose.given, (told,))
                if more := hours_beyond_first(dose.minutes):
                    sheet.earn("96423", more, dose.given, (hours_told(dose.name, dose.minutes, more),))
            elif dose.timed:
                told = f"{dose.name} into an artery, {dose.told}; 15 min or less counts as a push"
                sheet.earn("96420", 1, dose.given, (told,))
            elif counts_as_push(dose, sheet):
                told = f"{dose.name} into an artery, {dose.told}; without its length at most a push"
                sheet.earn("96420", 1, dose.given, (told,))


def _code_arterial_pushes(given: Sequence[Given], sheet: Worksheet) -> None:
    for doses in pushed_doses(given).values():
        pushed = [item for dose in doses for item in dose.given]
        sheet.earn("96420", 1, pushed, (f"{doses[0].name} pushed into an artery",))


def _code_arterial_injections(given: Sequence[Given], sheet: Worksheet) -> None:
    for item in given:
        sheet.earn("96373", 1, [item], (f"{item.name}, not chemotherapy, injected into an artery",))


_BY_FORM: dict[Form, Callable[[Sequence[Given], Worksheet], None]] = {
    "intralesional": _code_lesions,
    "intrathecal": _code_spinal,
    "arterial_infusion": _code_arterial_infusions,
    "arterial_push": _code_arterial_pushes,
    "arterial_injection": _code_arterial_injections,
}


def code_cavities(forms: Mapping[Form, Sequence[Given]], sheet: Worksheet) -> None:
    """Code what one visit gave by these ways."""
    for form, code in _BY_FORM.items():
        if items := forms.get(form):
            code(items, sheet)
    for form, (number, way) in _ONCE.items():
        if items := forms.get(form):
            sheet.earn(number, 1, items, (f"{_names(items)} {way}, once a visit",))
