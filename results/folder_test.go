package results

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() *Table {
	t := NewTable(Schema{
		Name: "detection", Title: "Detection accuracy", Key: []string{"regime", "metric"},
		Columns: []Column{
			{Name: "regime", Type: String, Meaning: "Sharing regime.", Required: true},
			{Name: "metric", Type: String, Meaning: "Metric.", Required: true},
			{Name: "value", Type: Number, Meaning: "Value of the metric."},
			{Name: "bills", Type: Integer, Unit: "bills", Meaning: "Bills scored.", Required: true},
			{Name: "on_front", Type: Boolean, Meaning: "On the Pareto front."},
			{Name: "day", Type: Date, Meaning: "Day of the evaluation."},
			Warnings(),
		}})
	t.Append(Str("everyone"), Str("auc"), Num(0.1), Int(3), Bool(true), Day(19866), None)
	t.Append(Str("in-scope"), Str("auc"), NumIf(0, false), Int(-3), None, None, Strs("no bad bills", "small"))
	return t
}

const sampleCSV = `regime,metric,value,bills,on_front,day,warnings
everyone,auc,0.1,3,true,2024-05-23,
in-scope,auc,,-3,,,no bad bills; small
`

func manifest() Manifest {
	return Manifest{Command: "run", Scenario: "kakaopay-2024", ScenarioID: "ab", Seed: 1<<64 - 1,
		Parameters: []Parameter{{Path: "b", Value: 2, Mark: "assumed", Origin: "flag"}, {Path: "a", Value: "x", Mark: "sourced", Origin: "default"}}}
}

// names returns what lies in dir.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func writeRun(t *testing.T, dir string, force bool) {
	t.Helper()
	f, err := Create(dir, force)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	if err := f.Table(sample(), CSV, Parquet); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(manifest()); err != nil {
		t.Fatal(err)
	}
}

func TestFolderHoldsWhatTheManifestSays(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "runs", "kakaopay-1")
	writeRun(t, dir, false)
	if diff := cmp.Diff([]string{"datapackage.json", "detection.csv", "detection.parquet", "manifest.json"}, names(t, dir)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"kakaopay-1"}, names(t, filepath.Join(root, "runs"))); diff != "" {
		t.Errorf("beside the run: %s", diff)
	}
	if diff := cmp.Diff(sampleCSV, read(t, dir, "detection.csv")); diff != "" {
		t.Error(diff)
	}
	var m struct {
		Seed       string
		Parameters []Parameter
		Files      []fileEntry
	}
	if err := json.Unmarshal([]byte(read(t, dir, "manifest.json")), &m); err != nil {
		t.Fatal(err)
	}
	if m.Seed != "18446744073709551615" || len(m.Files) != 3 || m.Parameters[0].Path != "a" {
		t.Errorf("manifest: %+v", m)
	}
	for _, f := range m.Files {
		content := read(t, dir, f.Path)
		sum := sha256.Sum256([]byte(content))
		if f.SHA256 != hex.EncodeToString(sum[:]) || f.Bytes != int64(len(content)) {
			t.Errorf("%s: manifest says %d bytes, %s", f.Path, f.Bytes, f.SHA256)
		}
		if strings.HasPrefix(f.Path, "detection") && (f.Rows == nil || *f.Rows != 2) {
			t.Errorf("%s: rows %v, want 2", f.Path, f.Rows)
		}
	}
}

func TestFolderBytesRepeat(t *testing.T) {
	root := t.TempDir()
	a, b := filepath.Join(root, "run"), filepath.Join(root, "x", "elsewhere")
	writeRun(t, a, false)
	writeRun(t, b, false)
	for _, name := range names(t, a) {
		if read(t, a, name) != read(t, b, name) {
			t.Errorf("%s differs between two equal runs", name)
		}
	}
}

func TestFolderNeverOverwritesWithoutForce(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "run")
	writeRun(t, dir, false)
	before := read(t, dir, "manifest.json")

	_, err := Create(dir, false)
	var exists *ExistsError
	if !errors.As(err, &exists) || !strings.Contains(err.Error(), "--force") {
		t.Fatalf("err = %v", err)
	}

	f, err := Create(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Table(sample(), CSV); err != nil {
		t.Fatal(err)
	}
	if read(t, dir, "manifest.json") != before {
		t.Error("the old run changed before the new one was complete")
	}
	if err := f.Commit(Manifest{Scenario: "new"}); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); slices.Contains(got, "detection.parquet") {
		t.Errorf("files of the old run are left: %v", got)
	}
	if got := names(t, root); len(got) != 1 {
		t.Errorf("left beside the run: %v", got)
	}
}

func TestFolderRunThatAppearsMeanwhileIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, err := Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	writeRun(t, dir, false)
	before := read(t, dir, "manifest.json")
	if err := f.Commit(Manifest{}); err == nil {
		t.Fatal("overwrote a run that appeared meanwhile")
	}
	if read(t, dir, "manifest.json") != before {
		t.Error("the other run was changed")
	}
	if got := names(t, filepath.Dir(dir)); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestFolderAbortLeavesNothing(t *testing.T) {
	root := t.TempDir()
	f, err := Create(filepath.Join(root, "a", "b", "run"), false)
	if err != nil {
		t.Fatal(err)
	}
	w, err := f.Stream(sample().Schema, CSV)
	if err != nil {
		t.Fatal(err)
	}
	f.Abort()
	if got := names(t, root); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
	if err := w.Close(); err == nil {
		t.Error("a table of an aborted run closed without error")
	}
	if _, err := f.File("late.txt"); err == nil {
		t.Error("an aborted run took another file")
	}
	if err := f.Commit(Manifest{}); err == nil {
		t.Error("an aborted run was committed")
	}
	if got := names(t, root); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

func TestFolderRefusesBadPlaces(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "file")
	other := filepath.Join(root, "other")
	must(t, os.WriteFile(file, []byte("x"), 0o666))
	must(t, os.Mkdir(other, 0o777))
	must(t, os.WriteFile(filepath.Join(other, "thesis.tex"), []byte("x"), 0o666))
	must(t, os.Symlink(other, filepath.Join(root, "link")))
	t.Chdir(root)
	before := names(t, root)
	for _, c := range []struct{ dir, want string }{
		{"", "empty"},
		{".", "current folder"},
		{"..", "current folder"},
		{"/", "current folder"},
		{"file", "is a file"},
		{"file/run", "a file stands where a folder is needed"},
		{"other", "holds other files"},
		{"link", "holds other files"},
		{strings.Repeat("n", 300), "choose a shorter name"},
		{"new/" + strings.Repeat("n", 300), "choose a shorter name"},
	} {
		_, err := Create(c.dir, true)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Create(%.20q) = %v, want %q", c.dir, err, c.want)
		}
	}
	if diff := cmp.Diff(before, names(t, root)); diff != "" {
		t.Errorf("left behind: %s", diff)
	}
}

func TestReplaceInTwoSteps(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "run")
	writeRun(t, dir, false)
	before := read(t, dir, "manifest.json")
	f, err := Create(dir, true)
	must(t, err)
	must(t, f.write("new", []byte("x")))

	real := f.partial
	f.partial += "-gone"
	files, err := ownFiles(dir)
	must(t, err)
	if f.replaceInTwoSteps(files) == nil || read(t, dir, "manifest.json") != before {
		t.Error("the old run was not put back")
	}
	f.partial = real
	must(t, f.replaceInTwoSteps(files))
	read(t, dir, "new")
	if got := names(t, root); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestFolderTakesAnEmptyFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	must(t, os.Mkdir(dir, 0o777))
	writeRun(t, dir, false)
	read(t, dir, "manifest.json")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
