//go:build !unix

package results

import "os"

// renameFolder gives a folder another name. An empty folder there gives way, and comes back if that fails.
func renameFolder(from, to string) error {
	info, there := os.Lstat(to)
	empty := there == nil && info.IsDir() && os.Remove(to) == nil // refuses if not empty
	err := os.Rename(from, to)
	if err != nil && empty {
		_ = os.Mkdir(to, info.Mode().Perm())
	}
	return err
}
