package scenarios

import (
	"overshare/sim/record"
)

// A Param is a parameter with its value in a scenario, ready for JSON, tables and templates.
type Param struct {
	Path    string `json:"path"`
	Value   any    `json:"value"` // number, text, truth or a list of these; a date is text
	Text    string `json:"-"`     // the value as a scenario file would have it
	Default string `json:"-"`     // likewise
	Unit    string `json:"unit,omitempty"`
	Type    string `json:"type"`
	Range   string `json:"range,omitempty"` // in words
	Title   string `json:"title"`
	Meaning string `json:"meaning"`
	Source  string `json:"source"`
	Mark    Mark   `json:"mark"`
	Origin  Origin `json:"origin"`
	From    string `json:"-"` // where exactly: file and line, variable, flag
}

// Params returns all parameters with their values, in the order of areas and files.
func (s *Scenario) Params() []Param {
	all := make([]Param, 0, len(s.registry.parameters))
	for i := range s.registry.parameters {
		all = append(all, s.param(&s.registry.parameters[i]))
	}
	return all
}

// Param returns one parameter with its value; ok is false when there is none at path.
func (s *Scenario) Param(path string) (p Param, ok bool) {
	i, ok := s.registry.index[path]
	if !ok {
		return Param{}, false
	}
	return s.param(&s.registry.parameters[i]), true
}

func (s *Scenario) param(p *Parameter) Param {
	v := s.values[p.Path]
	return Param{Path: p.Path, Value: portable(v), Text: formatValue(v), Default: formatValue(p.Default),
		Unit: p.Unit, Type: p.Kind.String(), Range: p.wants(), Title: p.Title, Meaning: p.Meaning,
		Source: p.Source, Mark: p.Mark, Origin: s.places[p.Path].Origin, From: s.from(p.Path)}
}

// from says who set a parameter. The line within a built-in scenario is nothing to a reader.
func (s *Scenario) from(path string) string {
	if p := s.places[path]; p.Origin == FromScenario {
		return p.Name
	}
	return s.places[path].String()
}

// portable turns a value into what JSON can say: dates become text, money a number.
func portable(v any) any {
	switch v := v.(type) {
	case record.Day:
		return v.String()
	case record.Won:
		return int64(v)
	case []any:
		items := make([]any, len(v))
		for i := range v {
			items[i] = portable(v[i])
		}
		return items
	}
	return v
}

// A Difference is a parameter whose value is not that of the scenario's base.
type Difference struct {
	Path, Base, Value, Unit, From string
}

// Differences returns what sets the scenario apart from its base, or from the defaults when it has
// none, whoever set it: file, environment or flag.
func (s *Scenario) Differences() []Difference {
	var all []Difference
	for i := range s.registry.parameters {
		p := &s.registry.parameters[i]
		was, is := formatValue(s.base[p.Path]), formatValue(s.values[p.Path])
		if was != is {
			all = append(all, Difference{p.Path, was, is, p.Unit, s.from(p.Path)})
		}
	}
	return all
}
