-- +goose Up
ALTER TABLE calls ADD COLUMN intent_n    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN channel     TEXT    NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN customer    TEXT    NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN name        TEXT    NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN segment     TEXT    NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN disposition TEXT    NOT NULL DEFAULT '';
CREATE INDEX calls_by_start ON calls (started);
CREATE INDEX calls_from ON calls ("from", id);
CREATE INDEX calls_to ON calls ("to", id) WHERE direction = 'out';
CREATE INDEX calls_of_customer ON calls (customer, id) WHERE customer <> '';

-- The tables below are made from events by the reader "index" and can be made
-- again: delete its cursor.
CREATE TABLE facts (                     -- hotline.Facts: what is counted
    no       INTEGER PRIMARY KEY,        -- seq of the first event: calls in order of their beginning
    call     TEXT    NOT NULL UNIQUE,
    started  INTEGER NOT NULL,
    ended    INTEGER NOT NULL,           -- 1 if it has
    bot      TEXT    NOT NULL,
    result   TEXT    NOT NULL,
    marks    INTEGER NOT NULL,           -- answered 1, queued 2, joined 4, moved 8
    intent   TEXT    NOT NULL,
    emotion  TEXT    NOT NULL,
    agent    TEXT    NOT NULL,
    skill    TEXT    NOT NULL,
    wait     INTEGER NOT NULL,           -- milliseconds
    talk     INTEGER NOT NULL,
    answers  BLOB    NOT NULL            -- of each turn, as varints
);
CREATE INDEX facts_by_start ON facts (started);

CREATE TABLE traits (                    -- what calls are found by
    kind  TEXT NOT NULL,                 -- intent, emotion, agent
    value TEXT NOT NULL,
    call  TEXT NOT NULL,
    PRIMARY KEY (kind, value, call)
) WITHOUT ROWID;

-- What was said, each Han character a word of its own; rowid is facts.no.
CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2');

-- +goose Down
DROP TABLE words;
DROP TABLE traits;
DROP TABLE facts;
DROP INDEX calls_of_customer;
DROP INDEX calls_to;
DROP INDEX calls_from;
DROP INDEX calls_by_start;
ALTER TABLE calls DROP COLUMN disposition;
ALTER TABLE calls DROP COLUMN segment;
ALTER TABLE calls DROP COLUMN name;
ALTER TABLE calls DROP COLUMN customer;
ALTER TABLE calls DROP COLUMN channel;
ALTER TABLE calls DROP COLUMN intent_n;
