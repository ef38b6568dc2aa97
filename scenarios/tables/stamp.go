package tables

import (
	"strconv"

	"overshare/results"
)

// A Run says which run a table is of. Its columns stand at the end of every file, so that files of several
// runs can be put under one another.
type Run struct {
	Seed     uint64
	Scenario string // name
	ID       string // SHA-256 of the scenario as resolved, in hexadecimal
}

var runColumns = []results.Column{
	{Name: "seed", Type: results.String, Meaning: "of every draw of the run; text, since many readers lose digits of large numbers", Required: true},
	{Name: "scenario", Type: results.String, Meaning: "name of the scenario", Required: true},
	{Name: "scenario_sha256", Type: results.String, Meaning: "of all its parameters as resolved: equal for equal settings, however they were written", Required: true},
}

// Schema returns s with the columns of the run.
func (r *Run) Schema(s results.Schema) results.Schema {
	s.Columns = append(s.Columns[:len(s.Columns):len(s.Columns)], runColumns...)
	return s
}

// Stamp returns t with the columns of the run.
func (r *Run) Stamp(t *results.Table) *results.Table {
	return t.With(runColumns, results.Str(strconv.FormatUint(r.Seed, 10)), results.Str(r.Scenario), results.Str(r.ID))
}

// Writer returns a writer that ends every row with the columns of the run.
func (r *Run) Writer(w results.Writer) results.Writer {
	return &stamped{w, strconv.FormatUint(r.Seed, 10), r.Scenario, r.ID}
}

type stamped struct {
	results.Writer
	seed, scenario, id string
}

func (w *stamped) EndRow() error {
	w.Text(w.seed)
	w.Text(w.scenario)
	w.Text(w.id)
	return w.Writer.EndRow()
}
