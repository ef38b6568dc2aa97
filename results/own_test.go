package results

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// put writes files below dir, with the folders they lie in.
func put(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o777))
		must(t, os.WriteFile(path, []byte(content), 0o666))
	}
}

// tree returns all files and empty folders below dir with their content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	must(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err == nil && d.Type().IsRegular() {
			all[name] = read(t, path)
		} else {
			all[name] = d.Type().String()
		}
		return err
	}))
	return all
}

func sameTree(a, b map[string]string) bool {
	for name, content := range a {
		if b[name] != content {
			return false
		}
	}
	return len(a) == len(b)
}

// shaOfOld is the SHA-256 of the text "old".
const shaOfOld = "cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4"

const ownManifest = `{"program": "overshare", "files": [{"path": "detection.csv", "bytes": 3, "sha256": "` + shaOfOld + `"},
	{"path": "deep/er/x.csv", "bytes": 3, "sha256": "` + shaOfOld + `"}]}`

// A folder that is not wholly a run of this program is refused at once, with the file that is not, and stays
// as it is; so it is when the file comes while the run is under way.
func TestForceReplacesOnlyOwnRuns(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string // in the error
	}{
		"a web app's manifest": {map[string]string{"manifest.json": `{"name": "my app", "icons": []}`, "thesis.tex": "x"}, "not of this program"},
		"an empty manifest":    {map[string]string{"manifest.json": ``, "thesis.tex": "x"}, "not of this program"},
		"another program":      {map[string]string{"manifest.json": `{"program": "other", "files": []}`}, "not of this program"},
		"a foreign file":       {map[string]string{"manifest.json": ownManifest, "thesis.tex": "x"}, "holds thesis.tex, which"},
		"a hidden file":        {map[string]string{"manifest.json": ownManifest, ".git/config": "x"}, "holds .git, which"},
		"a foreign file below": {map[string]string{"manifest.json": ownManifest, "deep/er/notes.txt": "x"}, "holds deep/er/notes.txt, which"},
		"an escape in a name":  {map[string]string{"manifest.json": ownManifest, "a\x1b[31m\nb": "x"}, `holds "a\x1b[31m\nb", which`},
		"a path outside":       {map[string]string{"manifest.json": `{"program": "overshare", "files": [{"path": "../other/x"}]}`}, "lies outside"},
		"notes in a table":     {map[string]string{"manifest.json": ownManifest, "detection.csv": "old, says who?"}, "holds detection.csv, which was changed after the run"},
		"as long as before":    {map[string]string{"manifest.json": ownManifest, "deep/er/x.csv": "new"}, "holds deep/er/x.csv, which was changed after the run"},
		"no manifest":          {map[string]string{"thesis.tex": "x"}, "holds other files (thesis.tex)"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "run")
			put(t, dir, c.files)
			before := tree(t, root)
			if _, err := Create(dir, true); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Create: %v, want %q", err, c.want)
			}

			late := filepath.Join(root, "late")
			writeRun(t, late, false)
			f, err := Create(late, true)
			must(t, err)
			must(t, os.RemoveAll(late))
			put(t, late, c.files)
			if err := f.Commit(manifest()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Commit: %v, want %q", err, c.want)
			}
			must(t, os.Rename(late, filepath.Join(t.TempDir(), "late")))
			if after := tree(t, root); !sameTree(before, after) {
				t.Errorf("before %v, after %v", before, after)
			}
		})
	}
}

func TestForceReplacesSubfolders(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "run")
	put(t, dir, map[string]string{"manifest.json": ownManifest, "detection.csv": "old", "deep/er/x.csv": "old"})
	writeRun(t, dir, true)
	if got := names(t, dir); slices.Contains(got, "deep") || len(got) != 4 {
		t.Errorf("run holds %v", got)
	}
	if got := names(t, root); len(got) != 1 {
		t.Errorf("left beside the run: %v", got)
	}
}

// A file that gets into the old run in the last moment is neither deleted nor hidden.
func TestLateForeignFileStays(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "run")
	writeRun(t, dir, false)
	f, err := Create(dir, true)
	must(t, err)
	files, err := ownFiles(dir)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "thesis.tex"), []byte("years"), 0o666))
	must(t, os.Rename(dir, dir+"-old"))
	f.removeOld(dir+"-old", files)
	if got := read(t, dir+".replaced-1", "thesis.tex"); got != "years" {
		t.Errorf("thesis.tex holds %q", got)
	}
	if got := names(t, dir+".replaced-1"); len(got) != 1 {
		t.Errorf("beside it: %v", got)
	}
	if notes := f.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "run.replaced-1") {
		t.Errorf("notes %q", notes)
	}
	f.Abort()
}

// An empty folder is taken as it is, and is there again when the run cannot be moved to it.
func TestEmptyTargetSurvives(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "run")
	must(t, os.Mkdir(dir, 0o750))
	before, err := os.Stat(dir)
	must(t, err)
	f, err := Create(dir, false)
	must(t, err)
	must(t, os.Rename(f.partial, f.partial+"-gone")) // so that the rename fails
	if err := renameFolder(f.partial, f.target); err == nil {
		t.Fatal("renamed what is not there")
	}
	f.Abort()
	after, err := os.Stat(dir)
	must(t, err)
	if !os.SameFile(before, after) || after.Mode() != before.Mode() {
		t.Errorf("the empty folder is another one: %v", after.Mode())
	}
}

func TestLinksAsTarget(t *testing.T) {
	root := t.TempDir()
	run, link := filepath.Join(root, "real"), filepath.Join(root, "link")
	must(t, os.Symlink("real", link))
	if _, err := Create(link, true); err == nil || !strings.Contains(err.Error(), "is a link that leads nowhere") {
		t.Errorf("dangling: %v", err)
	}
	writeRun(t, run, false)
	must(t, os.Remove(filepath.Join(run, "detection.parquet")))
	writeRun(t, link, true)
	read(t, run, "detection.parquet") // the folder behind the link was replaced
	if to, err := os.Readlink(link); err != nil || to != "real" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	// A link in the run folder is none of its files, even under a listed name.
	must(t, os.Remove(filepath.Join(run, "detection.csv")))
	must(t, os.Symlink("/etc/hostname", filepath.Join(run, "detection.csv")))
	if _, err := Create(run, true); err == nil || !strings.Contains(err.Error(), "holds detection.csv, which") {
		t.Errorf("link inside: %v", err)
	}
}
