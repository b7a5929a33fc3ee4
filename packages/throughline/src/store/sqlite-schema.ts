/*
 * The tables of the one SQLite file, as the list of steps that made them.
 *
 * A step that was released is never edited: the next change is a further step. The number of steps that a file has
 * seen is its `user_version`.
 *
 * A run's hold is written at each press, so that columns which change then keep their size (`held` instead of an owner
 * set to NULL) and come first: SQLite then overwrites one page and leaves long values on their overflow pages alone.
 */

/** One entry per schema version, oldest first, in plain SQL. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sessions (
    key TEXT NOT NULL PRIMARY KEY,
    cookie_hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    news INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- Not a part of the session: the hash of a session that is gone must not begin another.
  CREATE TABLE ended_cookies (
    cookie_hash TEXT NOT NULL PRIMARY KEY,
    how TEXT NOT NULL CHECK (how IN ('rotated', 'ended')),
    remembered_until INTEGER NOT NULL
  ) STRICT;

  -- 'unread': the notice came after the newest run began, so that this run cannot drop it.
  CREATE TABLE tabs (
    session_key TEXT NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    id TEXT NOT NULL,
    run INTEGER NOT NULL,
    number INTEGER NOT NULL,
    interrupted INTEGER NOT NULL,
    held INTEGER NOT NULL,
    owner TEXT NOT NULL,
    held_until INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    unread INTEGER NOT NULL DEFAULT 0,
    notice TEXT,
    sealed_values TEXT,
    PRIMARY KEY (session_key, id)
  ) STRICT;

  -- A removed name keeps its row and version with no content, so that a version is never used twice.
  CREATE TABLE session_state (
    session_key TEXT NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    sealed TEXT,
    PRIMARY KEY (session_key, name)
  ) STRICT;

  CREATE TABLE connections (
    session_key TEXT NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    slot TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject_index TEXT NOT NULL,
    account TEXT NOT NULL,
    scope TEXT NOT NULL,
    connected_at INTEGER NOT NULL,
    PRIMARY KEY (session_key, provider, slot)
  ) STRICT;
  CREATE INDEX connections_by_account ON connections (provider, client_id, subject_index);

  CREATE TABLE pending_authorizations (
    state_hash TEXT NOT NULL PRIMARY KEY,
    session_key TEXT NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    cookie_hash TEXT NOT NULL,
    provider TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'exchanging', 'settled')),
    started_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    deadline INTEGER,
    sealed TEXT NOT NULL,
    outcome TEXT
  ) STRICT;
  CREATE INDEX pending_authorizations_by_session ON pending_authorizations (session_key, status);

  -- 'shown_run' is the run that was given the outcome; it alone can say that the script has been told.
  CREATE TABLE downloads (
    id_hash TEXT NOT NULL PRIMARY KEY,
    session_key TEXT NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    tab_id TEXT NOT NULL,
    widget TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    told INTEGER NOT NULL DEFAULT 0,
    shown_run INTEGER,
    sealed TEXT NOT NULL,
    outcome TEXT
  ) STRICT;
  CREATE INDEX downloads_by_session ON downloads (session_key, tab_id);

  CREATE TABLE cached_results (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    account TEXT,
    sealed TEXT NOT NULL,
    PRIMARY KEY (scope, key)
  ) STRICT;
  CREATE INDEX cached_results_by_account ON cached_results (account) WHERE account IS NOT NULL;

  CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    fence INTEGER NOT NULL,
    held_until INTEGER NOT NULL
  ) STRICT;
  -- One counter for all names: a freed lease needs no row for its fence to go on rising.
  CREATE TABLE fences (newest INTEGER NOT NULL) STRICT;
  INSERT INTO fences (newest) VALUES (0);

  -- A log, not a part of the session: other processes must hear of a session that is gone.
  CREATE TABLE announcements (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    session_key TEXT NOT NULL,
    news INTEGER NOT NULL,
    origin TEXT NOT NULL
  ) STRICT;

  CREATE TABLE token_sets (
    provider TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject_index TEXT NOT NULL,
    generation INTEGER NOT NULL,
    scope TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('good', 'needs-reconnect')),
    saved_at INTEGER NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (provider, client_id, subject_index)
  ) STRICT;

  CREATE TABLE users (
    provider TEXT NOT NULL,
    subject_index TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (provider, subject_index)
  ) STRICT;
  `,
  `
  ALTER TABLE downloads ADD COLUMN progress TEXT;
  ALTER TABLE downloads ADD COLUMN progress_at INTEGER;
  `,
  `
  -- 'presented': how often this generation went to the provider without an answer that came back here.
  ALTER TABLE token_sets ADD COLUMN presented INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE token_sets ADD COLUMN cause TEXT CHECK (cause IN ('refused', 'interrupted'));
  `,
  `
  CREATE TABLE revocations (
    id TEXT NOT NULL PRIMARY KEY,
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject_index TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- Accounts that came where another is connected, beside that one until somebody has chosen.
  CREATE TABLE newcomers (
    session_key TEXT NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    slot TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject_index TEXT NOT NULL,
    account TEXT NOT NULL,
    scope TEXT NOT NULL,
    connected_at INTEGER NOT NULL,
    PRIMARY KEY (session_key, provider, slot, client_id, subject_index)
  ) STRICT;
  CREATE INDEX newcomers_by_account ON newcomers (provider, client_id, subject_index);
  `,
  `
  -- What every process must know and nobody else: the MAC key.
  CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    sealed TEXT NOT NULL
  ) STRICT;

  -- Sealing keys that nothing may be sealed by any more (sqlite-sealed.ts).
  CREATE TABLE retired_keys (id TEXT NOT NULL PRIMARY KEY) STRICT;
  `,
  `
  -- How often the newest generation of a token set went to the provider without an answer that came back here. No part
  -- of the token set: another store may keep that one.
  ALTER TABLE token_sets DROP COLUMN presented;
  CREATE TABLE presented_generations (
    provider TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject_index TEXT NOT NULL,
    generation INTEGER NOT NULL,
    times INTEGER NOT NULL,
    noted_at INTEGER NOT NULL,
    PRIMARY KEY (provider, client_id, subject_index)
  ) STRICT;

  -- Newcomers outlive their session: their access is to be ended.
  CREATE TABLE kept_newcomers (
    session_key TEXT NOT NULL,
    provider TEXT NOT NULL,
    slot TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject_index TEXT NOT NULL,
    account TEXT NOT NULL,
    scope TEXT NOT NULL,
    connected_at INTEGER NOT NULL,
    PRIMARY KEY (session_key, provider, slot, client_id, subject_index)
  ) STRICT;
  INSERT INTO kept_newcomers SELECT * FROM newcomers;
  DROP TABLE newcomers;
  ALTER TABLE kept_newcomers RENAME TO newcomers;
  CREATE INDEX newcomers_by_account ON newcomers (provider, client_id, subject_index);
  `,
  `
  -- How often what is kept elsewhere was changed, by its name.
  CREATE TABLE counts (name TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL) STRICT;

  -- All token sets of one account: its primary key has the client in front.
  CREATE INDEX token_sets_by_account ON token_sets (provider, subject_index, client_id);
  `,
]
