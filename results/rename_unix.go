//go:build unix

package results

import "syscall"

// renameFolder gives a folder another name. An empty folder there is replaced in the same step; os.Rename
// would refuse.
func renameFolder(from, to string) error { return syscall.Rename(from, to) }
