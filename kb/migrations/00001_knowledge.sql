-- +goose Up
CREATE TABLE versions (           -- every version of every article, never changed
	key     TEXT NOT NULL,
	version INTEGER NOT NULL,       -- from 1, no gaps
	hash    TEXT NOT NULL,          -- of the content
	at      INTEGER NOT NULL,       -- Unix seconds
	data    BLOB NOT NULL,          -- the article in JSON
	PRIMARY KEY (key, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE live (               -- which version answers; at most one of a key
	key     TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	held    INTEGER NOT NULL        -- 1: its page changed and nobody has looked yet; not served
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (            -- what was done, in order
	seq     INTEGER PRIMARY KEY,
	key     TEXT NOT NULL,
	version INTEGER NOT NULL,
	what    TEXT NOT NULL,
	at      INTEGER NOT NULL,
	note    TEXT NOT NULL
) STRICT;
CREATE INDEX changes_key ON changes (key, seq);

CREATE TABLE pages (              -- what the crawler has seen
	url     TEXT PRIMARY KEY,
	site    TEXT NOT NULL,
	etag    TEXT NOT NULL,
	modified TEXT NOT NULL,
	at      INTEGER NOT NULL,
	keys    TEXT NOT NULL,          -- of the articles made from it, JSON
	links   TEXT NOT NULL           -- that it leads to, JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX pages_site ON pages (site);

CREATE TABLE asked (              -- questions without a sure answer
	id      INTEGER PRIMARY KEY,
	at      INTEGER NOT NULL,
	text    TEXT NOT NULL,
	language TEXT NOT NULL,
	prob    REAL NOT NULL,
	nearest TEXT NOT NULL           -- key of the best article, or empty
) STRICT;
CREATE INDEX asked_at ON asked (at);

CREATE TABLE votes (              -- what callers and agents said of answers
	key     TEXT NOT NULL,
	question TEXT NOT NULL,
	good    INTEGER NOT NULL,
	bad     INTEGER NOT NULL,
	PRIMARY KEY (key, question)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE votes;
DROP TABLE asked;
DROP TABLE pages;
DROP TABLE changes;
DROP TABLE live;
DROP TABLE versions;
