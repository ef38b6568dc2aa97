// Package results writes what a run found: tidy tables as CSV and Parquet, a description of every
// column (datapackage.json), what was run (manifest.json), and the folder that holds them, which is
// complete or absent. It knows nothing of the simulated world: callers hand it named, typed columns.
package results

import (
	"fmt"
	"regexp"
)

// A Type is what the cells of a column hold. The names are those of Frictionless Table Schema.
type Type string

// The types a column can have.
const (
	String  Type = "string"
	Integer Type = "integer" // 64-bit, signed
	Number  Type = "number"  // 64-bit floating point, always finite
	Boolean Type = "boolean" // true or false
	Date    Type = "date"    // 2006-01-02, a civil date without a time zone
)

// WarningsColumn is the name of the column that says why a row's numbers may be doubtful.
const WarningsColumn = "warnings"

// A Column describes one column for readers of the file: it is copied into datapackage.json.
type Column struct {
	Name     string // lower case, digits and _, with the unit where there is one: net_benefit_won
	Type     Type
	Unit     string // as a reader would say it: won, people, per day; empty if the values have none
	Meaning  string // one sentence
	Required bool   // never empty
}

// A Schema describes a table. Name is also the name of its file without the ending.
type Schema struct {
	Name    string
	Title   string
	Columns []Column
	Key     []string // the columns that tell rows apart; may be empty
}

// Warnings returns the standard column for doubts about a row.
func Warnings() Column {
	return Column{Name: WarningsColumn, Type: String,
		Meaning: "Reasons to doubt numbers in this row, separated by semicolons; empty if there are none."}
}

// Index returns the position of the named column, or -1.
func (s *Schema) Index(name string) int {
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

var (
	tableName  = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	columnName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// check panics on a schema that no reader could use: schemas are written by programmers, not users.
func (s *Schema) check() {
	if !tableName.MatchString(s.Name) {
		s.fault("the table's name is not of the form %s", tableName)
	}
	if len(s.Columns) == 0 {
		s.fault("no columns")
	}
	for i, c := range s.Columns {
		s.checkColumn(i, c)
	}
	for _, k := range s.Key {
		if s.Index(k) < 0 {
			s.fault("key column %q does not exist", k)
		}
	}
}

func (s *Schema) checkColumn(i int, c Column) {
	if !columnName.MatchString(c.Name) {
		s.fault("column name %q is not of the form %s", c.Name, columnName)
	}
	if s.Index(c.Name) != i {
		s.fault("two columns named %q", c.Name)
	}
	if c.Meaning == "" {
		s.fault("column %q has no meaning", c.Name)
	}
	switch c.Type {
	case String, Integer, Number, Boolean, Date:
	default:
		s.fault("column %q has unknown type %q", c.Name, c.Type)
	}
}

// fault reports a mistake of ours in the use of the table.
func (s *Schema) fault(format string, args ...any) {
	panic(fmt.Sprintf("results: internal error: table %q: ", s.Name) + fmt.Sprintf(format, args...))
}

// expect panics unless column i can hold a value of type t.
func (s *Schema) expect(i int, t Type) {
	if i >= len(s.Columns) {
		s.fault("more than %d cells in a row", len(s.Columns))
	}
	if s.Columns[i].Type != t {
		s.fault("column %q holds %s, not %s", s.Columns[i].Name, s.Columns[i].Type, t)
	}
}

// expectEmpty panics unless column i may be empty.
func (s *Schema) expectEmpty(i int) {
	if i >= len(s.Columns) {
		s.fault("more than %d cells in a row", len(s.Columns))
	}
	if s.Columns[i].Required {
		s.fault("column %q must not be empty", s.Columns[i].Name)
	}
}

// expectEnd panics unless a row with n cells is complete.
func (s *Schema) expectEnd(n int) {
	if n != len(s.Columns) {
		s.fault("row ends after %d of %d cells", n, len(s.Columns))
	}
}
