//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package results

import (
	"errors"
	"os"
)

// tryLock is not offered here: leftovers are named, never removed.
func tryLock(*os.File) (locked bool, err error) { return false, errors.ErrUnsupported }
