package results

import (
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

// ownFiles returns the files of the run in a folder, manifest.json included, as slash-separated paths below
// it. The error says why the folder is no run of this program, or which file in it is not of the run: such a
// folder is never replaced.
func ownFiles(dir string) (files []string, err error) {
	files, err = listedFiles(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	return files, onlyListed(dir, files)
}

// listedFiles reads the files that a manifest of this program lists, and adds the manifest.
func listedFiles(manifest string) (files []string, err error) {
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
		Files   []struct{ Path string }
	}
	if err := json.NewDecoder(io.LimitReader(in, mostManifest)).Decode(&m); err != nil || m.Program != program {
		return nil, fmt.Errorf("holds a %s that is not of this program", manifestName)
	}
	for _, f := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return nil, fmt.Errorf("holds a %s that lists %s, which lies outside", manifestName, Shown(f.Path))
		}
		files = append(files, path.Clean(f.Path))
	}
	return append(files, manifestName), nil
}

// onlyListed looks at everything below dir: regular files that are listed, and the folders they lie in.
func onlyListed(dir string, files []string) error {
	listed := map[string]bool{}
	for _, name := range files {
		listed[name] = true
	}
	for _, name := range foldersOf(files) {
		listed[name+"/"] = true
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
		if d.IsDir() && listed[name+"/"] || d.Type().IsRegular() && listed[name] {
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
