package dialog

import (
	"context"

	"hotline"
)

// An Action is a named step that asks something of the outside world: look an
// order up, open a ticket. It runs inside Respond, on the goroutine of the
// turn, and must return soon after ctx ends. It may be used by many
// conversations at once.
//
// A result that the caller could expect ("no such order") is part of the
// answer, not an error; an error means that the outside world failed.
type Action interface {
	Do(ctx context.Context, r Request) (map[string]string, error)
}

// A Request is one use of an Action. The same Key means the same wish: an
// action with effects does them once for it.
type Request struct {
	Call     hotline.CallID
	From     string // the caller's number
	Language string
	Key      string
	Args     map[string]string
}

// ActionFunc is a function as an Action.
type ActionFunc func(ctx context.Context, r Request) (map[string]string, error)

// Do calls f.
func (f ActionFunc) Do(ctx context.Context, r Request) (map[string]string, error) { return f(ctx, r) }

// Actions are what flows may do, by name.
type Actions map[string]Action
