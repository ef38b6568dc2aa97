package results

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// program is what a manifest of this program names in its field "program".
const program = "overshare"

// mostManifest bounds what is read of a manifest.json: those of this program have some 100 kB.
const mostManifest = 16 << 20

// A listed file is what a manifest says of a file.
type listed struct {
	Path   string
	Bytes  int64
	SHA256 string
}

// ownFiles returns the files of the run in a folder, manifest.json included, as slash-separated paths below
// it. The error says why the folder is no run of this program, or which file in it is not of the run or was
// changed since: such a folder is never replaced.
func ownFiles(dir string) (files []string, err error) {
	list, err := listedFiles(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		files = append(files, f.Path)
	}
	files = append(files, manifestName)
	if err := onlyListed(dir, files); err != nil {
		return nil, err
	}
	return files, unchanged(dir, list)
}

// unchanged wants every listed file that is still there to be what the run wrote: notes in a table are somebody's work.
func unchanged(dir string, list []listed) error {
	for _, f := range list {
		in, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("holds %s, which cannot be read", Shown(f.Path))
		}
		sum := sha256.New()
		n, err := io.Copy(sum, io.LimitReader(in, f.Bytes+1))
		in.Close()
		if err != nil {
			return fmt.Errorf("holds %s, which cannot be read", Shown(f.Path))
		}
		if n != f.Bytes || hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
			return fmt.Errorf("holds %s, which was changed after the run", Shown(f.Path))
		}
	}
	return nil
}

// listedFiles reads the files that a manifest of this program lists.
func listedFiles(manifest string) (files []listed, err error) {
	if info, err := os.Lstat(manifest); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("holds no %s", manifestName)
	}
	in, err := os.Open(manifest)
	if err != nil {
		return nil, fmt.Errorf("holds a %s that cannot be read", manifestName)
	}
	defer in.Close()
	var m struct {
		Program string
		Files   []listed
	}
	if err := json.NewDecoder(io.LimitReader(in, mostManifest)).Decode(&m); err != nil || m.Program != program {
		return nil, fmt.Errorf("holds a %s that is not of this program", manifestName)
	}
	for _, f := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return nil, fmt.Errorf("holds a %s that lists %s, which lies outside", manifestName, Shown(f.Path))
		}
		f.Path = path.Clean(f.Path)
		files = append(files, f)
	}
	return files, nil
}

// onlyListed looks at everything below dir: regular files that are listed, and the folders they lie in.
func onlyListed(dir string, files []string) error {
	known := map[string]bool{}
	for _, name := range files {
		known[name] = true
	}
	for _, name := range foldersOf(files) {
		known[name+"/"] = true
	}
	return filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return errors.New("cannot be read to its end")
		}
		name, err := filepath.Rel(dir, at)
		if err != nil || name == "." {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() && known[name+"/"] || d.Type().IsRegular() && known[name] {
			return nil
		}
		return fmt.Errorf("holds %s, which is no file of the run there", Shown(name))
	})
}

// foldersOf returns the folders that files lie in, each before those that it lies in itself.
func foldersOf(files []string) []string {
	seen := map[string]bool{}
	for _, f := range files {
		for dir := path.Dir(f); dir != "." && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
		}
	}
	folders := slices.Sorted(maps.Keys(seen))
	slices.Reverse(folders)
	return folders
}

// removeListed removes files of a folder, the folders they lie in, and the folder itself as far as nothing
// else lies there. It reports whether all is gone.
func removeListed(dir string, files []string) (gone bool) {
	for _, name := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if info, err := os.Lstat(file); err == nil && info.Mode().IsRegular() {
			_ = os.Remove(file) // the folder tells whether it worked
		}
	}
	for _, name := range foldersOf(files) {
		_ = os.Remove(filepath.Join(dir, filepath.FromSlash(name))) // refuses if not empty
	}
	_ = os.Remove(dir)
	_, err := os.Lstat(dir)
	return errors.Is(err, fs.ErrNotExist)
}
