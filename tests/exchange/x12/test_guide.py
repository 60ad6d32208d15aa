"""The guide as data: it loads, hangs together, and agrees with an independent rendering of the same guide."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from onco_tui.exchange.x12.guide import Bounds, LoopUse, Need, guide_837p

GUIDE = guide_837p()


def pyx12_loops() -> dict[str, ET.Element]:
    found = find_spec("pyx12")
    if found is None or found.origin is None:
        pytest.skip("pyx12 is not installed")
    path = Path(found.origin).parent / "map" / "837.5010.X222.A1.xml"
    root = ET.parse(path).getroot()  # noqa: S314  a file of an installed package
    return {loop.attrib["xid"]: loop for loop in root.iter("loop")}


def told(node: ET.Element, name: str) -> str:
    return node.get(name) or node.findtext(name) or ""


def codes_of(segment: ET.Element) -> set[str]:
    at = {"HL": "03", "LIN": "02"}.get(segment.attrib["xid"], "01")
    for element in segment:
        if told(element, "seq") == at:
            inner = element.find("element") if element.tag == "composite" else element
            codes = inner.find("valid_codes") if inner is not None else None
            return {code.text or "" for code in codes.findall("code")} if codes is not None else set()
    return set()


def test_bounds_and_needs_are_read_with_their_marks() -> None:
    assert Bounds.read("1!..2") == Bounds(1, 2, least_grave=True, most_grave=False)
    assert Bounds.read("0..*") == Bounds(0, None, least_grave=False, most_grave=False)
    assert Need.read("5-3!") == Need(5, 3, grave=True)
    with pytest.raises(ValueError, match="cannot read"):
        Bounds.read("many")


def test_every_loop_is_reached_from_the_transaction() -> None:
    seen: set[str] = set()
    waiting = [GUIDE.loops["ST"]]
    while waiting:
        loop = waiting.pop()
        seen.add(loop.id)
        waiting += [inner for inner in loop.loops if inner.id not in seen]
    assert seen == GUIDE.loops.keys()


@pytest.mark.parametrize("loop", GUIDE.loops.values(), ids=GUIDE.loops.keys())
def test_uses_of_a_segment_in_a_loop_cannot_be_confused(loop: LoopUse) -> None:
    keys = [use.key for use in loop.segments]
    assert len(set(keys)) == len(keys)
    for use in loop.segments:
        others = [other for other in loop.segments if other.id == use.id and other is not use]
        assert all(use.qualifiers and other.qualifiers for other in others)
        assert not any(use.qualifiers & other.qualifiers for other in others)
    assert {use.id for use in loop.segments} <= GUIDE.most_elements.keys()


@pytest.mark.parametrize("loop", [loop for loop in GUIDE.loops.values() if loop.id != "ST"], ids=lambda loop: loop.id)
def test_the_guide_agrees_with_pyx12(loop: LoopUse) -> None:
    theirs = pyx12_loops()[loop.id]
    repeat = told(theirs, "repeat")
    assert loop.bounds.most == (None if repeat == ">1" else int(repeat))
    assert (loop.bounds.least > 0) == (told(theirs, "usage") == "R") or loop.id in {"2000A", "2000B", "2300"}
    for segment in theirs.findall("segment"):
        codes = codes_of(segment)
        uses = [use for use in loop.segments if use.id == segment.attrib["xid"]]
        used = [use for use in uses if not use.qualifiers or use.qualifiers & codes]
        assert len(used) == 1, segment.attrib["xid"]
        use = used[0]
        if use.qualifiers and use.id != "HI":  # a second HI of diagnoses without a principal one is read too
            assert use.qualifiers == codes
        required = {
            int(told(element, "seq"))
            for element in segment
            if element.tag in {"element", "composite"} and told(element, "usage") == "R"
        }
        assert required - use.needs.keys() <= ({1} if use is loop.opener else set()), use.key
        # what tells a segment's use apart is filled wherever the use is recognised
        assert use.needs.keys() <= required, use.key
        assert (use.bounds.least > 0) == (told(segment, "usage") == "R"), use.key
        if use.id != "PWK":  # its two uses in 2400 are one here
            assert use.bounds.most == int(told(segment, "max_use")), use.key
    assert {use.id for use in loop.segments} == {segment.attrib["xid"] for segment in theirs.findall("segment")}


def test_no_segment_may_be_longer_than_the_guide_uses_it() -> None:
    used: dict[str, int] = {}
    for loop in pyx12_loops().values():
        for segment in loop.findall("segment"):
            for element in segment:
                if element.tag in {"element", "composite"} and told(element, "usage") != "N":
                    name = segment.attrib["xid"]
                    used[name] = max(used.get(name, 0), int(told(element, "seq")))
    ours = GUIDE.most_elements
    assert ours == {name: most for name, most in used.items() if name in ours}
