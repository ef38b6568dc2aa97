package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// Format is a kind of table file; it is also the ending of the file's name.
type Format string

// The formats a table can be written in.
const (
	CSV     Format = "csv"
	Parquet Format = "parquet"
)

const manifestName = "manifest.json"

// A Folder is a run folder in the making. Its files are written to a hidden folder beside the place
// where it will be; Commit renames that folder into place, Abort removes it. So at any moment the
// run folder is complete or absent, also when the program is killed.
//
// Its methods may be called from several goroutines; each File and Writer belongs to one.
type Folder struct {
	target  string   // where the run will be, absolute, links resolved
	shown   string   // the same as the user wrote it
	partial string   // where it is written
	made    []string // parents that did not exist before, outermost first
	force   bool

	mu    sync.Mutex
	files []fileEntry
	open  map[*File]bool
	done  bool
}

// DefaultDir is the place of a run when the user names none.
func DefaultDir(scenario string, seed uint64) string {
	return filepath.Join("runs", fmt.Sprintf("%s-%d", packageName(scenario), seed))
}

// Create begins a run folder at dir, making its parents as needed. An existing run is an error
// unless force is set; then it stays untouched until Commit replaces it. A folder that is not a run
// folder is never replaced, whatever force says.
func Create(dir string, force bool) (*Folder, error) {
	target, err := resolve(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{target: target, shown: dir, force: force, open: map[*File]bool{}}
	if err := f.checkTarget(); err != nil {
		return nil, err
	}
	if err := f.makeParents(); err != nil {
		return nil, err
	}
	if err := f.makePartial(); err != nil {
		f.removeParents()
		return nil, err
	}
	return f, nil
}

// resolve returns the absolute path that dir means, following a link if it is one.
func resolve(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("the output folder's name is empty; name a folder that does not exist yet")
	}
	target, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("output folder %s: the current folder cannot be found: %w", dir, err)
	}
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real
	}
	here, err := os.Getwd()
	if err == nil && (target == here || strings.HasPrefix(here, withSeparator(target))) {
		return "", fmt.Errorf("output folder %s is the current folder or contains it; name a folder that does not exist yet", dir)
	}
	return target, nil
}

func withSeparator(dir string) string {
	return strings.TrimSuffix(dir, string(filepath.Separator)) + string(filepath.Separator)
}

// checkTarget refuses every target that Commit could not put the run at.
func (f *Folder) checkTarget() error {
	info, err := os.Lstat(f.target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return f.cannot("look at output folder", err)
	case !info.IsDir():
		return fmt.Errorf("output folder %s is a file; name a folder that does not exist yet", f.shown)
	}
	names, err := os.ReadDir(f.target)
	if err != nil {
		return f.cannot("read output folder", err)
	}
	if len(names) == 0 {
		return nil
	}
	if !slices.ContainsFunc(names, func(e fs.DirEntry) bool { return e.Name() == manifestName }) {
		return fmt.Errorf("output folder %s holds other files and no %s, so it is not a run that may be replaced; name a folder that does not exist yet", f.shown, manifestName)
	}
	if !f.force {
		return &ExistsError{Dir: f.shown}
	}
	return nil
}

// An ExistsError says that a run is already there.
type ExistsError struct{ Dir string }

func (e *ExistsError) Error() string {
	return fmt.Sprintf("run folder %s exists already; name another folder, or replace it with --force", e.Dir)
}

func (f *Folder) makeParents() error {
	var missing []string
	for p := filepath.Dir(f.target); ; p = filepath.Dir(p) {
		if _, err := os.Stat(p); !errors.Is(err, fs.ErrNotExist) || p == filepath.Dir(p) {
			break
		}
		missing = append(missing, p)
	}
	slices.Reverse(missing)
	for _, p := range missing {
		err := os.Mkdir(p, 0o777)
		if errors.Is(err, fs.ErrExist) {
			continue // another run made it meanwhile
		}
		if err != nil {
			f.removeParents()
			return f.cannot("create output folder", err)
		}
		f.made = append(f.made, p)
	}
	return nil
}

// removeParents removes the parents that this run made, unless something else lies in them by now.
func (f *Folder) removeParents() {
	for _, p := range slices.Backward(f.made) {
		_ = os.Remove(p) // refuses if not empty
	}
	f.made = nil
}

// makePartial makes the hidden folder. The process number tells a person whose it is; the counter
// keeps runs apart that share a process number, as in containers.
func (f *Folder) makePartial() error {
	dir, base := filepath.Split(f.target)
	for i := 0; ; i++ {
		f.partial = filepath.Join(dir, fmt.Sprintf(".%s.partial-%d-%d", base, os.Getpid(), i))
		err := os.Mkdir(f.partial, 0o777)
		if err == nil {
			return nil
		}
		if !errors.Is(err, fs.ErrExist) || i == 1000 {
			return f.cannot("create output folder", err)
		}
	}
}

// Dir returns the run folder's place as the user wrote it.
func (f *Folder) Dir() string { return f.shown }

// cannot words an error of the operating system for the user.
func (f *Folder) cannot(what string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		err = link.Err
	}
	return fmt.Errorf("cannot %s %s: %w; %s", what, f.shown, err, nextStep(err))
}

func nextStep(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "free some space there or choose a folder on another disk"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "choose a folder you may write to"
	case errors.Is(err, syscall.ENOTDIR):
		return "a file stands where a folder is needed; choose another place"
	case errors.Is(err, syscall.ENAMETOOLONG):
		return "choose a shorter name"
	}
	return "choose another folder"
}
