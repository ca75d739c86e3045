-- +goose Up
ALTER TABLE calls ADD COLUMN agents TEXT NOT NULL DEFAULT '';   -- with spaces between
ALTER TABLE calls ADD COLUMN staff  TEXT NOT NULL DEFAULT '';   -- of them, those on the line
ALTER TABLE calls ADD COLUMN number TEXT NOT NULL DEFAULT '';   -- hotline.Call.Number
CREATE INDEX calls_of_number ON calls (number, id) WHERE number <> '';

CREATE TABLE seen (                      -- which calls came to which agents; what calls.agents says
    agent TEXT NOT NULL,
    call  TEXT NOT NULL,
    PRIMARY KEY (agent, call)
) WITHOUT ROWID;

INSERT OR IGNORE INTO seen SELECT json_extract(body, '$.agent'), call FROM events
    WHERE kind IN ('popped', 'offered', 'agent.joined') AND json_extract(body, '$.agent') <> '';
UPDATE calls SET agents = a.agents FROM (SELECT call, group_concat(agent, ' ') AS agents FROM seen GROUP BY call) a WHERE a.call = calls.id;
UPDATE calls SET number = CASE direction WHEN 'out' THEN "to" ELSE "from" END;
UPDATE calls SET number = '' WHERE lower(number) IN ('web', 'chat', 'anonymous', 'unknown', 'unavailable', 'private');

-- +goose Down
DROP TABLE seen;
DROP INDEX calls_of_number;
ALTER TABLE calls DROP COLUMN number;
ALTER TABLE calls DROP COLUMN staff;
ALTER TABLE calls DROP COLUMN agents;
