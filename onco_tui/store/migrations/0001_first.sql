-- Applied once, inside one transaction. An applied file is never edited: add the next one.

CREATE TABLE about (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    database_id TEXT NOT NULL CHECK (length(database_id) = 64), -- the audit chain starts from it
    created_at TEXT NOT NULL
) STRICT;

INSERT INTO about VALUES (1, lower(hex(randomblob(32))), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));

-- Imported files, byte for byte, each once.
CREATE TABLE sources (
    source_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    size INTEGER NOT NULL,
    imported_at TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (sha256, format)
) STRICT;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL, -- UTC
    clock_behind INTEGER NOT NULL CHECK (clock_behind IN (0, 1)), -- 1: the clock stood before the newest row's
    actor TEXT NOT NULL CHECK (actor <> ''),
    login TEXT NOT NULL, -- account that logged in, when it is not the actor
    claimed TEXT NOT NULL, -- network origin as the session claims it, unproven
    session TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action <> ''),
    encounter_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    ruleset_edition TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    fix_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    undoes INTEGER NOT NULL, -- seq of the row this one takes back, 0 for none
    before TEXT NOT NULL CHECK (json_valid(before)),
    after TEXT NOT NULL CHECK (json_valid(after)),
    edits TEXT NOT NULL CHECK (json_valid(edits)),
    state_before TEXT NOT NULL, -- SHA-256 of the claim, '' before the first row
    state_after TEXT NOT NULL,
    record_after TEXT NOT NULL, -- SHA-256 of status, version, chart, decisions and queries
    prev TEXT NOT NULL CHECK (length(prev) = 64),
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
) STRICT;

CREATE UNIQUE INDEX audit_by_encounter ON audit (encounter_id, seq);

CREATE TRIGGER audit_extends_the_chain BEFORE INSERT ON audit BEGIN
    SELECT RAISE(ABORT, 'an audit row must follow the newest one')
    WHERE NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
        OR NEW.prev IS NOT coalesce(
            (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), (SELECT database_id FROM about)
        );
END;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'an audit row is never changed');
END;

CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'an audit row is never deleted');
END;

CREATE TABLE encounters (
    id INTEGER PRIMARY KEY, -- order of import
    encounter_id TEXT NOT NULL UNIQUE CHECK (encounter_id <> ''),
    version INTEGER NOT NULL CHECK (version >= 1),
    status TEXT NOT NULL CHECK (status IN ('open', 'held', 'finalized')),
    patient_name TEXT NOT NULL COLLATE NOCASE,
    patient_id TEXT NOT NULL,
    payer_id TEXT NOT NULL,
    payer_name TEXT NOT NULL COLLATE NOCASE,
    date_of_service TEXT NOT NULL, -- earliest day of the claim, '' when it has none
    claim_type TEXT NOT NULL CHECK (claim_type IN ('professional', 'institutional')),
    line_count INTEGER NOT NULL CHECK (line_count >= 0),
    errors INTEGER NOT NULL CHECK (errors >= 0),
    warnings INTEGER NOT NULL CHECK (warnings >= 0),
    infos INTEGER NOT NULL CHECK (infos >= 0),
    amount_at_risk TEXT NOT NULL,
    amount_at_risk_cents INTEGER NOT NULL,
    first_finding TEXT NOT NULL,
    owner TEXT NOT NULL DEFAULT '', -- coder who has it open
    opened_at TEXT NOT NULL DEFAULT '',
    imported_at TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES sources (source_id),
    source_name TEXT NOT NULL,
    source_format TEXT NOT NULL,
    audit_seq INTEGER NOT NULL, -- newest audit row; 0 within a transaction that has not written it yet
    document_hash TEXT NOT NULL,
    claim_hash TEXT NOT NULL,
    document TEXT NOT NULL CHECK (json_valid(document)), -- as imported
    claim TEXT NOT NULL CHECK (json_valid(claim)), -- as it is now
    FOREIGN KEY (encounter_id, audit_seq) REFERENCES audit (encounter_id, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TRIGGER documents_are_never_changed
BEFORE UPDATE OF id, encounter_id, source_id, document, document_hash ON encounters BEGIN
    SELECT RAISE(ABORT, 'an imported document is never changed');
END;

CREATE TRIGGER encounters_are_never_deleted BEFORE DELETE ON encounters BEGIN
    SELECT RAISE(ABORT, 'an encounter is never deleted');
END;

-- One index for each order of the worklist, holding what the filters ask. Ties go by encounter_id: a key that ends in the
-- rowid alias would be compared row by row through all ties.
CREATE INDEX encounters_by_import ON encounters (id, status, payer_id);
CREATE INDEX encounters_by_date_of_service ON encounters (date_of_service, encounter_id, status, payer_id);
CREATE INDEX encounters_by_patient_name ON encounters (patient_name, encounter_id, status, payer_id);
CREATE INDEX encounters_by_payer ON encounters (payer_name, payer_id, encounter_id, status);
CREATE INDEX encounters_by_severity ON encounters (errors, warnings, infos, encounter_id, status, payer_id);
CREATE INDEX encounters_by_amount_at_risk
ON encounters (amount_at_risk_cents, encounter_id, status, payer_id);
CREATE INDEX encounters_by_status ON encounters (status, encounter_id, payer_id);

-- How many encounters stand where, so that opening a long worklist counts nothing.
CREATE TABLE encounter_counts (
    status TEXT NOT NULL,
    payer_id TEXT NOT NULL,
    encounters INTEGER NOT NULL,
    PRIMARY KEY (status, payer_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER count_new_encounter AFTER INSERT ON encounters BEGIN
    INSERT INTO encounter_counts VALUES (NEW.status, NEW.payer_id, 1)
    ON CONFLICT DO UPDATE SET encounters = encounters + 1;
END;

CREATE TRIGGER count_moved_encounter AFTER UPDATE OF status, payer_id ON encounters
WHEN OLD.status <> NEW.status OR OLD.payer_id <> NEW.payer_id BEGIN
    UPDATE encounter_counts SET encounters = encounters - 1
    WHERE status = OLD.status AND payer_id = OLD.payer_id;
    INSERT INTO encounter_counts VALUES (NEW.status, NEW.payer_id, 1)
    ON CONFLICT DO UPDATE SET encounters = encounters + 1;
END;

-- Where each coder was last, to land there again.
CREATE TABLE coders (
    coder TEXT PRIMARY KEY,
    last_opened TEXT NOT NULL REFERENCES encounters (encounter_id),
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The current claim in columns; encounters.claim is the authority.
CREATE TABLE claim_lines (
    encounter_id TEXT NOT NULL REFERENCES encounters (encounter_id),
    position INTEGER NOT NULL, -- order on the claim, from 1
    line INTEGER NOT NULL, -- name of the line for life
    code TEXT NOT NULL,
    modifiers TEXT NOT NULL, -- separated by blanks
    units TEXT NOT NULL,
    charge TEXT,
    diagnosis_pointers TEXT NOT NULL, -- separated by blanks
    date_of_service TEXT,
    place_of_service TEXT,
    rendering_npi TEXT,
    ndc TEXT,
    PRIMARY KEY (encounter_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE diagnoses (
    encounter_id TEXT NOT NULL REFERENCES encounters (encounter_id),
    position INTEGER NOT NULL, -- order on the claim, from 1; lines point at it
    code TEXT NOT NULL,
    PRIMARY KEY (encounter_id, position)
) STRICT, WITHOUT ROWID;

-- What the rules said last; a cache for the worklist.
CREATE TABLE findings (
    encounter INTEGER NOT NULL REFERENCES encounters (id),
    position INTEGER NOT NULL,
    finding_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
    message TEXT NOT NULL,
    lines TEXT NOT NULL CHECK (json_valid(lines)),
    amount_at_risk TEXT,
    PRIMARY KEY (encounter, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX findings_by_rule ON findings (rule, encounter);

CREATE VIRTUAL TABLE encounter_words USING fts5 (
    words, tokenize = 'ascii', prefix = '1 2 3', detail = none, columnsize = 0
);

CREATE TABLE decisions (
    decision_id INTEGER PRIMARY KEY,
    encounter_id TEXT NOT NULL REFERENCES encounters (encounter_id),
    finding_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('accepted', 'dismissed', 'held')),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    facts TEXT NOT NULL, -- digest of what the finding rested on
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    audit_seq INTEGER NOT NULL, -- audit row that recorded it
    superseded_by INTEGER, -- audit row that took it back
    FOREIGN KEY (encounter_id, audit_seq) REFERENCES audit (encounter_id, seq) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (encounter_id, superseded_by) REFERENCES audit (encounter_id, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX decisions_by_encounter ON decisions (encounter_id);

-- Questions to clinicians.
CREATE TABLE queries (
    query_id INTEGER PRIMARY KEY,
    encounter_id TEXT NOT NULL REFERENCES encounters (encounter_id),
    finding_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    question TEXT NOT NULL CHECK (question <> ''),
    status TEXT NOT NULL CHECK (status IN ('draft', 'sent', 'answered', 'withdrawn')),
    answer TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    audit_seq INTEGER NOT NULL, -- audit row that recorded it
    FOREIGN KEY (encounter_id, audit_seq) REFERENCES audit (encounter_id, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX queries_by_encounter ON queries (encounter_id);

-- Views for people who read the file with other tools.
CREATE VIEW worklist AS
SELECT encounter_id, status, patient_name, patient_id, payer_name, date_of_service, claim_type, line_count, errors,
    warnings, infos, amount_at_risk, first_finding, owner, source_name
FROM encounters;

CREATE VIEW audit_trail AS
SELECT seq, at, actor, login, action, encounter_id, rule, ruleset_edition, reason, before, after FROM audit;

CREATE VIEW administrations AS
SELECT e.encounter_id,
    a.value ->> 'id' AS administration_id,
    a.value ->> 'drug' AS drug,
    a.value ->> 'hcpcs' AS hcpcs,
    a.value ->> 'route' AS route,
    a.value ->> 'purpose' AS purpose,
    a.value ->> 'start' AS start,
    a.value ->> 'stop' AS stop,
    a.value ->> 'access_site' AS access_site,
    a.value ->> '$.dose.amount' AS dose,
    a.value ->> '$.dose.unit' AS dose_unit,
    a.value ->> '$.discarded.amount' AS discarded,
    a.value ->> '$.discarded.unit' AS discarded_unit
FROM encounters AS e, json_each(e.document, '$.documentation.administrations') AS a;

CREATE VIEW chart_diagnoses AS
SELECT e.encounter_id,
    d.value ->> 'code' AS code,
    d.value ->> 'description' AS description,
    d.value ->> 'role' AS role,
    d.value ->> 'status' AS status,
    d.value ->> 'stage' AS stage
FROM encounters AS e, json_each(e.document, '$.documentation.diagnoses') AS d;

CREATE VIEW notes AS
SELECT e.encounter_id,
    n.value ->> 'kind' AS kind,
    n.value ->> 'author' AS author,
    n.value ->> 'at' AS at,
    n.value ->> 'text' AS text
FROM encounters AS e, json_each(e.document, '$.documentation.notes') AS n;
