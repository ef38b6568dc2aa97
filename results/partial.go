package results

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// While a run folder is in the making, a file in it is locked and lists the files that were begun: the lock
// says that the process lives, the list what may be removed when it does not.
const (
	lockName  = ".lock"
	lockTitle = "overshare: a run folder in the making; the files begun:"
)

// errTaken says that somebody else locked a new folder first, to remove it.
var errTaken = errors.New("the folder was taken for a leftover")

// makePartial makes the hidden folder and locks it. The process number tells a person whose it is; the
// counter keeps runs apart that share a process number, as in containers.
func (f *Folder) makePartial() error {
	dir, base := filepath.Split(f.target)
	for i := 0; ; i++ {
		f.partial = filepath.Join(dir, fmt.Sprintf(".%s.partial-%d-%d", base, os.Getpid(), i))
		err := os.Mkdir(f.partial, 0o777)
		if err == nil {
			if f.lock, err = lock(filepath.Join(f.partial, lockName)); err == nil {
				return nil
			}
			removeListed(f.partial, []string{lockName})
		}
		if !errors.Is(err, fs.ErrExist) && !errors.Is(err, errTaken) || i == 1000 {
			return f.cannot("create output folder", err)
		}
	}
}

// lock makes and locks a file. Where the file system knows no locks, the file alone has to do: nobody else
// can lock it either, and so nobody removes the folder.
func lock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	locked, err := tryLock(file)
	mine, here := same(file, path)
	if err == nil && !locked || here && !mine {
		_ = file.Close()
		return nil, errTaken
	}
	if _, err := fmt.Fprintln(file, lockTitle); err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// same reports whether the open file is the one at path, and whether that could be found out.
func same(file *os.File, path string) (is, known bool) {
	a, err := file.Stat()
	if err != nil {
		return false, false
	}
	b, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, true
	}
	return err == nil && os.SameFile(a, b), err == nil
}

// removePartial removes what this run has written so far.
func (f *Folder) removePartial() (gone bool) {
	removeListed(f.partial, f.begun)
	_ = f.unlock() // the folder tells whether it worked
	return removeListed(f.partial, nil)
}

// unlock removes the lock. Without its file nobody takes the folder for a leftover that may be removed.
func (f *Folder) unlock() error {
	if f.lock == nil {
		return nil
	}
	file := f.lock
	f.lock = nil
	return release(file, filepath.Join(f.partial, lockName))
}

var partialForm = regexp.MustCompile(`^\..+\.partial-[0-9]+-[0-9]+$`)

// sweep removes what killed runs left beside the target, and notes what it removed or had to leave. Folders
// whose lock is held are of runs under way.
func (f *Folder) sweep() {
	dir := filepath.Dir(f.target)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // there is no such folder yet, or what follows tells
	}
	for _, e := range entries {
		if !e.IsDir() || !partialForm.MatchString(e.Name()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		switch dead, gone := sweepOne(path); {
		case gone:
			f.notes = append(f.notes, "removed "+Shown(path)+", which a run that was killed had left")
		case dead:
			f.notes = append(f.notes, Shown(path)+" was left by an earlier run; remove it unless that run is still at work")
		}
	}
}

// sweepOne removes one folder if its lock is free. Dead means that it seems to be nobody's.
func sweepOne(path string) (dead, gone bool) {
	file, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR, 0)
	if err != nil {
		_, err := os.Lstat(path) // a run may have finished meanwhile
		return err == nil, false
	}
	defer file.Close()
	locked, err := tryLock(file)
	if err == nil && !locked {
		return false, false
	}
	if mine, _ := same(file, filepath.Join(path, lockName)); err != nil || !mine {
		_, err := os.Lstat(path)
		return err == nil, false
	}
	lines := bufio.NewScanner(file)
	if !lines.Scan() || lines.Text() != lockTitle {
		return true, false
	}
	var begun []string
	for lines.Scan() {
		if name := lines.Text(); filepath.Base(name) == name && !strings.HasPrefix(name, ".") {
			begun = append(begun, name)
		}
	}
	return true, removeListed(path, append(begun, lockName))
}
