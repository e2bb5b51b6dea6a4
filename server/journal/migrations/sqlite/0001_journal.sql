-- The journal: one chain of rows for each district. Body and erasable are opaque bytes; `hash` covers every other
-- column exactly as it stands here. Rows are only ever added.
CREATE TABLE journal_rows (
    district TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    command_id BLOB NOT NULL CHECK (length(command_id) = 16),
    at_ms INTEGER NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    policy_id TEXT NOT NULL,
    drill INTEGER NOT NULL CHECK (drill IN (0, 1)),
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    erasable BLOB NOT NULL,
    prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE UNIQUE INDEX journal_rows_by_place ON journal_rows (district, seq);
CREATE INDEX journal_rows_by_command ON journal_rows (district, command_id, seq);

CREATE TRIGGER journal_rows_are_not_changed BEFORE UPDATE ON journal_rows
BEGIN SELECT RAISE (ABORT, 'a journal row is never changed'); END;
CREATE TRIGGER journal_rows_are_not_deleted BEFORE DELETE ON journal_rows
BEGIN SELECT RAISE (ABORT, 'a journal row is never deleted'); END;
