-- What decides nothing about a case. Sealed values are ciphertext under the key of their record; deleting the row of
-- `wrapped_keys` erases them all.
CREATE TABLE accounts (
    account TEXT NOT NULL PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    jurisdictions TEXT NOT NULL,
    department TEXT,
    unit TEXT,
    districts TEXT NOT NULL,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    rights_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    account TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_end ON sessions (expires_at_ms);

CREATE TABLE wrapped_keys (
    record BLOB NOT NULL PRIMARY KEY CHECK (length(record) = 16),
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE personal_fields (
    record BLOB NOT NULL CHECK (length(record) = 16),
    field TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (record, field)
) STRICT, WITHOUT ROWID;

-- A photo is large: with a rowid its bytes stay out of the index.
CREATE TABLE photos (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    record BLOB NOT NULL CHECK (length(record) = 16),
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX photos_by_record ON photos (record, id);

CREATE TABLE positions (
    district TEXT NOT NULL,
    unit TEXT NOT NULL,
    report BLOB NOT NULL,
    PRIMARY KEY (district, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE policies (
    content_hash TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE boundary_sets (
    content_hash TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
