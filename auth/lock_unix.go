//go:build unix

package auth

import (
	"os"
	"syscall"
)

// alone waits until no other process has the file alone.
func alone(f *os.File) (unlock func(), err error) {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	return func() { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }, nil
}
