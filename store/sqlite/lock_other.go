//go:build !unix

package sqlite

import "os"

// lock does not lock where there is no flock.
func lock(string) (*os.File, error) { return nil, nil }
