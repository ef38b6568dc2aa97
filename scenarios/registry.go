package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// A Registry holds the parameters that scenarios can set and the built-in scenarios.
type Registry struct {
	areas      []Area
	parameters []Parameter    // in the order of areas and files
	index      map[string]int // path -> position in parameters
	groups     map[string]bool
	names      []string // all paths in the order of parameters, then all groups
	variables  []string // of the environment, in the order of parameters
	builtin    fs.FS
}

// An Area is a group of parameters that belong to one part of the program: one file.
type Area struct {
	Name  string `yaml:"area"`
	Title string `yaml:"title"`
	About string `yaml:"about"`
	Order int    `yaml:"order"` // position in listings

	Entries []entry `yaml:"parameters"`
}

// An entry is a parameter as it stands in its file.
type entry struct {
	Path      string      `yaml:"path"`
	Type      string      `yaml:"type"`
	Default   yaml.Node   `yaml:"default"`
	Unit      string      `yaml:"unit"`
	Min       yaml.Node   `yaml:"min"`   // lowest value allowed
	Max       yaml.Node   `yaml:"max"`   // highest value allowed
	Above     yaml.Node   `yaml:"above"` // open lower bound
	Below     yaml.Node   `yaml:"below"` // open upper bound
	Choices   []string    `yaml:"choices"`
	MinItems  int         `yaml:"min_items"`
	MaxItems  int         `yaml:"max_items"`
	Unique    bool        `yaml:"unique"`
	Sum       *float64    `yaml:"sum"`
	SumMax    *float64    `yaml:"sum_max"`
	PairsWith string      `yaml:"pairs_with"`
	Title     string      `yaml:"title"`
	Meaning   string      `yaml:"meaning"`
	Source    string      `yaml:"source"`
	Mark      Mark        `yaml:"mark"`
	Try       []yaml.Node `yaml:"try"`
}

// NewRegistry reads the parameter files *.yaml in folder and takes the built-in scenarios *.yaml from
// builtinFolder. The error lists everything that is wrong with the parameter files.
func NewRegistry(files fs.FS, folder string, builtin fs.FS, builtinFolder string) (*Registry, error) {
	sub, err := fs.Sub(builtin, builtinFolder)
	if err != nil {
		return nil, err
	}
	r := &Registry{index: map[string]int{}, groups: map[string]bool{}, builtin: sub}
	names, err := fs.Glob(files, folder+"/*.yaml")
	if err != nil {
		return nil, err
	}
	var faults []error
	for _, name := range names {
		area, err := readArea(files, name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		r.areas = append(r.areas, area)
	}
	slices.SortStableFunc(r.areas, func(a, b Area) int { return a.Order - b.Order })
	for _, area := range r.areas {
		for _, e := range area.Entries {
			faults = append(faults, r.add(area.Name, e)...)
		}
	}
	faults = append(faults, r.checkWhole()...)
	return r, errors.Join(faults...)
}

// readArea reads one parameter file.
func readArea(files fs.FS, name string) (Area, error) {
	var area Area
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return area, err
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&area); err != nil {
		return area, fmt.Errorf("%s: %w", name, err)
	}
	return area, nil
}

var pathForm = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)+$`)

// add takes e into the registry and returns what is wrong with it.
func (r *Registry) add(area string, e entry) (faults []error) {
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("parameter %s: %s", e.Path, fmt.Sprintf(format, args...)))
	}
	kind, ok := parseKind(e.Type)
	if !ok {
		fault("unknown type %q", e.Type)
		return faults
	}
	if !pathForm.MatchString(e.Path) || !strings.HasPrefix(e.Path, area+".") {
		fault("the path must be %s. and lower snake case", area)
	}
	if _, twice := r.index[e.Path]; twice {
		fault("defined twice")
	}
	if e.Title == "" || e.Meaning == "" || e.Source == "" {
		fault("title, meaning and source must be given")
	}
	if !slices.Contains([]Mark{Sourced, Derived, Assumed}, e.Mark) {
		fault("mark must be sourced, derived or assumed, not %q", e.Mark)
	}
	if (kind.Name == "choice") != (len(e.Choices) > 0) {
		fault("choices belong to a choice, and a choice needs them")
	}
	p := Parameter{Path: e.Path, Area: area, Kind: kind, Unit: e.unit(kind), Title: e.Title,
		Meaning: strings.TrimSpace(e.Meaning), Source: e.Source, Mark: e.Mark, Choices: e.Choices,
		items: itemRules{e.MinItems, e.MaxItems, e.Unique, e.Sum, e.SumMax, e.PairsWith}}
	ordered := slices.Contains([]string{"int", "days", "float", "share", "won", "date"}, kind.Name)
	if !ordered && !(e.Min.IsZero() && e.Max.IsZero() && e.Above.IsZero() && e.Below.IsZero() && e.Try == nil) {
		fault("bounds and a range to try belong to numbers and dates")
		return faults
	}
	for _, err := range e.readValues(&p) {
		fault("%v", err)
	}
	r.index[e.Path] = len(r.parameters)
	r.parameters = append(r.parameters, p)
	return faults
}

// unit gives the unit that a kind implies unless the entry has its own.
func (e *entry) unit(k Kind) string {
	implied := map[string]string{"days": "days", "won": "won", "share": "share", "date": "date"}
	if e.Unit == "" {
		return implied[k.Name]
	}
	return e.Unit
}

// readValues reads bounds, default and range to try. A share lies in 0 to 1, days and won are not
// negative, unless the entry has narrower or other bounds of its own.
func (e *entry) readValues(p *Parameter) (faults []error) {
	one := *p
	one.Kind.List = false
	read := func(n *yaml.Node, into *any, using *Parameter) {
		if n.IsZero() {
			return
		}
		v, problem := using.readNode(n)
		if problem != nil {
			faults = append(faults, errors.New(problem.Error()))
			return
		}
		*into = v
	}
	free := Parameter{Kind: one.Kind, Choices: one.Choices}
	read(&e.Min, &p.low.value, &free)
	read(&e.Max, &p.high.value, &free)
	if !e.Above.IsZero() {
		read(&e.Above, &p.low.value, &free)
		p.low.open = true
	}
	if !e.Below.IsZero() {
		read(&e.Below, &p.high.value, &free)
		p.high.open = true
	}
	p.implyBounds()
	if p.Kind.List {
		p.Default = []any{} // so that a fault in the real one can be worded
	}
	if e.Default.IsZero() {
		faults = append(faults, errors.New("no default"))
	}
	read(&e.Default, &p.Default, p)
	return append(faults, e.readTry(p)...)
}

// implyBounds sets the bounds that follow from the kind.
func (p *Parameter) implyBounds() {
	zero := map[string]string{"share": "0", "days": "0", "won": "0"}[p.Kind.Name]
	if p.low.value == nil && zero != "" {
		p.low.value, _, _ = parsers[p.Kind.Name](zero)
	}
	if p.high.value == nil && p.Kind.Name == "share" {
		p.high.value = 1.0
	}
}

// readTry reads the range to try: two values in range and in order. The ends of a list are lists themselves,
// each of which can stand in the place of the default, or the lowest and highest value of every item.
func (e *entry) readTry(p *Parameter) []error {
	if e.Try == nil {
		return nil
	}
	one, lists := *p, 0
	one.Kind.List = false
	for i := range e.Try {
		reader := &one
		if p.Kind.List && e.Try[i].Kind == yaml.SequenceNode {
			reader = p
			lists++
		}
		v, problem := reader.readNode(&e.Try[i])
		if problem != nil {
			return []error{fmt.Errorf("try: %w", problem)}
		}
		p.Try = append(p.Try, v)
	}
	switch {
	case len(p.Try) != 2 || lists == 1:
		return []error{errors.New("try needs the lowest and the highest value, or two lists")}
	case lists == 0 && compare(p.Try[0], p.Try[1]) >= 0:
		return []error{errors.New("try must go from low to high")}
	case lists == 2 && formatValue(p.Try[0]) == formatValue(p.Try[1]):
		return []error{errors.New("try names one list twice")}
	}
	return nil
}

// checkWhole finds the faults that no single parameter has: two environment variables or two Go field
// names that are the same, a parameter that is also a group.
func (r *Registry) checkWhole() (faults []error) {
	variables, fields := map[string]string{}, map[string]string{}
	for i := range r.parameters {
		p := &r.parameters[i]
		for _, clash := range []string{variables[p.Variable()], fields[fieldKey(p.Path)]} {
			if clash != "" && clash != p.Path {
				faults = append(faults, fmt.Errorf("parameters %s and %s cannot be told apart in the environment or in Go", clash, p.Path))
			}
		}
		variables[p.Variable()], fields[fieldKey(p.Path)] = p.Path, p.Path
		for at, c := range p.Path {
			if c == '.' {
				r.groups[p.Path[:at]] = true
			}
		}
		if w := p.items.pairsWith; w != "" && (!r.has(w) || !r.parameters[r.index[w]].Kind.List) {
			faults = append(faults, fmt.Errorf("parameter %s: pairs_with %s, which is no list", p.Path, w))
		}
	}
	for i := range r.parameters {
		path := r.parameters[i].Path
		if r.groups[path] {
			faults = append(faults, fmt.Errorf("parameter %s is also a group", path))
		}
		r.names = append(r.names, path)
		r.variables = append(r.variables, r.parameters[i].Variable())
	}
	r.names = append(r.names, slices.Sorted(maps.Keys(r.groups))...)
	return faults
}

func (r *Registry) has(path string) bool { _, ok := r.index[path]; return ok }

// Parameter returns the parameter at path; ok is false when there is none.
func (r *Registry) Parameter(path string) (p Parameter, ok bool) {
	i, ok := r.index[path]
	if !ok {
		return Parameter{}, false
	}
	return r.parameters[i], true
}

// Parameters returns all parameters in the order of their areas and files.
func (r *Registry) Parameters() []Parameter { return slices.Clone(r.parameters) }

// paths returns the paths of all parameters in alphabetical order.
func (r *Registry) paths() []string {
	var all []string
	for _, p := range r.parameters {
		all = append(all, p.Path)
	}
	slices.Sort(all)
	return all
}
