"""837P files for tests: real ones beside the checkout, and small ones made here (all people invented)."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

Segments = tuple[str, ...]

DATA = Path(__file__).parents[3] / "shared" / "data"

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*0905*^*00501*000000001*0*T*:"
GS = "GS*HC*SENDER*RECEIVER*20260302*0905*1*X*005010X222A1"
ST = "ST*837*0001*005010X222A1"
HEAD = (
    "BHT*0019*00*0001*20260302*0905*CH",
    "NM1*41*2*BILLING SERVICE*****46*SUB01",
    "PER*IC*OFFICE*TE*5555550100",
    "NM1*40*2*PAYER*****46*REC01",
)
BILLING = (
    "HL*1**20*1",
    "NM1*85*2*RIVERSIDE ONCOLOGY*****XX*1234567893",
    "N3*1 MAIN ST",
    "N4*SPRINGFIELD*IL*627010000",
    "REF*EI*111111111",
)


def subscriber(number: int, name: str, member: str, *claims: Segments, payer: str = "PAY01") -> list[str]:
    """Give the segments of a subscriber who is the patient, with claims below."""
    return [
        f"HL*{number}*1*22*0",
        "SBR*P*18*******MB",
        f"NM1*IL*1*{name}*ANNA****MI*{member}",
        "N3*2 OAK ST",
        "N4*SPRINGFIELD*IL*62702",
        "DMG*D8*19610417*F",
        f"NM1*PR*2*MEDICARE*****PI*{payer}",
        *(segment for claim in claims for segment in claim),
    ]


def claim(number: str, *lines: Segments, charge: str = "590", diagnoses: str = "HI*ABK:Z5111*ABF:C3411") -> Segments:
    """Give the segments of a claim; without lines it has one infusion."""
    given = lines or (line(1),)
    return (f"CLM*{number}*{charge}***11:B:1*Y*A*Y*Y", diagnoses, *(segment for one in given for segment in one))


def line(
    number: int | str, service: str = "HC:96413*410*UN*1*11**1:2", date: str = "D8*20260302", *more: str
) -> Segments:
    """Give the segments of a service line."""
    return (f"LX*{number}", f"SV1*{service}", f"DTP*472*{date}", *more)


def x12(*body: str, head: Segments = (*HEAD, *BILLING), end: str = "~\n", st: str = ST, gs: str = GS) -> bytes:
    """Put envelopes with right counts around segments."""
    segments = [st, *head, *body]
    control = st.split("*")[2]
    trailer = [f"SE*{len(segments) + 1}*{control}", "GE*1*1", "IEA*1*000000001"]
    return "".join(segment + end for segment in [ISA, gs, *segments, *trailer]).encode()


def whole_file() -> bytes:
    """Give a file of three subscribers with four claims, nothing wrong with it."""
    return x12(
        *subscriber(
            2, "RIVERA", "MEM111", claim("A1"), claim("A2", line(1), line(2, "HC:J9271:JZ*12400*UN*200*11**2"))
        ),
        *subscriber(3, "OKAFOR", "MEM222", claim("B1")),
        *subscriber(4, "LINDQVIST", "MEM333", claim("C1", charge="410"), payer="PAY02"),
    )


def number_of(raw: bytes, segment: str) -> int:
    """Give the number of the first segment with this text in a file written by ``x12``."""
    return [text.strip().decode() for text in raw.split(b"~")].index(segment) + 1


def real(folder: str) -> list[ParameterSet]:
    """Give the real files of a folder as test parameters; one that skips where they are absent."""
    paths = sorted((DATA / folder).glob("*")) if (DATA / folder).is_dir() else []
    if not paths:
        reason = f"no real files: {folder} lies outside this checkout"
        return [pytest.param(Path(folder), marks=pytest.mark.skip(reason=reason), id="absent")]
    return [pytest.param(path, id=path.name) for path in paths]


def real_file(folder: str, name: str) -> Path:
    """Give one real file, or skip the test."""
    path = DATA / folder / name
    if not path.exists():
        pytest.skip(f"{folder}/{name} lies outside this checkout")
    return path
