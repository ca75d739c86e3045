-- +goose Up
ALTER TABLE calls ADD COLUMN owed  INTEGER NOT NULL DEFAULT 0; -- the event by which a call-back is promised, until it is made or forgotten
ALTER TABLE calls ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
CREATE INDEX calls_owed ON calls (id) WHERE owed > 0;

UPDATE calls SET owed = (SELECT max(seq) FROM events e WHERE e.call = calls.id AND e.kind = 'callback.asked'),
    tries = (SELECT count(*) FROM events e WHERE e.call = calls.id AND e.kind = 'callback.made')
    WHERE reason = 'call-back' AND EXISTS (SELECT 1 FROM events e WHERE e.call = calls.id AND e.kind = 'callback.asked')
    AND NOT EXISTS (SELECT 1 FROM events e WHERE e.call = calls.id AND e.kind = 'callback.made' AND json_extract(body, '$.last'));

-- +goose Down
DROP INDEX calls_owed;
ALTER TABLE calls DROP COLUMN tries;
ALTER TABLE calls DROP COLUMN owed;
