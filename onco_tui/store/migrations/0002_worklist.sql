-- The worklist: filters by everything it shows, sorting by every column, kept counts, saved views.

-- Who acted last; an import is nobody's work.
ALTER TABLE encounters ADD COLUMN last_actor TEXT NOT NULL DEFAULT '';

UPDATE encounters SET last_actor = (
    SELECT actor FROM audit
    WHERE audit.encounter_id = encounters.encounter_id AND action <> 'import' ORDER BY seq DESC LIMIT 1
)
WHERE EXISTS (SELECT 1 FROM audit WHERE audit.encounter_id = encounters.encounter_id AND action <> 'import');

CREATE TRIGGER note_last_actor AFTER INSERT ON audit WHEN NEW.encounter_id <> '' AND NEW.action <> 'import' BEGIN
    UPDATE encounters SET last_actor = NEW.actor
    WHERE encounter_id = NEW.encounter_id AND last_actor <> NEW.actor;
END;

-- Every order of the worklist holds what the common filters ask, so that a page is found without touching the wide rows.
DROP INDEX encounters_by_import;
DROP INDEX encounters_by_date_of_service;
DROP INDEX encounters_by_patient_name;
DROP INDEX encounters_by_payer;
DROP INDEX encounters_by_severity;
DROP INDEX encounters_by_amount_at_risk;
DROP INDEX encounters_by_status;
CREATE INDEX encounters_by_import
ON encounters (id, status, payer_id, date_of_service, errors, warnings, infos, amount_at_risk_cents);
CREATE INDEX encounters_by_date_of_service
ON encounters (date_of_service, encounter_id, status, payer_id, errors, warnings, infos, amount_at_risk_cents);
CREATE INDEX encounters_by_patient_name ON encounters (
    patient_name, encounter_id, status, payer_id, date_of_service, errors, warnings, infos, amount_at_risk_cents
);
CREATE INDEX encounters_by_payer ON encounters (
    payer_name, payer_id, encounter_id, status, date_of_service, errors, warnings, infos, amount_at_risk_cents
);
CREATE INDEX encounters_by_severity
ON encounters (errors, warnings, infos, encounter_id, status, payer_id, date_of_service, amount_at_risk_cents);
CREATE INDEX encounters_by_amount_at_risk
ON encounters (amount_at_risk_cents, encounter_id, status, payer_id, date_of_service, errors, warnings, infos);
CREATE INDEX encounters_by_status
ON encounters (status, encounter_id, payer_id, date_of_service, errors, warnings, infos, amount_at_risk_cents);
CREATE INDEX encounters_by_lines ON encounters (
    line_count, encounter_id, status, payer_id, date_of_service, errors, warnings, infos, amount_at_risk_cents
);
CREATE INDEX encounters_by_owner ON encounters (
    owner, encounter_id, status, payer_id, date_of_service, errors, warnings, infos, amount_at_risk_cents
);
CREATE INDEX encounters_by_first_finding ON encounters (
    first_finding, encounter_id, status, payer_id, date_of_service, errors, warnings, infos, amount_at_risk_cents
);
CREATE INDEX encounters_by_last_actor ON encounters (last_actor);

CREATE INDEX queries_open ON queries (encounter_id) WHERE status IN ('draft', 'sent');
CREATE INDEX audit_finalized ON audit (actor, at, encounter_id) WHERE action = 'finalize';

-- In how many encounters each rule is found.
CREATE TABLE rule_counts (
    rule TEXT PRIMARY KEY,
    encounters INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO rule_counts SELECT rule, count(DISTINCT encounter) FROM findings GROUP BY rule;

CREATE TRIGGER count_new_finding AFTER INSERT ON findings WHEN NOT EXISTS (
    SELECT 1 FROM findings WHERE rule = NEW.rule AND encounter = NEW.encounter AND position <> NEW.position
) BEGIN
    INSERT INTO rule_counts VALUES (NEW.rule, 1) ON CONFLICT DO UPDATE SET encounters = encounters + 1;
END;

CREATE TRIGGER count_gone_finding AFTER DELETE ON findings WHEN NOT EXISTS (
    SELECT 1 FROM findings WHERE rule = OLD.rule AND encounter = OLD.encounter
) BEGIN
    UPDATE rule_counts SET encounters = encounters - 1 WHERE rule = OLD.rule;
END;

-- A coder's own lists. The filter is kept as it was typed; it may name a patient, so it belongs here and in no file.
CREATE TABLE saved_views (
    coder TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE CHECK (name <> ''),
    filter TEXT NOT NULL,
    sort TEXT NOT NULL,
    descending INTEGER NOT NULL CHECK (descending IN (0, 1)),
    created_at TEXT NOT NULL,
    PRIMARY KEY (coder, name)
) STRICT, WITHOUT ROWID;
