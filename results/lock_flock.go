//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package results

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock takes the lock of a file until it is closed or the process ends, however it ends. An error says
// that the file system knows no locks.
func tryLock(file *os.File) (locked bool, err error) {
	for {
		err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// release removes a locked file while it is locked, so that nobody finds it free.
func release(file *os.File, path string) error {
	return errors.Join(os.Remove(path), file.Close())
}
