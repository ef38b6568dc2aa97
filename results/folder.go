package results

import (
	"crypto/sha256"
	"encoding/hex"
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
	lock    *os.File // held while the folder is in the making
	notes   []string

	mu        sync.Mutex
	begun     []string // names of all files begun in partial
	files     []fileEntry
	open      map[*File]bool
	done      bool
	committed bool
}

// DefaultDir is the place of a run when the user names none: settings tells runs of one scenario apart that
// differ in anything else that can change a result.
func DefaultDir(scenario string, seed uint64, settings string) string {
	sum := sha256.Sum256([]byte(settings))
	name := packageName(scenario)
	return filepath.Join("runs", fmt.Sprintf("%s-%d-%s", name[:min(len(name), 100)], seed, hex.EncodeToString(sum[:4])))
}

// Create begins a run folder at dir, making its parents as needed. An existing run is an error
// unless force is set; then it stays untouched until Commit replaces it. A folder that is not a run of this
// program, or that holds anything which its manifest does not list, is never replaced, whatever force says.
// If dir is a link to a folder, the folder that it leads to is meant, and the link stays.
//
// What killed runs left beside the place is removed; Notes tells.
func Create(dir string, force bool) (*Folder, error) {
	target, err := resolve(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{target: target, shown: dir, force: force, open: map[*File]bool{}}
	if err := f.checkTarget(); err != nil {
		return nil, err
	}
	f.sweep()
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
		return "", fmt.Errorf("output folder %s: the current folder cannot be found: %w", Shown(dir), err)
	}
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real
	}
	here, err := os.Getwd()
	if err == nil && (target == here || strings.HasPrefix(here, withSeparator(target))) {
		return "", fmt.Errorf("output folder %s is the current folder or contains it; name a folder that does not exist yet", Shown(dir))
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
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("output folder %s is a link that leads nowhere; remove it or name another folder", f.quoted())
	case !info.IsDir():
		return fmt.Errorf("output folder %s is a file; name a folder that does not exist yet", f.quoted())
	}
	names, err := os.ReadDir(f.target)
	if err != nil {
		return f.cannot("read output folder", err)
	}
	if len(names) == 0 {
		return nil
	}
	if !slices.ContainsFunc(names, func(e fs.DirEntry) bool { return e.Name() == manifestName }) {
		return fmt.Errorf("output folder %s holds other files (%s) and no %s, so it is not a run that may be replaced; name a folder that does not exist yet",
			f.quoted(), Shown(names[0].Name()), manifestName)
	}
	if _, err := ownFiles(f.target); err != nil {
		return fmt.Errorf("output folder %s %w, so it is never replaced; name a folder that does not exist yet", f.quoted(), err)
	}
	if !f.force {
		return &ExistsError{Dir: f.shown}
	}
	return nil
}

// An ExistsError says that a run is already there.
type ExistsError struct{ Dir string }

func (e *ExistsError) Error() string {
	return fmt.Sprintf("run folder %s exists already; name another folder, or replace it with --force", Shown(e.Dir))
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

// Dir returns the run folder's place as the user wrote it.
func (f *Folder) Dir() string { return f.shown }

// quoted returns the same for messages.
func (f *Folder) quoted() string { return Shown(f.shown) }

// Notes returns what the user should know about other folders since the last call: what killed runs had left,
// and what had to stay of a run that was replaced.
func (f *Folder) Notes() []string {
	notes := f.notes
	f.notes = nil
	return notes
}

// Committed reports whether the run is complete and in its place.
func (f *Folder) Committed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.committed
}

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
	return fmt.Errorf("cannot %s %s: %w; %s", what, f.quoted(), err, nextStep(err))
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
