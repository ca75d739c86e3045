-- +goose Up
DROP INDEX facts_by_start;
CREATE INDEX facts_by_time ON facts (started, call); -- and no: the first and last call of a time

-- +goose Down
DROP INDEX facts_by_time;
CREATE INDEX facts_by_start ON facts (started);
