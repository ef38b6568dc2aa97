//go:build linux || darwin

package main

import "golang.org/x/sys/unix"

// freeDisk returns what may still be written below a folder, in bytes; 0 where that is not known.
func freeDisk(dir string) int64 {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil || s.Blocks == 0 {
		return 0
	}
	return max(int64(s.Bavail)*int64(s.Bsize), 1)
}
