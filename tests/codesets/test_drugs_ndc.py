"""NDC forms, the crosswalk, and package quantities."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given, strategies

from onco_tui.codesets.ndc import NdcError, hyphenated, ndc11
from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.drugs.ndc import package_quantity
from tests.timing import cpu

DRUGS = shipped_reference().drugs


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0006-3026-02", "00006302602"),
        ("50242-060-01", "50242006001"),
        ("50242-0060-1", "50242006001"),
        ("50242-0060-01", "50242006001"),
        ("00006302602", "00006302602"),
        (" N400006302602 ", "00006302602"),
        ("n4 0006-3026-02", "00006302602"),
    ],
)
def test_every_form_becomes_eleven_digits(written: str, digits: str) -> None:
    assert ndc11(written) == digits


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0006302602",
        "123",
        "0006-302602",
        "006-3026-02",
        "0006-3026-002",
        "A006-3026-02",
        "٠٠٠٠٦٣٠٢٦٠٢",
        "9" * 400,
        "N4",
    ],
)
def test_what_could_be_several_codes_or_none_is_refused(written: str) -> None:
    with pytest.raises(NdcError):
        ndc11(written)


@given(strategies.text(max_size=30))
def test_the_result_is_eleven_digits_or_an_error(written: str) -> None:
    try:
        digits = ndc11(written)
    except NdcError:
        return
    assert re.fullmatch(r"[0-9]{11}", digits)


def test_people_read_it_with_hyphens() -> None:
    assert hyphenated("00006302602") == "00006-3026-02"
    assert ndc11(hyphenated("50242006001")) == "50242006001"


def test_a_package_knows_its_code_and_content() -> None:
    product = DRUGS.by_ndc("0006-3026-04")
    assert product is not None
    assert dict(product.units) == {"J9271": Decimal(100)}
    assert (product.size, product.items) == (Decimal(4), Decimal(2))
    assert product.name == "Keytruda"


def test_a_package_may_belong_to_several_codes() -> None:
    product = DRUGS.by_ndc("55513-0002-04")
    assert product is not None
    assert product.codes == ("J0881", "J0882")


@pytest.mark.parametrize("written", ["00000000000", "12345-6789-01", "no ndc", None])
def test_an_unknown_package_is_unknown(written: str | None) -> None:
    assert DRUGS.by_ndc(written) is None


def test_every_package_is_found_in_either_written_form_as_fast_as_writing_it() -> None:
    """A look-up is a step or two into a table, never a search; the benchmark prints its microseconds."""
    known = list(DRUGS.crosswalk)
    assert len(known) > 5_000
    asked = [*known, *(hyphenated(ndc) for ndc in known)]
    assert all(DRUGS.by_ndc(ndc) is not None for ndc in asked)
    assert cpu(lambda: [DRUGS.by_ndc(ndc) for ndc in asked]) < 30 * cpu(lambda: [hyphenated(ndc) for ndc in asked])


def test_billed_units_become_a_package_quantity() -> None:
    liquid = DRUGS.by_ndc("0006-3026-02")
    assert liquid is not None
    found = package_quantity(Decimal(200), "J9271", liquid)
    assert found is not None
    assert (found.quantity, found.qualifiers) == (Decimal(8), ("ML",))
    assert package_quantity(Decimal(1), "J9999", liquid) is None


def test_a_vial_of_powder_is_counted_in_pieces() -> None:
    powder = DRUGS.by_ndc("63020-0049-01")
    assert powder is not None
    found = package_quantity(Decimal(70), "J9041", powder)
    assert found is not None
    assert found.quantity == 2
    assert "UN" in found.qualifiers
