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
	f.done, f.committed = err == nil, err == nil
	return err
}

func (f *Folder) rename() error {
	if err := syncFolder(f.partial); err != nil {
		return f.cannot("write", err)
	}
	if err := f.unlock(); err != nil {
		return f.cannot("write", err)
	}
	if err := f.checkTarget(); err != nil { // it may have appeared or changed during the run
		return err
	}
	err := renameFolder(f.partial, f.target) // an empty folder may be in the way; any other stays
	if err != nil && f.force && isFolder(f.target) {
		if err = f.replace(); err != nil {
			return f.cannot("replace", err)
		}
	}
	if err != nil {
		return f.cannot("move the finished run to", err)
	}
	_ = syncFolder(filepath.Dir(f.target)) // makes the rename survive a power failure; the run is complete either way
	return nil
}

func isFolder(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// replace puts the finished folder where the old run is, and removes the old run.
func (f *Folder) replace() error {
	files, err := ownFiles(f.target)
	if err != nil {
		return err
	}
	if exchange(f.partial, f.target) == nil {
		f.removeOld(f.partial, files)
		return nil
	}
	return f.replaceInTwoSteps(files)
}

// replaceInTwoSteps puts the old run back if the second step fails.
func (f *Folder) replaceInTwoSteps(files []string) error {
	old := strings.Replace(f.partial, ".partial-", ".replaced-", 1)
	if err := os.Rename(f.target, old); err != nil {
		return err
	}
	if err := os.Rename(f.partial, f.target); err != nil {
		return errors.Join(err, os.Rename(old, f.target))
	}
	f.removeOld(old, files)
	return nil
}

// removeOld removes the files of a replaced run. If anything else has got into its folder meanwhile, that
// stays, under a name that can be seen.
func (f *Folder) removeOld(dir string, files []string) {
	if removeListed(dir, files) {
		return
	}
	for n := 1; n < 1000; n++ {
		kept := fmt.Sprintf("%s.replaced-%d", f.target, n)
		if _, err := os.Lstat(kept); errors.Is(err, fs.ErrNotExist) && os.Rename(dir, kept) == nil {
			dir = kept
			break
		}
	}
	f.notes = append(f.notes, "the replaced folder held something that was no file of its run; it is in "+Shown(dir))
}

// syncFolder brings a folder's entries to the disk. Not every file system can, which is no error.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	err = d.Sync()
	_ = d.Close()
	if errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return err
	}
	return nil
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
	if f.removePartial() { // else it is left to the next run, or the user; its hidden name says what it is
		f.removeParents()
	}
}
