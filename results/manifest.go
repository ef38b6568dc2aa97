package results

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// A Manifest says what was run, so that anyone can run it again and compare bytes. It holds nothing
// that depends on when, where or with how many workers the run was made.
type Manifest struct {
	Build
	Command    string         // such as run
	Scenario   string         // name of the scenario
	ScenarioID string         // SHA-256 of the scenario as resolved, in hexadecimal
	Seed       uint64         // of every draw
	Parameters []Parameter    // every parameter with the value used
	Notes      map[string]any // anything else worth keeping that the run's inputs decide
}

// A Parameter is one resolved parameter of a scenario.
type Parameter struct {
	Path   string `json:"path"`
	Value  any    `json:"value"`
	Unit   string `json:"unit,omitempty"`
	Mark   string `json:"mark"`             // sourced, derived or assumed
	Source string `json:"source,omitempty"` // where the default comes from
	Origin string `json:"origin"`           // what set it: default, scenario, file, environment or flag
}

// A fileEntry describes one file of a run folder.
type fileEntry struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Rows   *int64 `json:"rows,omitempty"` // tables only
	SHA256 string `json:"sha256"`

	schema *Schema // tables only
	format Format
}

// json renders the manifest with the files it vouches for, sorted by path. The seed is a string:
// many JSON readers lose digits of numbers above 2^53.
func (m Manifest) json(files []fileEntry) ([]byte, error) {
	parameters := slices.Clone(m.Parameters)
	slices.SortStableFunc(parameters, func(a, b Parameter) int { return strings.Compare(a.Path, b.Path) })
	if m.Program == "" {
		m.Build = ThisBuild()
	}
	return indented(struct {
		Build
		Layout     int            `json:"layout"` // of the tables: see Layout
		Command    string         `json:"command"`
		Scenario   string         `json:"scenario"`
		ScenarioID string         `json:"scenario_sha256"`
		Seed       string         `json:"seed"`
		Notes      map[string]any `json:"notes,omitempty"`
		Parameters []Parameter    `json:"parameters"`
		Files      []fileEntry    `json:"files"`
	}{m.Build, Layout, m.Command, m.Scenario, m.ScenarioID, strconv.FormatUint(m.Seed, 10), m.Notes, parameters, files})
}

// indented renders v for people and version control: two spaces, no escaping of <, > and &.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}
