package scenarios

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An Origin says what kind of place set a value.
type Origin string

// The origins, weakest first.
const (
	FromDefault     Origin = "default"
	FromScenario    Origin = "scenario" // a built-in scenario
	FromFile        Origin = "file"     // a scenario file of the user's
	FromEnvironment Origin = "environment"
	FromFlag        Origin = "flag"
)

// A Place is where a value stands.
type Place struct {
	Origin       Origin
	Name         string // the file, variable or flag; of a built-in scenario its name
	Line, Column int    // in a file, from 1; 0: the file as a whole
}

// String returns file:line:column, or the name of the variable, flag or built-in scenario.
func (p Place) String() string {
	if p.Name == "" {
		return ""
	}
	if p.Line == 0 {
		return printable(p.Name)
	}
	return fmt.Sprintf("%s:%d:%d", printable(p.Name), p.Line, p.Column)
}

// A Problem is one mistake of the user's.
type Problem struct {
	Place
	Path    string // of the parameter or key; may be empty
	Value   string // as it was written; may be empty
	Message string // what is wrong, and what would be right
	Hint    string // what to do next; may be empty
}

// Error returns the problem as one line.
func (p Problem) Error() string {
	var b strings.Builder
	if s := p.Place.String(); s != "" {
		b.WriteString(s + ": ")
	}
	if p.Path != "" {
		b.WriteString(printable(p.Path))
		if p.Value != "" {
			b.WriteString(" = " + printable(p.Value))
		}
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// maxProblems bounds what is collected: nobody reads more, and a hostile file could hold a million.
const maxProblems = 50

// Problems are all mistakes found, in the order of their places.
type Problems []Problem

// Error returns one line per problem.
func (ps Problems) Error() string {
	lines := make([]string, 0, len(ps)+1)
	for _, p := range ps {
		lines = append(lines, p.Error())
	}
	if len(ps) >= maxProblems {
		lines = append(lines, fmt.Sprintf("stopped after %d problems", maxProblems))
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives errors.As access to each problem.
func (ps Problems) Unwrap() []error {
	all := make([]error, len(ps))
	for i := range ps {
		all[i] = ps[i]
	}
	return all
}

// add appends p while there is room.
func (ps *Problems) add(p Problem) {
	if len(*ps) < maxProblems {
		*ps = append(*ps, p)
	}
}

// full reports whether to stop looking.
func (ps Problems) full() bool { return len(ps) >= maxProblems }

// err returns nil when there is no problem, and else all of them: files first, then variables, then
// flags, each in the order of lines.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	rank := map[Origin]int{FromEnvironment: 1, FromFlag: 2}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(rank[a.Origin], rank[b.Origin]),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column))
	})
	return ps
}

var quiet = regexp.MustCompile(`^[-+\pL\pN_./\\:%(),\[\]@~ ]*$`)

// printable makes text safe to print on a terminal: one line, no control characters, at most 80 letters.
func printable(s string) string {
	if r := []rune(s); len(r) > 80 {
		s = string(r[:77]) + "..."
	}
	if quiet.MatchString(s) && strings.TrimSpace(s) == s && s != "" {
		return s
	}
	return strconv.Quote(s)
}
