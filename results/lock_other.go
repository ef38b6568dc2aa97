//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package results

import (
	"errors"
	"os"
)

// tryLock is not offered here: leftovers are named, never removed.
func tryLock(*os.File) (locked bool, err error) { return false, errors.ErrUnsupported }

// release removes a file that is open, which not every system can before it is closed.
func release(file *os.File, path string) error {
	return errors.Join(file.Close(), os.Remove(path))
}
