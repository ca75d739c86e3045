-- +goose Up
ALTER TABLE facts RENAME COLUMN answers TO packed; -- all that is counted: see index.go

-- +goose Down
ALTER TABLE facts RENAME COLUMN packed TO answers;
