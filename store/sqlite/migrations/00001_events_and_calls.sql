-- +goose Up
CREATE TABLE events (
    seq   INTEGER PRIMARY KEY,           -- position in the journal, no gaps
    call  TEXT    NOT NULL,
    n     INTEGER NOT NULL,              -- position in the call, no gaps
    leg   TEXT    NOT NULL,
    at    INTEGER NOT NULL,              -- Unix milliseconds
    media INTEGER NOT NULL,              -- media time, milliseconds
    kind  TEXT    NOT NULL,
    body  TEXT    NOT NULL               -- JSON, see docs/events.md
);
CREATE INDEX events_of_call ON events (call, seq);

CREATE TABLE calls (                     -- hotline.Call: what the events add up to
    id        TEXT    PRIMARY KEY,
    seq       INTEGER NOT NULL,          -- of the last event
    n         INTEGER NOT NULL,
    phase     TEXT    NOT NULL,
    direction TEXT    NOT NULL,
    "from"    TEXT    NOT NULL,
    "to"      TEXT    NOT NULL,
    bot       TEXT    NOT NULL,
    started   INTEGER NOT NULL,          -- Unix milliseconds
    answered  INTEGER,
    ended     INTEGER,
    result    TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    length    INTEGER NOT NULL,          -- milliseconds
    language  TEXT    NOT NULL,
    intent    TEXT    NOT NULL,
    emotion   TEXT    NOT NULL,
    skill     TEXT    NOT NULL,
    agent     TEXT    NOT NULL,
    turns     INTEGER NOT NULL,
    recording TEXT    NOT NULL           -- path under the data folder
) WITHOUT ROWID;
CREATE INDEX calls_by_change ON calls (seq);
CREATE INDEX calls_by_phase ON calls (phase, id);
CREATE INDEX calls_live ON calls (id) WHERE phase <> 'ended';

CREATE TABLE cursors (
    name TEXT    PRIMARY KEY,
    seq  INTEGER NOT NULL
) WITHOUT ROWID;

-- +goose Down
DROP TABLE cursors;
DROP TABLE calls;
DROP TABLE events;
