"""What is not a 5010 professional claim is refused by the name of what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from onco_tui.exchange.reading import read_source
from tests.exchange.x12_samples import ISA, claim, real, real_file, subscriber, whole_file, x12


def messages(raw: bytes) -> list[str]:
    reading = read_source("file", raw)
    assert reading.refused
    assert reading.encounters == ()
    return [fault.message for fault in reading.faults if fault.severity == "error"]


@pytest.mark.parametrize("path", real("x12_835"))
def test_every_real_remittance_is_refused_by_name(path: Path) -> None:
    assert messages(path.read_bytes())[0] == "this is a remittance (835); only professional claims (837P) are read"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "imsweb_277CA_accepted.txt",
            "this is a claim acknowledgement (277CA); only professional claims (837P) are read",
        ),
        (
            "imsweb_999_rejected.txt",
            "this is an implementation acknowledgement (999); only professional claims (837P) are read",
        ),
        (
            "lfh_837I_institutional-claim.837i",
            "this is an institutional claim (837I); only professional claims (837P) are read",
        ),
        (
            "oopf_837P_4010_PatientIsSubscriber.txt",
            "this is a professional claim, 837P version 4010; only 5010 is read",
        ),
    ],
)
def test_real_transactions_of_other_kinds_are_refused_by_name(name: str, message: str) -> None:
    path = real_file("x12_other", name)
    assert messages(path.read_bytes()) == [message]


def other(st: str, version: str, *body: str) -> bytes:
    return x12(*body, head=("BHT*0019*00*1*20260302*0905*CH",), st=st, gs=f"GS*HC*S*R*20260302*0905*1*X*{version}")


@pytest.mark.parametrize(
    ("st", "version", "said"),
    [
        ("ST*837*0001*005010X224A2", "005010X224A2", "this is a dental claim (837D);"),
        ("ST*837*0001", "005010X224A2", "this is a dental claim (837D);"),
        ("ST*837*0001*008020X323", "008020X323", "this is a professional claim, 837P version 8020; only 5010 is read"),
        ("ST*270*0001*005010X279A1", "005010X279A1", "this is an eligibility request (270);"),
        ("ST*271*0001", "005010X279A1", "this is an eligibility response (271);"),
        ("ST*276*0001*005010X212", "005010X212", "this is a claim status request (276);"),
        ("ST*277*0001*005010X212", "005010X279", "this is a claim status (277);"),
        ("ST*834*0001", "", "this is a benefit enrolment (834);"),
        ("ST*837*0001", "", "this is an 837 claim of unknown kind;"),
        ("ST*837*0001*005010X291", "005010X291", "this is a predetermination of professional services (837);"),
        ("ST*837*0001*005010X292", "005010X292", "this is a predetermination of institutional services (837);"),
        ("ST*864*0001", "", "this is an X12 transaction 864;"),
        ("ST*RIVERA*0001", "", "this is not a claim;"),
        (
            "ST*837*0001*005010X222A1",
            "005010X223A2",
            "ST03 names a professional claim (837P), GS08 an institutional claim (837I); it is not clear",
        ),
        (
            "ST*278*0001*005010X217",
            "005010X221A1",
            "this is a services review (278), though ST03 and GS08 name different kinds;",
        ),
        ("ST*835*0001*005010X222A1", "005010X222A1", "ST01 is not 837,"),
    ],
)
def test_a_transaction_is_named_by_its_version(st: str, version: str, said: str) -> None:
    (message,) = messages(other(st, version))
    assert message.startswith(said)


@pytest.mark.parametrize(
    ("service", "said"),
    [("SV2*0305*HC:85025*13.39*UN*1", "an institutional claim (837I)"), ("SV3*AD:D0120*50", "a dental claim (837D)")],
)
def test_a_transaction_without_version_is_named_by_its_service_lines(service: str, said: str) -> None:
    (message,) = messages(other("ST*837*0001", "UNKNOWN", "LX*1", service))
    assert message == f"this is {said}; only professional claims (837P) are read"


def test_kinds_at_odds_are_told_by_the_service_lines_but_a_professional_claim_must_be_clear() -> None:
    (message,) = messages(other("ST*837*0001*005010X223A2", "005010X222A1", "LX*1", "SV2*0305*HC:85025*13.39*UN*1"))
    assert message.startswith("this is an institutional claim (837I), though ST03 and GS08 name different kinds;")
    (message,) = messages(other("ST*837*0001*005010X223A2", "005010X222A1", "LX*1", "SV1*HC:99213*40*UN*1***1"))
    assert message.startswith("ST03 names an institutional claim (837I), GS08 a professional claim (837P);")


def test_a_professional_claim_without_version_is_read_with_a_warning() -> None:
    raw = whole_file().replace(b"*005010X222A1", b"*HOMEGROWN")
    reading = read_source("file", raw)
    assert len(reading.encounters) == 4
    assert [(fault.place, fault.severity) for fault in reading.faults] == [("segment 3", "warning")]


def test_the_same_without_5010_in_the_interchange_is_refused() -> None:
    raw = whole_file().replace(b"*005010X222A1", b"*HOMEGROWN").replace(b"*00501*", b"*00401*")
    assert messages(raw) == ["this is a professional claim (837P) of unknown version; only 5010 is read"]


@pytest.mark.parametrize("version", ["005010X222", "005010X222A1", "005010X222A2"])
def test_all_errata_of_5010_are_read(version: str) -> None:
    reading = read_source("file", whole_file().replace(b"005010X222A1", version.encode()))
    assert (len(reading.encounters), reading.faults) == (4, ())


def test_an_interchange_acknowledgement_is_named() -> None:
    raw = f"{ISA}~TA1*000000905*030101*1253*A*000~IEA*0*000000001~".encode()
    assert messages(raw)[-1].startswith("this is an interchange acknowledgement (TA1)")


def test_claims_beside_a_foreign_transaction_are_refused_unless_partial_is_asked_for() -> None:
    mine = x12(*subscriber(2, "RIVERA", "MEM111", claim("A1"))).decode()
    foreign = "ST*835*0002*005010X221A1~\nBPR*I*1*C*ACH~\nSE*3*0002~\n"
    raw = mine.replace("GE*1*1", foreign + "GE*2*1").encode()
    # the group's version speaks for both: the remittance contradicts it
    assert len(messages(raw)) == 1
    reading = read_source("file", raw, partial=True)
    assert [imported.encounter.claim.claim_id for imported in reading.encounters] == ["A1"]
