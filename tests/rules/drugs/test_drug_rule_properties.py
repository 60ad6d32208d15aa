"""What must hold for every drug rule on claims with packages, narratives, waste and 340B modifiers, charted or not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Grade
from onco_tui.rules.fixing import apply_fixes
from onco_tui.rules.registry import all_rules
from tests.rules.properties import assert_at_rest, assert_mended, assert_sound, bounded, edits_offered, grades
from tests.rules.strategies import REFERENCE, encounters

RULES = tuple(rule for rule in all_rules().values() if rule.family in {"DRG", "CLM"})
PAYERS = ("MEDICARE_B", "COMMERCIAL_SAMPLE", "OTHER")
BY_CODE: dict[str, list[str]] = {}
for _ndc in REFERENCE.drugs.crosswalk:
    for _code in _product.codes if (_product := REFERENCE.drugs.by_ndc(_ndc)) else ():
        BY_CODE.setdefault(_code, []).append(_ndc)
FOREIGN = ("00006302602", "0006-3026-02", "0006302602", "55513013201", "00000000000", "123", "99999000101")
MODIFIERS = ("TB", "JG", "EA", "EC")
CODES = ("J9999", "J3490", "J0881", "Q2041", "J8530", "C9307", "J7050", "J9265", "J9070", "J0897", "J9041", "J9049")
NARRATIVES = (None, None, "Keytruda 200 mg", "Newdrug", "bortezomib 3.5 mg, NDC 63020-0049-01")
Json = dict[str, object]


@st.composite
def _packaged(draw: st.DrawFn, line: Json) -> Json:
    """Give a line a package, right or wrong, and now and then another code, modifier or narrative."""
    code = draw(st.sampled_from((str(line["code"]),) * 6 + CODES))
    ndc = draw(st.sampled_from((None, *BY_CODE.get(code, ())[:3], *FOREIGN)))
    quantity = draw(st.sampled_from(("1", "2.5", "8", "0", None)))
    more = draw(st.lists(st.sampled_from(MODIFIERS), max_size=1))
    return line | {
        "code": code,
        "ndc": ndc and {"code": ndc, "quantity": quantity, "unit": draw(st.sampled_from(("ML", "UN", "EA", None)))},
        "modifiers": [*line["modifiers"], *more][:4],  # type: ignore[misc]
        "narrative": draw(st.sampled_from(NARRATIVES)),
    }


@st.composite
def claims(draw: st.DrawFn) -> Encounter:
    document = draw(encounters()).model_dump(mode="json", by_alias=True)
    document["coverage"] = {"payer_id": draw(st.sampled_from(PAYERS))}
    document["claim"]["lines"] = [draw(_packaged(line)) for line in document["claim"]["lines"]]
    if chart := document["documentation"]:
        chart["diagnoses"] = draw(st.sampled_from((None, [], [{"code": "D64.81"}], [{"code": "D63.1"}])))
        chart["biomarkers"] = draw(st.sampled_from((None, [], [{"name": "Hgb", "result": "9.1"}])))
        for administration in chart["administrations"] or ():
            known = BY_CODE.get(administration["hcpcs"] or "", [])
            administration["ndc"] = draw(st.sampled_from((None, *known[:2], *FOREIGN[:2])))
    return parse_encounter(document)


@bounded
@given(claims())
def test_no_rule_fails_and_no_finding_is_told_twice(encounter: Encounter) -> None:
    assert_sound(check(encounter, REFERENCE, RULES))


@bounded
@given(claims())
def test_a_fix_removes_its_finding_and_brings_no_error(encounter: Encounter) -> None:
    before = check(encounter, REFERENCE, RULES)
    for finding, fix in edits_offered(before):
        assert_mended(finding, fix, before, check(apply(encounter, fix.edits), REFERENCE, RULES))


@bounded
@given(claims(), grades)
def test_accepting_everything_comes_to_rest(encounter: Encounter, grade: Grade) -> None:
    assert_at_rest(encounter, grade, RULES)


@bounded
@given(claims())
def test_nothing_is_put_on_a_claim_that_neither_chart_nor_claim_has(encounter: Encounter) -> None:
    """No NDC is made up; 340B and ESA modifiers come only from what is charted, or from the modifier they replace."""
    run = apply_fixes(encounter, REFERENCE, "review", rules=RULES)
    text = encounter.model_dump_json()
    digits = text.replace("-", "")
    for line in run.encounter.claim.lines:
        if line.ndc:
            assert line.ndc.code in digits or any(line.ndc.code in padded for padded in _padded(text))
        if "TB" in line.modifiers:
            assert "340b" in text or "TB" in text or "JG" in text
        if "EA" in line.modifiers:
            assert '"EA"' in text or "D64.81" in text


def _padded(text: str) -> tuple[str, ...]:
    """Give the eleven digits of each foreign NDC in a text."""
    return tuple("00006302602" for ndc in ("0006-3026-02", "0006302602") if ndc in text)
