"""The infusion timeline as rows: one bar an administration, by access site, on one scale of clock time.

Minutes and codes stand beside each bar in words, so the picture reads without colour and in ASCII.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from onco_tui.derive.administration.timeline import Bar, Lane, Timeline
from onco_tui.present.clean import clean
from onco_tui.present.fact import Fact, blank, fact, heading
from onco_tui.present.glyphs import BAR_HYDRATION, BAR_INFUSION, BAR_POINT, BAR_UNKNOWN, MARK
from onco_tui.present.spans import Role, Row, Span, fit, span

_NAME, _LONG_NAME = 12, 20
_GAPS = 5  # the mark before the name, and the blanks around the bar
_LEAST_BAR = 12
_ROOMY = 30
_STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 720, 1440)


def timeline_facts(timeline: Timeline, cells: int) -> list[Fact]:
    """Draw all lanes in a width."""
    if timeline.start is None or timeline.stop is None:
        return []
    longest = max(len(_words(bar)) for lane in timeline.lanes for bar in lane.bars)
    scale = _Scale(timeline.start, timeline.stop, cells - _NAME - _GAPS - longest)
    facts = [heading(f"timeline, 1 cell = {scale.step} min, {MARK} after 15, 30 and 60 min")]
    facts.append(Fact(scale.axis()))
    for lane in timeline.lanes:
        facts += _lane(lane, scale, alone=len(timeline.lanes) == 1)
    facts += [fact(f"{bar.drug}: no start charted", Role.PLAIN, f"administrations[{bar.administration}].start")
              for bar in timeline.untimed]  # fmt: skip
    return [*facts, blank()]


class BarTable:
    """Bars on one scale, with the access site before the drug where there are several.

    Where the bars would have little room the clock times give way; the axis still tells them.
    """

    def __init__(self, timeline: Timeline, cells: int) -> None:
        assert timeline.start is not None  # noqa: S101  only a timeline with times is drawn
        assert timeline.stop is not None  # noqa: S101  same
        self._sites = len(timeline.lanes) > 1
        bars = [bar for lane in timeline.lanes for bar in lane.bars]
        sites = max(len(_site(lane)) for lane in timeline.lanes) + 1 if self._sites else 0
        self._site_cells = min(sites, 12)
        room = cells - _NAME - _GAPS - self._site_cells
        self._clock = room - max(len(_words(bar)) for bar in bars) >= _ROOMY
        room -= max(len(_words(bar, clock=self._clock)) for bar in bars)
        wanted = min(max(len(bar.drug) for bar in bars), _LONG_NAME) - _NAME
        unused = _Scale(timeline.start, timeline.stop, room).unused
        self._name = _NAME + max(min(wanted, max(room - _ROOMY, unused)), 0)
        self._scale = _Scale(timeline.start, timeline.stop, room + _NAME - self._name)

    @property
    def step(self) -> int:
        """Minutes a cell."""
        return self._scale.step

    def axis(self) -> Row:
        """Give the row of full hours."""
        return (span(" " * max(self._site_cells - 2, 0)), *self._scale.axis(self._name))

    def row(self, bar: Bar, lane: Lane) -> Row:
        """Draw one bar."""
        site = fit(span(_site(lane), Role.LABEL), self._site_cells) if self._sites else span("")
        return (site, *_row(bar, self._scale, clock=self._clock, name_cells=self._name))


def _site(lane: Lane) -> str:
    visit = f" {lane.visit}" if lane.visit else ""
    return f"{lane.access_site or 'no site'}{visit}"


class _Scale:
    """Clock time to cells. The words beside a bar need their room; the bar gets what is left."""

    def __init__(self, start: datetime, stop: datetime, room: int) -> None:
        self.room = max(_LEAST_BAR, room)
        minutes = max(1, int((stop - start).total_seconds() // 60))
        self.step = next((step for step in _STEPS if minutes / step <= self.room), minutes // self.room + 1)
        self.start = start
        self.unused = self.room - minutes // self.step - 1

    def cell(self, moment: datetime) -> int:
        """Give the cell a moment falls in."""
        return min(self.room - 1, max(0, int((moment - self.start).total_seconds() // 60) // self.step))

    def axis(self, name_cells: int = _NAME) -> Row:
        """Give the row of full hours, as many as fit; without any the time it starts at."""
        text = [" "] * self.room
        free = 0
        while True:
            hour = self._full_hour(free)
            at = hour // self.step
            label = f"{(self.start.hour + (self.start.minute + hour) // 60) % 24:02}:00"
            if at + len(label) > self.room:
                break
            text[at : at + len(label)] = label
            free = at + len(label) + 1
        if not free:
            text[:5] = f"{self.start:%H:%M}"
        return (span(" " * (name_cells + 3)), span("".join(text), Role.LABEL))

    def _full_hour(self, cell: int) -> int:
        """Give the minutes from the start to the first full hour that begins in a cell or after it."""
        return -(-(cell * self.step + self.start.minute) // 60) * 60 - self.start.minute


def _lane(lane: Lane, scale: _Scale, *, alone: bool) -> Iterator[Fact]:
    if not alone:
        visit = f", visit {lane.visit}" if lane.visit else ""
        yield fact(f"{lane.access_site or 'no site charted'}{visit}", Role.LABEL)
    for bar in lane.bars:
        base = f"documentation.administrations[{bar.administration}]"
        yield Fact((span("  "), *_row(bar, scale)), (f"{base}.start", f"{base}.stop", f"{base}.route", f"{base}.drug"))


def _row(bar: Bar, scale: _Scale, *, clock: bool = True, name_cells: int = _NAME) -> Row:
    name = fit(span(bar.drug, Role.PLAIN), name_cells)
    words = span(_words(bar, clock=clock), Role.NUMBER)
    return (name, span(" "), _drawn(bar, scale), span("  "), words)


def _drawn(bar: Bar, scale: _Scale) -> Span:
    text = [" "] * scale.room
    glyph = _glyph(bar)
    for stretch in bar.running:
        first, last = scale.cell(stretch.start), scale.cell(stretch.stop - timedelta(minutes=1))
        text[first : last + 1] = glyph * (last + 1 - first)
    if bar.start is not None and not bar.running:
        text[scale.cell(bar.start)] = BAR_POINT if bar.route != "iv_infusion" else BAR_UNKNOWN
    if bar.route != "iv_push":
        for _, moment in bar.marks:
            at = scale.cell(moment)
            if text[at] == glyph and at + 1 < scale.room and text[at + 1] == glyph:
                text[at] = MARK
    return Span(clean("".join(text)), Role.CODE if bar.earned else Role.LABEL)


def _glyph(bar: Bar) -> str:
    if bar.route == "iv_push":
        return BAR_POINT
    return BAR_HYDRATION if bar.drug_class == "hydration" else BAR_INFUSION


def _words(bar: Bar, *, clock: bool = True) -> str:
    times = f"{bar.start:%H:%M}" if bar.start else ""
    if bar.stop:
        times += f"-{bar.stop:%H:%M}"
    minutes = f"{bar.minutes} min" if bar.minutes is not None else "no stop"
    units: Counter[str] = Counter()
    for choice in bar.earned:
        units[choice.code] += int(choice.units)
    codes = ", ".join(code if count == 1 else f"{code} x {count}" for code, count in units.items())
    return " ".join(part for part in (minutes, codes or "earns nothing", times if clock else "") if part)
