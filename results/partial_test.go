//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package results

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// abandon begins a run with a file and lets go of its lock, as the end of its process would.
func abandon(t *testing.T, dir string) (partial string) {
	t.Helper()
	f, err := Create(dir, false)
	must(t, err)
	_, err = f.Stream(sample().Schema, CSV)
	must(t, err)
	must(t, f.lock.Close())
	return f.partial
}

func TestLeftoversOfTheDeadAreRemoved(t *testing.T) {
	root := t.TempDir()
	dead := abandon(t, filepath.Join(root, "a"))
	alive, err := Create(filepath.Join(root, "b"), false)
	must(t, err)
	if notes := alive.Notes(); len(notes) != 1 || !strings.HasPrefix(notes[0], "removed ") || !strings.Contains(notes[0], filepath.Base(dead)) {
		t.Errorf("notes %q", notes)
	}
	if _, err := os.Lstat(dead); err == nil {
		t.Error("the folder of a dead run is still there")
	}
	other, err := Create(filepath.Join(root, "b"), false) // in the same place, as in two terminals
	must(t, err)
	if notes := other.Notes(); len(notes) != 0 {
		t.Errorf("notes %q", notes)
	}
	other.Abort()
	must(t, alive.Table(sample(), CSV))
	must(t, alive.Commit(manifest()))
	if got := names(t, root); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
	for _, name := range names(t, filepath.Join(root, "b")) {
		if strings.HasPrefix(name, ".") {
			t.Errorf("the run holds %s", name)
		}
	}
}

// What a leftover's list does not name stays, and the leftover with it; folders that only look like leftovers
// are not touched.
func TestOnlyListedLeftoversAreRemoved(t *testing.T) {
	root := t.TempDir()
	dead := abandon(t, filepath.Join(root, "a"))
	put(t, dead, map[string]string{"mine.txt": "x"})
	put(t, root, map[string]string{".x.partial-1-1/data": "x", ".y.partial-1-1/.lock": "data", ".y.partial-1-1/data": "x",
		".z.partial-x/.lock": lockTitle + "\ndata\n", ".z.partial-x/data": "x",
		".w.partial-1-1/.lock": lockTitle + "\n../keep\n/keep\n", "keep": "x"})
	before := tree(t, root)
	f, err := Create(filepath.Join(root, "b"), false)
	must(t, err)
	f.Abort()
	after := tree(t, root)
	for _, gone := range []string{".w.partial-1-1", ".w.partial-1-1/.lock"} {
		delete(before, gone)
	}
	for name := range before {
		if strings.HasPrefix(name, filepath.Base(dead)+"/") && !strings.HasSuffix(name, "mine.txt") {
			delete(before, name)
		}
	}
	if !sameTree(before, after) {
		t.Errorf("want %v, have %v", before, after)
	}
	if got := strings.Join(f.Notes(), "\n"); strings.Count(got, "was left by an earlier run") != 3 || strings.Count(got, "removed") != 1 {
		t.Errorf("notes:\n%s", got)
	}
}
