-- Title: 服务自己的表 | The service's own tables
-- Tokens are kept as digests only. The audit log is appended to and never changed: triggers refuse anything else.
-- Answers are kept for requests that carried an idempotency key.

BEGIN IMMEDIATE;

CREATE TABLE IF NOT EXISTS secrets (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS tokens (
  number   INTEGER PRIMARY KEY AUTOINCREMENT,
  name     TEXT NOT NULL,
  digest   TEXT NOT NULL UNIQUE,
  scopes   TEXT NOT NULL,
  projects TEXT,
  made     TEXT NOT NULL,
  expires  TEXT NOT NULL,
  revoked  TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS audit (
  number   INTEGER PRIMARY KEY,
  entry    TEXT NOT NULL,
  digest   TEXT NOT NULL
) STRICT;

CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is appended to and never changed');
END;

CREATE TRIGGER IF NOT EXISTS audit_is_not_removed BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is appended to and nothing is removed');
END;

CREATE TABLE IF NOT EXISTS answers (
  token   TEXT NOT NULL,
  key     TEXT NOT NULL,
  request TEXT NOT NULL,
  began   TEXT NOT NULL,
  answer  TEXT,
  PRIMARY KEY (token, key)
) STRICT;

PRAGMA user_version = 1;

COMMIT;
