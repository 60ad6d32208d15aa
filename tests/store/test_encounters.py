from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onco_tui.encounter.document import Encounter, parse_encounter, read_json
from onco_tui.encounter.edits import add_line, apply, remove_line, set_diagnoses, set_line_field
from onco_tui.rules.finding import Severity
from onco_tui.store.audit import append, verify, walk
from onco_tui.store.database import Database, StoreError
from onco_tui.store.decisions import Decision, active, record, supersede
from onco_tui.store.encounters import (
    AlreadyThere,
    Conflict,
    Summary,
    encounter_ids,
    is_known,
    load,
    load_source,
    refresh_findings,
    release,
    save_claim,
    save_new,
    save_source,
    set_status,
    take,
)
from onco_tui.store.queries import ClinicianQuery, ask, asked, set_query_status
from onco_tui.store.sqlite import Connection
from onco_tui.store.worklist import last_opened
from tests.store.samples import add_a_unit, encounter, entry, finding, import_encounters, stock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with stock(tmp_path / "claims.db") as opened:
        yield opened


def save(database: Database, changed: Encounter, version: int, summary: Summary | None = None) -> int:
    with database.write() as connection:
        new = save_claim(connection, changed, version, summary or Summary())
        append(connection, entry("edit", changed.encounter_id))
    return new


# what is saved comes back


def test_an_import_comes_back_as_it_was(database: Database) -> None:
    stored = load(database, "E-1")
    assert stored.encounter == stored.imported == encounter()
    assert (stored.version, stored.status, stored.owner, stored.decisions) == (1, "open", "", ())
    assert (stored.source_name, stored.source_format) == ("file.json", "documents")


def test_a_changed_claim_comes_back_with_the_chart_as_imported(database: Database) -> None:
    claim = encounter().claim
    changed = apply(
        encounter(),
        [
            set_diagnoses(claim, ["Z51.11", "C34.11"]),
            set_line_field(claim.lines[0], "units", "2.50"),
            remove_line(claim, 2),
        ],
    )
    assert save(database, changed, 1) == 2
    stored = load(database, "E-1")
    assert stored.encounter == changed
    assert stored.imported == encounter()
    assert stored.encounter.documentation == encounter().documentation


def test_only_the_claim_of_a_changed_encounter_is_written(database: Database) -> None:
    other_chart = encounter(family_name="Othername", drug="carboplatin").model_copy(
        update={"claim": apply(encounter(), [remove_line(encounter().claim, 2)]).claim}
    )
    save(database, other_chart, 1)
    stored = load(database, "E-1")
    assert len(stored.encounter.claim.lines) == 1
    assert stored.encounter.patient.family_name == "Testerman"
    assert stored.encounter.chart.administrations == encounter().chart.administrations


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=20),
    unknown=JSON,
    units=st.decimals(min_value=0, max_value=10**9, places=3),
    number=st.integers(min_value=0, max_value=10**9),
)
def test_whatever_text_and_unknown_fields_come_in_come_out(
    database: Database, text: str, unknown: object, units: Decimal, number: int
) -> None:
    identifier = f"E-h{number}-{units}-{sum(1 for _ in encounter_ids(database))}"
    data = json.loads(encounter(identifier).model_dump_json(by_alias=True, exclude_unset=True))
    data["patient"] |= {"family_name": text, "given_name": text}
    data["claim"]["lines"][0] |= {"units": units, "narrative": text}
    data["claim"]["of_the_payer"] = unknown
    data["documentation"]["notes"] = [{"text": text}]
    imported = parse_encounter(data)
    import_encounters(database, imported)
    assert load(database, identifier).imported == load(database, identifier).encounter
    assert load(database, identifier).encounter.model_dump_json() == imported.model_dump_json()
    line = imported.claim.lines[1]
    changed = apply(imported, [set_line_field(line, "narrative", text + "?")])
    save(database, changed, 1)
    assert load(database, identifier).encounter.claim.model_dump_json() == changed.claim.model_dump_json()
    assert verify(database).ok


def test_half_characters_do_not_stop_an_import_and_come_back(database: Database) -> None:
    half = "half a character: \ud83d"
    data = json.loads(encounter("E-2").model_dump_json(by_alias=True, exclude_unset=True))
    data["claim"] |= {"remark": half, "diagnoses": ["C34.11", half]}
    data["claim"]["lines"][0] |= {"narrative": half, "code": half, "rendering_npi": half}
    data["patient"]["family_name"] = half
    odd = parse_encounter(read_json(json.dumps(data)))
    import_encounters(database, odd, summary=Summary((dataclasses.replace(finding(), message=half),)))
    assert load(database, "E-2").encounter == odd
    names = [row[0] for row in database.query("SELECT patient_name FROM encounters ORDER BY id")]
    assert names == ["Testerman, Avery", "half a character: \ufffd, Avery"]
    with database.write() as connection:
        record(connection, Decision("E-2", "F1", "ADM101", "dismissed", half, half))
        ask(connection, ClinicianQuery("E-2", "F2", "ADM102", half))
        append(connection, entry("note", "E-2", reason=half, before={half: half}))
    assert list(walk(database, "E-2"))[-1].before == {half: half}
    assert verify(database).ok


def test_a_half_character_in_a_name_of_ours_is_an_error_in_words(database: Database) -> None:
    with pytest.raises(StoreError, match="half a character"), database.write() as connection:
        append(connection, entry("note", fix_id="\ud83d"))
    assert verify(database).rows == 1


def test_a_number_too_large_for_a_column_is_an_error_in_words(database: Database) -> None:
    line = encounter().claim.lines[0].model_copy(update={"line": 10**30})
    huge = apply(encounter(), [add_line(encounter().claim, line)])
    with pytest.raises(StoreError, match="too large"):
        save(database, huge, 1)
    assert load(database, "E-1").version == 1


def test_an_unknown_encounter_is_an_error_in_words(database: Database) -> None:
    with pytest.raises(StoreError, match="encounter E-9: not in the database"):
        load(database, "E-9")
    acts: list[Callable[[Connection], object]] = [
        lambda c: save_claim(c, encounter("E-9"), 1, Summary()),
        lambda c: set_status(c, "E-9", 1, "held"),
        lambda c: take(c, "E-9", "coder-a"),
        lambda c: refresh_findings(c, "E-9", Summary()),
    ]
    for act in acts:
        with pytest.raises(StoreError, match="encounter E-9: not in the database"), database.write() as connection:
            act(connection)


def test_importing_an_encounter_twice_is_refused_and_nothing_of_that_import_stays(database: Database) -> None:
    with pytest.raises(AlreadyThere, match="encounter E-1: already in the database"):
        import_encounters(database, encounter("E-2"), encounter("E-1"))
    assert list(encounter_ids(database)) == ["E-1"]
    assert is_known(database.read(), "E-1")
    assert not is_known(database.read(), "E-2")


# versions


def test_a_stale_version_is_refused_saying_who_and_when(database: Database) -> None:
    add_a_unit(database)
    newest = list(walk(database))[-1]
    acts: list[Callable[[Connection], int]] = [
        lambda c: save_claim(c, encounter(), 1, Summary()),
        lambda c: set_status(c, "E-1", 1, "held"),
        lambda c: save_claim(c, encounter(), 3, Summary()),
    ]
    for act in acts:
        with pytest.raises(Conflict, match="E-1: changed by coder-a at 20") as caught, database.write() as connection:
            act(connection)
        assert (caught.value.actor, caught.value.at) == ("coder-a", newest.at)
    assert load(database, "E-1").version == 2


def test_every_saving_moves_the_version(database: Database) -> None:
    assert save(database, encounter(), 1) == 2
    with database.write() as connection:
        assert set_status(connection, "E-1", 2, "finalized") == 3
        append(connection, entry("finalize"))
    with database.write() as connection:
        assert save_claim(connection, encounter(), 3, Summary(), status="open") == 4
        append(connection, entry("reopen"))
    assert (load(database, "E-1").version, load(database, "E-1").status) == (4, "open")
    assert verify(database).ok


# columns for the worklist and other tools


def test_lines_and_diagnoses_in_columns_follow_the_claim(database: Database) -> None:
    lines = (
        "SELECT position, line, code, modifiers, units, charge, diagnosis_pointers, date_of_service FROM claim_lines"
    )
    assert [tuple(row) for row in database.query(lines)] == [
        (1, 1, "96413", "", "1", "410.00", "1", "2026-03-02"),
        (2, 2, "J9271", "JZ", "200", "12400.00", "", "2026-03-02"),
    ]
    claim = encounter().claim
    changed = apply(encounter(), [set_diagnoses(claim, ["C34.11", "C79.51"]), remove_line(claim, 2)])
    save(database, changed, 1)
    assert [row[1] for row in database.query(lines)] == [1]
    assert [tuple(row) for row in database.query("SELECT encounter_id, position, code FROM diagnoses")] == [
        ("E-1", 1, "C34.11"),
        ("E-1", 2, "C79.51"),
    ]
    assert database.query("SELECT line_count FROM encounters")[0][0] == 1


def test_findings_in_columns_are_those_of_the_last_check(database: Database) -> None:
    summary = Summary(
        (finding("ADM101", Severity.ERROR, Decimal(180)), finding("DRG201", Severity.INFO)), Decimal("180.005")
    )
    save(database, encounter(), 1, summary)
    columns = "errors, warnings, infos, amount_at_risk, amount_at_risk_cents, first_finding"
    head = f"SELECT {columns} FROM encounters"  # noqa: S608  our own names
    assert tuple(database.query(head)[0]) == (1, 0, 1, "180.00", 18000, "ADM101 says so")
    found = database.query("SELECT position, rule, severity, lines, amount_at_risk FROM findings")
    assert [tuple(row) for row in found] == [
        (1, "ADM101", "error", "[1]", "180.00"),
        (2, "DRG201", "info", "[1]", None),
    ]
    with database.write() as connection:
        refresh_findings(connection, "E-1", Summary((finding("DRG201", Severity.WARNING),)))
    assert tuple(database.query(head)[0]) == (0, 1, 0, "0.00", 0, "DRG201 says so")
    assert load(database, "E-1").version == 2
    assert verify(database).ok


def test_the_earliest_line_gives_the_date_of_service(database: Database) -> None:
    claim = encounter("E-2", day=None).claim
    assert claim.date_from is None
    dated = apply(encounter("E-2", day=None), [set_line_field(claim.lines[1], "date_of_service", "2026-01-05")])
    import_encounters(database, encounter("E-0", day=None), dated)
    days = {row[0]: row[1] for row in database.query("SELECT encounter_id, date_of_service FROM encounters")}
    assert days == {"E-1": "2026-03-02", "E-0": "", "E-2": "2026-01-05"}


# imported files


def test_imported_bytes_are_kept_once_and_come_back(database: Database) -> None:
    raw = bytes(range(256))
    with database.write() as connection:
        first = save_source(connection, "/home/x/Mail/a.837", "837p", raw)
        assert save_source(connection, "b.837", "837p", raw) == first
        assert save_source(connection, "b.json", "documents", raw) != first
        with pytest.raises(StoreError, match="no imported file 77"):
            save_new(connection, encounter("E-2"), 77)
    source = load_source(database, first)
    assert (source.name, source.format, source.raw) == ("a.837", "837p", raw)
    with pytest.raises(StoreError, match="no imported file 77"):
        load_source(database, 77)


# owners


def test_an_encounter_shows_who_has_it_open(database: Database) -> None:
    with database.write() as connection:
        assert take(connection, "E-1", "coder-a") == "coder-a"
        assert take(connection, "E-1", "coder-b") == "coder-a"
        release(connection, "E-1", "coder-b")
        assert take(connection, "E-1", "coder-b") == "coder-a"
        assert take(connection, "E-1", "coder-b", from_others=True) == "coder-b"
    stored = load(database, "E-1")
    assert stored.owner == "coder-b"
    assert stored.opened_at.endswith("Z")
    with database.write() as connection:
        release(connection, "E-1", "coder-b")
    assert (load(database, "E-1").owner, load(database, "E-1").version) == ("", 1)
    assert verify(database).rows == 1


def test_a_coder_lands_where_they_were_last(database: Database) -> None:
    import_encounters(database, encounter("E-2"))
    assert last_opened(database, "coder-a") is None
    for identifier in ("E-2", "E-1"):
        with database.write() as connection:
            take(connection, identifier, "coder-a")
            release(connection, identifier, "coder-a")
    assert last_opened(database, "coder-a") == "E-1"


# decisions and questions


def dismissal(finding_id: str, reason: str = "payer_agreed") -> Decision:
    return Decision("E-1", finding_id, "ADM101", "dismissed", reason, facts="f", actor="coder-a")


def decide(database: Database, decision: Decision) -> int:
    with database.write() as connection:
        record(connection, decision)
        return append(connection, entry("dismiss"))


def test_the_newest_standing_decision_of_each_finding_counts(database: Database) -> None:
    first = decide(database, dismissal("F1"))
    decide(database, dismissal("F2"))
    third = decide(database, dismissal("F1", "other"))
    standing = load(database, "E-1").decisions
    assert [(d.finding_id, d.reason, d.audit_seq) for d in standing] == [
        ("F2", "payer_agreed", first + 1),
        ("F1", "other", third),
    ]
    assert verify(database).ok


def test_taking_a_decision_back_lets_the_earlier_one_stand_again(database: Database) -> None:
    first = decide(database, dismissal("F1"))
    second = decide(database, dismissal("F1", "other"))
    with database.write() as connection:
        assert supersede(connection, "E-1", second) == 1
        assert [d.reason for d in active(connection, "E-1")] == ["payer_agreed"]
        append(connection, entry("undo", undoes=second))
    with database.write() as connection:
        assert supersede(connection, "E-1", second) == 0
        assert supersede(connection, "E-1", first) == 1
        append(connection, entry("undo", undoes=first))
    assert load(database, "E-1").decisions == ()
    rows = database.query("SELECT audit_seq, superseded_by FROM decisions ORDER BY decision_id")
    assert [tuple(row) for row in rows] == [(first, second + 2), (second, second + 1)]
    assert verify(database).ok


def test_a_decision_without_an_audit_row_is_refused(database: Database) -> None:
    with pytest.raises(StoreError, match="without its audit row"), database.write() as connection:
        record(connection, dismissal("F1"))
    first = decide(database, dismissal("F1"))
    with pytest.raises(StoreError, match="without its audit row"), database.write() as connection:
        supersede(connection, "E-1", first)
    with pytest.raises(StoreError, match="no audit row 0"), database.write() as connection:
        supersede(connection, "E-1", 0)
    assert len(load(database, "E-1").decisions) == 1


def test_questions_move_on_and_are_never_lost(database: Database) -> None:
    with database.write() as connection:
        number = ask(connection, ClinicianQuery("E-1", "F1", "ADM102", "When did the infusion stop?", "coder-a"))
        append(connection, entry("query"))
    with database.write() as connection:
        set_query_status(connection, number, "answered", "At 10:40")
        append(connection, entry("answer"))
    (query,) = asked(database.read(), "E-1")
    assert (query.status, query.answer, query.question) == ("answered", "At 10:40", "When did the infusion stop?")
    assert query.audit_seq == 3
    with pytest.raises(StoreError, match="without its audit row"), database.write() as connection:
        set_query_status(connection, number, "withdrawn")
    with pytest.raises(StoreError, match="no query 99"), database.write() as connection:
        set_query_status(connection, 99, "sent")
    assert verify(database).ok


def test_reprs_of_stored_things_leave_patients_out(database: Database) -> None:
    shown = repr(load(database, "E-1")) + repr(load_source(database, 1))
    assert "Testerman" not in shown
    assert "P-E-1" not in shown
    assert "file.json" not in repr(load_source(database, 1))
