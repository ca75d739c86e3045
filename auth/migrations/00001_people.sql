-- +goose Up
CREATE TABLE users (
    id       TEXT    PRIMARY KEY,        -- what they sign in with, lower case
    name     TEXT    NOT NULL,
    role     TEXT    NOT NULL,
    agent    TEXT    NOT NULL,           -- at the desk; '' takes no calls
    language TEXT    NOT NULL,
    skills   TEXT    NOT NULL,           -- JSON
    password TEXT    NOT NULL,           -- argon2id with its parameters; '' has none
    subject  TEXT    NOT NULL,           -- at the OpenID provider: issuer and subject; '' is not known there
    disabled INTEGER NOT NULL,
    created  INTEGER NOT NULL            -- Unix milliseconds, as all times
) WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_agent ON users (agent) WHERE agent <> '';
CREATE UNIQUE INDEX users_by_subject ON users (subject) WHERE subject <> '';

CREATE TABLE sessions (
    hash    BLOB    PRIMARY KEY,         -- SHA-256 of the secret
    user    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created INTEGER NOT NULL,
    used    INTEGER NOT NULL,            -- last, to the minute
    ends    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (user);

CREATE TABLE links (
    hash    BLOB    PRIMARY KEY,
    user    TEXT    NOT NULL,            -- '' is the first administrator
    ends    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE tokens (
    id      TEXT    PRIMARY KEY,
    hash    BLOB    NOT NULL UNIQUE,
    name    TEXT    NOT NULL,
    role    TEXT    NOT NULL,
    agent   TEXT    NOT NULL,
    by      TEXT    NOT NULL,
    created INTEGER NOT NULL,
    ends    INTEGER,
    used    INTEGER
) WITHOUT ROWID;

CREATE TABLE audit (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    who    TEXT    NOT NULL,
    what   TEXT    NOT NULL,
    about  TEXT    NOT NULL,
    "from" TEXT    NOT NULL,
    detail TEXT    NOT NULL
);

CREATE TABLE meta (                      -- one row: what there is one of
    key     BLOB    NOT NULL,            -- 256 random bits: what is signed is signed with keys of it
    version INTEGER NOT NULL             -- grows with each change of who may do what
);
INSERT INTO meta VALUES (randomblob(32), 1);

-- +goose Down
DROP TABLE meta;
DROP TABLE audit;
DROP TABLE tokens;
DROP TABLE links;
DROP TABLE sessions;
DROP TABLE users;
