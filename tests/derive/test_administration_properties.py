"""What must hold for every visit: generated ones, sound and unsound."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import get_args

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from onco_tui.codesets.reference import shipped_reference
from onco_tui.derive.administration.timeline import timeline_of
from onco_tui.derive.administrations import derive_administrations
from onco_tui.derive.result import Derivation
from onco_tui.encounter.chart import DrugClass, Purpose, ReasonForEncounter, Route
from tests.derive.visits import DAY, Row, fluid, visit

INITIAL = {"96360", "96365", "96374", "96409", "96413"}
HOURS = {"96361", "96366", "96415"}
MORNING = datetime.fromisoformat(f"{DAY}T05:00")
IV = {"iv_infusion", "iv_push"}

bounded = settings(max_examples=150, deadline=None)


@st.composite
def sound_row(draw: st.DrawFn, identifier: str) -> Row:
    """An administration as a nurse would chart it, inside one day from 05:00 on."""
    drug_class, purpose, drug = draw(
        st.sampled_from(
            [
                ("chemotherapy", "treatment", "c1"),
                ("chemotherapy", "treatment", "c2"),
                ("complex_biologic", "treatment", "b1"),
                ("therapeutic", "premedication", "t1"),
                ("therapeutic", "supportive", "t2"),
                ("therapeutic", "supportive", "t3"),
                ("hydration", "hydration", "saline"),
            ]
        )
    )
    routes = ["iv_infusion"] * 4 if drug_class == "hydration" else ["iv_infusion"] * 3 + ["iv_push", "subcutaneous"]
    start = MORNING + timedelta(minutes=draw(st.integers(0, 480)))
    row: Row = {
        "id": identifier,
        "drug": drug,
        "drug_class": drug_class,
        "purpose": purpose,
        "route": draw(st.sampled_from(routes)),
        "access_site": draw(st.sampled_from(["port", "port", "port", "left arm"])),
        "start": start.isoformat(timespec="minutes"),
    }
    if row["route"] == "iv_infusion" and draw(st.integers(0, 9)):
        length = draw(st.one_of(st.integers(1, 40), st.integers(1, 280), st.sampled_from([15, 16, 30, 31, 90, 91])))
        row["stop"] = (start + timedelta(minutes=length)).isoformat(timespec="minutes")
    if draw(st.integers(0, 9)) == 0:
        row["bag"] = "mixed"
    return row


@st.composite
def sound_rows(draw: st.DrawFn) -> list[Row]:
    return [draw(sound_row(f"A{number}")) for number in range(draw(st.integers(1, 8)))]


settings_of_care = st.fixed_dictionaries(
    {"facility": st.booleans()},
    optional={
        "reason_for_encounter": st.sampled_from(get_args(ReasonForEncounter)),
        "primary_administration": st.sampled_from(["A0", "A1", "A2"]),
    },
)


def derived(rows: list[Row], care: dict[str, object]) -> Derivation:
    return derive_administrations(visit(*rows, **care), shipped_reference())  # type: ignore[arg-type]


def answer(derivation: Derivation) -> object:
    """Everything but dates and wording."""
    lines = [(line.code, line.units, line.modifiers, frozenset(line.sources)) for line in derivation.lines]
    judgements = Counter((j.question, frozenset(j.alternatives)) for j in derivation.judgements)
    left = {source for entry in derivation.not_derived for source in entry.sources}
    return sorted(lines, key=str), judgements, left


def moved(row: Row, by: timedelta) -> Row:
    times = {
        name: (datetime.fromisoformat(str(row[name])) + by).isoformat(timespec="minutes")
        for name in ("start", "stop")
        if name in row
    }
    return row | times


@bounded
@for_all(sound_rows(), settings_of_care, st.integers(-300, 330), st.integers(-400, 400))
def test_shifting_all_times_changes_nothing(rows: list[Row], care: dict[str, object], minutes: int, days: int) -> None:
    by = timedelta(minutes=minutes, days=days)
    assert answer(derived(rows, care)) == answer(derived([moved(row, by) for row in rows], care))


@bounded
@for_all(sound_rows(), settings_of_care)
def test_renaming_sites_changes_nothing(rows: list[Row], care: dict[str, object]) -> None:
    names = {"port": "zz 9", "left arm": "aa 1"}
    renamed = [row | {"access_site": names[str(row["access_site"])]} for row in rows]
    assert answer(derived(rows, care)) == answer(derived(renamed, care))


@bounded
@for_all(sound_rows().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), settings_of_care)
def test_shuffling_the_records_changes_nothing(pair: tuple[list[Row], list[Row]], care: dict[str, object]) -> None:
    assert derived(pair[0], care).lines == derived(pair[1], care).lines
    assert answer(derived(pair[0], care)) == answer(derived(pair[1], care))


@bounded
@for_all(sound_rows(), settings_of_care, st.sampled_from(["keep_vein_open", "vehicle", "flush"]))
def test_adding_keep_open_fluid_changes_no_line(rows: list[Row], care: dict[str, object], purpose: str) -> None:
    more = fluid("K", "04:00-20:00", purpose=purpose)
    assert derived(rows, care).lines == derived([*rows, more], care).lines


@bounded
@for_all(sound_rows(), settings_of_care)
def test_one_initial_service_for_each_access_that_was_used(rows: list[Row], care: dict[str, object]) -> None:
    sites = {row["access_site"] for row in rows if row["route"] in IV}
    found = derived(rows, care)
    initial = [line for line in found.lines if line.code in INITIAL]
    assert sum(line.units for line in initial) <= len(sites)
    apart = [line for line in initial if "59" in line.modifiers]
    assert sum(line.units for line in initial) - sum(line.units for line in apart) == bool(initial)


@bounded
@for_all(sound_rows(), settings_of_care)
def test_every_add_on_has_an_accepted_parent(rows: list[Row], care: dict[str, object]) -> None:
    parents = shipped_reference().addon_parents
    present = {line.code for line in derived(rows, care).lines}
    for code in present & parents.keys():
        assert parents[code] & present, code


@bounded
@for_all(sound_rows(), settings_of_care)
def test_hours_never_exceed_the_minutes(rows: list[Row], care: dict[str, object]) -> None:
    minutes: Counter[str] = Counter()
    for row in rows:
        if "stop" in row:
            length = datetime.fromisoformat(str(row["stop"])) - datetime.fromisoformat(str(row["start"]))
            minutes[str(row["drug_class"])] += int(length.total_seconds() // 60)
    units = {line.code: int(line.units) for line in derived(rows, care).lines if line.code in HOURS}
    drugs = minutes.total() - minutes["hydration"]
    sites = len({row["access_site"] for row in rows if row["drug_class"] == "hydration"})
    if hydrated := units.get("96361"):
        each = min(sites, hydrated)
        assert 60 * (hydrated - each) + 31 * each <= minutes["hydration"]
    for code in ("96366", "96415"):
        assert not units.get(code) or 60 * units[code] + 31 <= drugs


@bounded
@for_all(sound_rows(), settings_of_care)
def test_nothing_charted_is_lost_without_a_word(rows: list[Row], care: dict[str, object]) -> None:
    found = derived(rows, care)
    told = {s for line in found.lines for s in line.sources} | {s for n in found.not_derived for s in n.sources}
    assert told == {row["id"] for row in rows}
    assert all(line.because and all(line.because) for line in found.lines)


@bounded
@for_all(sound_rows(), settings_of_care)
def test_a_judgement_offers_something_else(rows: list[Row], care: dict[str, object]) -> None:
    found = derived(rows, care)
    chosen = Counter({(line.code, line.modifiers): line.units for line in found.lines})
    for judgement in found.judgements:
        assert judgement.chosen
        for lines in judgement.alternatives:
            assert Counter({(choice.code, choice.modifiers): choice.units for choice in lines}) != chosen


moments = st.none() | st.datetimes(
    min_value=datetime.fromisoformat(f"{DAY}T00:00"), max_value=datetime.fromisoformat("2026-03-05T00:00")
).map(lambda moment: moment.isoformat(timespec="minutes"))
amounts = st.none() | st.fixed_dictionaries(
    {"amount": st.integers(-1, 5000).map(str), "unit": st.sampled_from(["mL", "mg", "mL/hr", "?"])}
)
pauses = st.fixed_dictionaries({"from": moments.filter(bool), "to": moments.filter(bool)})


def optional(*values: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


any_row = st.fixed_dictionaries(
    {
        "drug": optional("x", "y", "Ommaya", "alteplase", "pegfilgrastim (Neulasta Onpro)", ""),
        "hcpcs": optional("J9271", "J9999", "J2405", "Z0000"),
        "drug_class": optional(*get_args(DrugClass)),
        "route": optional(*get_args(Route)),
        "purpose": optional(*get_args(Purpose)),
        "start": moments,
        "stop": moments,
        "pauses": st.lists(pauses, max_size=2),
        "access_site": optional("a", "b", "Ommaya reservoir", " "),
        "bag": optional("1", "2"),
        "visit": optional("1", "2"),
        "ordered_minutes": optional("-5", "0", "90", "481", "99999999"),
        "discontinued": st.none() | st.booleans(),
        "pump": st.none() | st.fixed_dictionaries({"kind": optional("portable", "implantable", "external")}),
        "dose": amounts,
        "volume": amounts,
        "rate": amounts,
        "documented_by": optional("patient", "RN"),
    }
)
any_procedure = st.fixed_dictionaries(
    {
        "kind": optional("venous_access_blood_draw", "catheter_blood_draw", "port_flush", "declotting", "biopsy"),
        "code": optional("36591", "38221", "85025"),
        "performed_at": moments,
        "access_site": optional("PICC", "port"),
    }
)


@settings(max_examples=400, deadline=None)
@for_all(
    st.lists(any_row, max_size=7),
    st.lists(any_procedure, max_size=2),
    settings_of_care,
    st.sampled_from(["11", "22"]),
    st.sampled_from(["MEDICARE_B", "COMMERCIAL_SAMPLE", ""]),
)
def test_no_chart_breaks_the_derivation(
    rows: list[Row], procedures: list[Row], care: dict[str, object], place: str, payer: str
) -> None:
    numbered = [row | {"id": f"A{number}"} for number, row in enumerate(rows)]
    done = [row | {"id": f"P{number}"} for number, row in enumerate(procedures)]
    encounter = visit(*numbered, place=place, payer=payer, procedures=done, **care)  # type: ignore[arg-type]
    found = derive_administrations(encounter, shipped_reference())
    told = {s for line in found.lines for s in line.sources} | {s for n in found.not_derived for s in n.sources}
    assert {row["id"] for row in numbered} <= told
    assert all(line.units > 0 for line in found.lines)
    initials = Counter((line.code, line.date_of_service, line.modifiers) for line in found.lines)
    assert max(initials.values(), default=1) == 1
    timeline_of(encounter, shipped_reference())
