"""The SQLite store: schema, worklist, one write transaction, audit chain. ``review`` is its only caller.

One change is one transaction, and the audit row comes last, because it records the state the others left::

    with database.write() as connection:
        version = save_claim(connection, encounter, expected_version, summary, status="open")
        record(connection, NewDecision(...))
        append(connection, AuditEntry(...))

Until ``append`` has run, the changed rows point at audit row 0, which does not exist, and a deferred foreign key
refuses the commit: no audit row, no change.
"""
