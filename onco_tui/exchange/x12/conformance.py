"""Holds the loops of an 837P against the guide: what is missing, too many, empty or not a known value."""

from __future__ import annotations

from collections import Counter

from onco_tui.exchange.x12.faults import Faults
from onco_tui.exchange.x12.guide import Bounds, Guide, Need, SegmentUse, guide_837p
from onco_tui.exchange.x12.loops import Loop
from onco_tui.exchange.x12.tokens import Segment


def check(transaction: Loop, faults: Faults) -> None:
    """Note every departure of a transaction's loops from the guide."""
    _Checker(guide_837p(), faults).check(transaction)


class _Checker:
    def __init__(self, guide: Guide, faults: Faults) -> None:
        self._guide = guide
        self._faults = faults

    def check(self, loop: Loop) -> None:
        for use, segment in loop.segments:
            self._check_segment(use, segment)
        self._check_segment_counts(loop)
        self._check_loop_counts(loop)
        if loop.use.id in {"2000A", "2000B", "2000C"}:
            self._check_level(loop)
        for inner in loop.loops:
            self.check(inner)

    def _check_segment_counts(self, loop: Loop) -> None:
        seen: Counter[str] = Counter()
        for use, segment in loop.segments:
            seen[use.key] += 1
            if use.bounds.most is not None and seen[use.key] > use.bounds.most:
                self._too_many(segment.number, self._guide.named(use.key), use.bounds, loop)
        for use in loop.use.segments:
            if seen[use.key] < use.bounds.least:
                message = f"{loop.use.title} lacks {self._guide.named(use.key)}"
                self._note(loop.first, message, grave=use.bounds.least_grave)

    def _check_loop_counts(self, loop: Loop) -> None:
        seen: Counter[str] = Counter()
        for inner in loop.loops:
            seen[inner.use.id] += 1
            if inner.use.bounds.most is not None and seen[inner.use.id] > inner.use.bounds.most:
                self._too_many(inner.first, inner.use.title, inner.use.bounds, loop)
        for use in loop.use.loops:
            if seen[use.id] < use.bounds.least:
                begins = self._guide.named(*use.opener.key.split("*"))
                message = f"{loop.use.title} lacks {use.title}, which {begins} begins"
                self._note(loop.first, message, grave=use.bounds.least_grave)

    def _too_many(self, number: int, what: str, bounds: Bounds, loop: Loop) -> None:
        times = "once" if bounds.most == 1 else f"{bounds.most} times"
        self._note(number, f"{what} may stand {times} in {loop.use.title}; this is one more", grave=bounds.most_grave)

    def _check_segment(self, use: SegmentUse, segment: Segment) -> None:
        for at, needs in use.needs.items():
            self._check_element(segment, at, needs)
        most = self._guide.most_elements.get(segment.id)
        last = max((at for at, text in enumerate(segment.elements) if text.strip()), default=0)
        if most is not None and last > most:
            message = f"{segment.id} has {last} elements, at most {most}"
            grave = self._guide.is_content(segment) and segment.ends_an_element_with(*self._guide.most_elements, "SE")
            self._note(segment.number, message, grave=grave)  # another segment may be in it, its terminator lost
        for value in self._guide.values.get(segment.id, ()):
            held = segment.part(value.element, value.part) if value.part else segment.element(value.element)
            if held and held not in value.allowed:
                message = f"{self._guide.named(value.key)} is not {' or '.join(sorted(value.allowed))}"
                self._faults.warn(segment.number, message)

    def _check_element(self, segment: Segment, at: int, needs: list[Need]) -> None:
        place = f"{segment.id}{at:02}"
        if not segment.element(at):
            grave = any(need.grave for need in needs)
            self._note(segment.number, f"{self._guide.named(place)} is empty", grave=grave)
            return
        for need in needs:
            if need.part is not None and not segment.part(at, need.part):
                message = f"{self._guide.named(f'{place}-{need.part}')} is empty"
                self._note(segment.number, message, grave=need.grave)

    def _check_level(self, level: Loop) -> None:
        """Hold HL04 against what follows, and what a subscriber who is the patient must carry."""
        hl = level.opener
        below = any(loop.use.opener.id == "HL" for loop in level.loops)
        if hl.element(4) == "1" and not below:
            what = "; the subscriber is read as the patient" if level.use.id == "2000B" else ""
            self._faults.warn(level.first, f"HL04 says that a level follows below it, but none does{what}")
        if hl.element(4) == "0" and below:
            self._faults.warn(level.first, "HL04 says that no level follows below it, but one does")
        information, subscriber = level.segment("SBR"), level.find("2010BA")
        if information is not None and subscriber is not None and information.element(2) == "18":
            for key in ("N3", "N4", "DMG"):
                if subscriber.segment(key) is None:
                    who = f"{subscriber.use.title}, who is the patient,"
                    self._faults.warn(subscriber.first, f"{who} lacks {self._guide.named(key)}")

    def _note(self, number: int, message: str, *, grave: bool) -> None:
        if grave:
            self._faults.error(number, message)
        else:
            self._faults.warn(number, message)
