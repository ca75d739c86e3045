package hotline

import (
	"errors"
	"fmt"
	"time"
)

// Error codes are the classes of failure a caller of this API may act on. web
// maps them to HTTP status codes, sip to SIP status codes, each in one place.
const (
	EInvalid     = "invalid"
	ENotFound    = "not_found"
	EConflict    = "conflict"
	EForbidden   = "forbidden"
	ENoIdentity  = "unauthorized" // sign in first
	ETooMany     = "too_many"     // try again after Error.After
	EUnavailable = "unavailable"  // try again later
	EBusy        = "busy"         // the far end is (486)
	EDeclined    = "declined"     // the far end said no (603)
	ENoAnswer    = "no_answer"    // it rang out (408, 480)
	ECancelled   = "cancelled"
	EInternal    = "internal"
)

// Error is an application error: a code for machines, a message for people,
// and the operation that failed. Reason is empty, or a word for what people at a
// desk may meet and can do something about: pages say it in the reader's language.
type Error struct {
	Op, Code, Message string
	Reason            string
	Err               error
	After             time.Duration // when to try again; 0: not known
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Op, e.Message, e.Err)
	}
	return e.Op + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// ErrorCode reports the code of err; EInternal if it has none.
func ErrorCode(err error) string {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	}
	return EInternal
}
