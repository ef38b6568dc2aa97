package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

const packageFile = "datapackage.json"

// Commit writes datapackage.json and manifest.json and moves the folder to its place. With force, an
// existing run is replaced in one step where the operating system can exchange two folders, else in
// two renames. If anything fails, nothing is left behind and an existing run is as it was.
func (f *Folder) Commit(m Manifest) error {
	f.mu.Lock()
	open := len(f.open)
	f.mu.Unlock()
	if open > 0 {
		panic("results: internal error: Commit with open files")
	}
	err := f.describe(m)
	if err == nil {
		err = f.moveIntoPlace()
	}
	if err != nil {
		f.Abort()
	}
	return err
}

// describe writes the two descriptions. The data package is a file of the manifest; the manifest
// vouches for all files but itself.
func (f *Folder) describe(m Manifest) error {
	f.sortFiles()
	described, err := describe(fmt.Sprintf("%s-%d", m.Scenario, m.Seed), fmt.Sprintf("%s, seed %d", m.Scenario, m.Seed), f.files)
	if err != nil {
		panic("results: internal error: " + err.Error())
	}
	if err := f.write(packageFile, described); err != nil {
		return err
	}
	f.sortFiles()
	manifest, err := m.json(f.files)
	if err != nil {
		panic("results: internal error: " + err.Error())
	}
	return f.write(manifestName, manifest)
}

func (f *Folder) sortFiles() {
	slices.SortFunc(f.files, func(a, b fileEntry) int { return strings.Compare(a.Path, b.Path) })
}

func (f *Folder) write(name string, content []byte) error {
	file, err := f.create(name)
	if err != nil {
		return err
	}
	_, _ = file.Write(content) // Close returns the error
	return file.Close()
}

func (f *Folder) moveIntoPlace() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		return errClosed
	}
	err := f.rename()
	f.done = err == nil
	return err
}

func (f *Folder) rename() error {
	if err := f.checkTarget(); err != nil { // it may have appeared during the run
		return err
	}
	_ = syscall.Rmdir(f.target) // an empty folder may be in the way; any other stays
	err := os.Rename(f.partial, f.target)
	if err == nil {
		f.syncParent()
		return nil
	}
	if _, there := os.Lstat(f.target); there != nil || !f.force {
		return f.cannot("move the finished run to", err)
	}
	if err := f.replace(); err != nil {
		return f.cannot("replace", err)
	}
	f.syncParent()
	return nil
}

// replace puts the finished folder where the old run is, and removes the old run.
func (f *Folder) replace() error {
	if exchange(f.partial, f.target) == nil {
		_ = os.RemoveAll(f.partial) // now the old run
		return nil
	}
	return f.replaceInTwoSteps()
}

// replaceInTwoSteps puts the old run back if the second step fails.
func (f *Folder) replaceInTwoSteps() error {
	old := strings.Replace(f.partial, ".partial-", ".replaced-", 1)
	if err := os.Rename(f.target, old); err != nil {
		return err
	}
	if err := os.Rename(f.partial, f.target); err != nil {
		return errors.Join(err, os.Rename(old, f.target))
	}
	_ = os.RemoveAll(old)
	return nil
}

// syncParent makes the rename survive a power failure. Not every file system can; the run is
// complete either way.
func (f *Folder) syncParent() {
	parent, err := os.Open(filepath.Dir(f.target))
	if err != nil {
		return
	}
	_ = parent.Sync()
	_ = parent.Close()
}

// Abort removes everything written so far. After Commit it does nothing, so that it can be deferred.
// It may be called while writers are still at work; they fail from then on.
func (f *Folder) Abort() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		return
	}
	f.done = true
	for file := range f.open {
		_ = file.disk.Close()
	}
	if err := os.RemoveAll(f.partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return // left to the user; its hidden name says what it is
	}
	f.removeParents()
}
