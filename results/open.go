package results

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Layout is the version of the tables' columns and files that this program writes. It goes up when a file or a
// column is renamed, removed or means something else; see older.go.
//
//	1   version 0.1 before runs were read back; manifests of it name no layout
//	2   one vocabulary of columns; exposure.csv holds parts only
const Layout = 2

// largestJSON is how many bytes of a manifest or a description are read at most.
const largestJSON = 64 << 20

// A Run is a run folder that was opened: complete, and with the bytes that were written.
type Run struct {
	Dir string
	Manifest
	Layout int // as written; tables are handed out in the columns of this program's Layout
	Files  []RunFile

	resources map[string]dataResource // of tables, by name as written; the CSV file where there are two
}

// A RunFile is one file of a run folder.
type RunFile struct {
	Path   string
	Bytes  int64
	SHA256 string
	Rows   int64 // of tables; -1 for other files
}

// Open reads a run folder back. Every file that its manifest lists is compared with the checksum there; an
// error names the first file that is missing or has changed. Files that the manifest does not list are left
// alone.
//
// Cost: reads every byte of the run once.
func Open(dir string) (*Run, error) {
	var m struct {
		Build
		Layout     int
		Command    string
		Scenario   string
		ScenarioID string `json:"scenario_sha256"`
		Seed       string
		Notes      map[string]any
		Parameters []Parameter
		Files      []fileEntry
	}
	if err := readJSON(dir, manifestName, &m); err != nil {
		return nil, err
	}
	r := &Run{Dir: dir, Layout: max(m.Layout, 1), resources: map[string]dataResource{}, Manifest: Manifest{Build: m.Build, Command: m.Command,
		Scenario: m.Scenario, ScenarioID: m.ScenarioID, Parameters: m.Parameters, Notes: m.Notes}}
	switch {
	case m.Program != ThisBuild().Program:
		return nil, fmt.Errorf("%s is no run folder of this program: its %s names the program %q", dir, manifestName, m.Program)
	case r.Layout > Layout:
		return nil, fmt.Errorf("%s was written by version %s, with layout %d; this program reads layouts up to %d: use a newer one", dir, m.Version, r.Layout, Layout)
	}
	var err error
	if r.Seed, err = strconv.ParseUint(m.Seed, 10, 64); err != nil {
		return nil, fmt.Errorf("%s: the seed in %s, %q, is no number", dir, manifestName, m.Seed)
	}
	for _, f := range m.Files {
		if err := checkFile(dir, f); err != nil {
			return nil, err
		}
		rows := int64(-1)
		if f.Rows != nil {
			rows = *f.Rows
		}
		r.Files = append(r.Files, RunFile{f.Path, f.Bytes, f.SHA256, rows})
	}
	return r, r.readResources()
}

// readJSON reads a description of the run folder.
func readJSON(dir, name string, into any) error {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%s is no run folder: it has no %s", dir, name)
		}
		return fmt.Errorf("%s cannot be read: %w", dir, err)
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, largestJSON)).Decode(into); err != nil {
		return fmt.Errorf("%s: %s cannot be read: %w; the run is damaged, make it again", dir, name, err)
	}
	return nil
}

// checkFile compares a file with what the manifest says of it.
func checkFile(dir string, want fileEntry) error {
	if !filepath.IsLocal(want.Path) {
		return fmt.Errorf("%s: %s lists %q, which lies outside", dir, manifestName, want.Path)
	}
	f, err := os.Open(filepath.Join(dir, want.Path))
	if err != nil {
		return fmt.Errorf("%s: %s is missing or cannot be read; make the run again", dir, want.Path)
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	if err != nil {
		return fmt.Errorf("%s: %s cannot be read: %w", dir, want.Path, err)
	}
	if n != want.Bytes || hex.EncodeToString(sum.Sum(nil)) != want.SHA256 {
		return fmt.Errorf("%s: %s has changed since it was written (%d bytes, the manifest says %d; other checksum); make the run again", dir, want.Path, n, want.Bytes)
	}
	return nil
}

// readResources reads the schemas of the tables.
func (r *Run) readResources() error {
	var p dataPackage
	if err := readJSON(r.Dir, packageFile, &p); err != nil {
		return err
	}
	for _, x := range p.Resources {
		if !slices.ContainsFunc(r.Files, func(f RunFile) bool { return f.Path == x.Path }) {
			continue
		}
		switch x.Format {
		case string(CSV):
			r.resources[x.Name] = x
		case string(Parquet):
			x.Name = strings.TrimSuffix(x.Name, parquetSuffix)
			if _, both := r.resources[x.Name]; !both {
				r.resources[x.Name] = x
			}
		}
	}
	return nil
}

// Tables returns the names of the tables that [Run.Table] can read, in order of name.
func (r *Run) Tables() (names []string) {
	for name := range r.resources {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Table reads a table from its CSV file, or its Parquet file where there is no other, in the columns that this program writes: files of an older layout are brought up to it
// as far as names and rows tell.
//
// Undefined: an error names the table, the row and the column of a cell that is not of the column's type.
func (r *Run) Table(name string) (*Table, error) {
	x, ok := r.resources[name]
	if !ok {
		return nil, fmt.Errorf("%s has no table %q; it has %v", r.Dir, name, r.Tables())
	}
	f, err := os.Open(filepath.Join(r.Dir, x.Path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Dir, err)
	}
	defer f.Close()
	read := readCSV
	if x.Format == string(Parquet) {
		read = openParquet
	}
	t, err := read(f, x.schema())
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", r.Dir, x.Path, err)
	}
	if r.Layout < Layout {
		t = upgrade(t)
	}
	return t, nil
}

// schema is the reverse of [Schema.frictionless].
func (x *dataResource) schema() Schema {
	s := Schema{Name: x.Name, Title: x.Title, Key: x.Schema.PrimaryKey}
	for _, f := range x.Schema.Fields {
		s.Columns = append(s.Columns, Column{Name: f.Name, Type: f.Type, Unit: f.Unit, Meaning: f.Description, Required: f.Constraints != nil && f.Constraints.Required})
	}
	return s
}
