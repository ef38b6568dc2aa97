// Package scenarios says what is simulated: every parameter with its default, unit, range, meaning and
// source, the built-in scenarios, and the reading of a user's own.
//
// Parameters are data: parameters/*.yaml holds one file per area, and everything that has to know a
// parameter (loading, error texts, the JSON Schema, PARAMETERS.md, `overshare scenarios show`, the
// manifest) is made from those files. A scenario is a YAML file of differences:
//
//	title: Fewer customers at the platform
//	base: kakaopay-2024        # a built-in scenario; without it the defaults are the base
//	set:
//	  platform:
//	    share_end: 0.10
//	  evaluation.epoch: 2023-04-01
//	regimes:                   # sharing regimes of its own; see sim/sharing/regime/regimes.yaml
//	  mine:
//	    like: in-scope
//	    change: {retention_days: 14}
//
// What a parameter is set by, strongest first: a flag, an environment variable (OVERSHARE_ and the path
// in capitals, dots as underscores), the scenario file, its base, the default. Where a run puts its files
// and how many cores it uses is no part of a scenario, so that it cannot change a result.
//
// [Load] reports all mistakes at once as [Problems]. The package knows no simulation: it fills plain
// structs through [Scenario.Decode].
package scenarios

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v3"

	"overshare/sim/sharing/regime"
)

// DefaultName is the scenario that is loaded when none is named.
const DefaultName = "kakaopay-2024"

//go:embed parameters/*.yaml
var parameterFiles embed.FS

//go:embed builtin/*.yaml
var builtinFiles embed.FS

// standard returns the program's own registry, read once. A fault in it is ours.
var standard = sync.OnceValue(func() *Registry {
	r, err := NewRegistry(parameterFiles, "parameters", builtinFiles, "builtin")
	if err != nil {
		panic("scenarios: internal error: " + err.Error())
	}
	return r
})

// Standard returns the program's parameters and built-in scenarios.
func Standard() *Registry { return standard() }

// An Info describes a scenario without its values.
type Info struct {
	Name     string `json:"name"`               // of a built-in; of a file its base name without .yaml
	Title    string `json:"title"`              // one line
	Question string `json:"question"`           // what it is meant to answer
	Base     string `json:"base,omitempty"`     // the scenario it differs from; empty: the defaults
	Note     string `json:"note,omitempty"`     // anything a reader should know
	File     string `json:"file,omitempty"`     // as given to Load; empty for a built-in
	Settings int    `json:"settings,omitempty"` // number of parameters its file sets
}

// A Scenario is a complete set of parameter values. It does not change once loaded.
type Scenario struct {
	Info
	Warnings []string // what is allowed and yet probably not meant

	registry *Registry
	values   map[string]any     // by path, of the type that Kind documents
	places   map[string]Place   // who set it
	base     map[string]any     // values of the base without flags and environment
	settings map[string]setting // what the scenario's own file sets
	book     *regime.Book
	defined  []*yaml.Node // mappings of the regimes that its files define
}

// List returns the built-in scenarios: the default first, the others by name.
func List() []Info { return Standard().List() }

// Load resolves a built-in scenario or a YAML file (see [Registry.Load]).
func Load(nameOrFile string, overrides ...Override) (*Scenario, error) {
	return Standard().Load(nameOrFile, overrides...)
}

// Parse resolves the text of a scenario file without reading anything of the process (see [Registry.Parse]).
func Parse(name string, text []byte, environment []string, overrides ...Override) (*Scenario, error) {
	return Standard().Parse(name, text, environment, overrides...)
}

// List returns the built-in scenarios: the default first, the others by name.
func (r *Registry) List() []Info {
	var all []Info
	for _, name := range r.builtinNames() {
		d := r.mustBuiltin(name)
		all = append(all, d.info())
	}
	return all
}

// builtinNames returns the default's name first, then the others in alphabetical order.
func (r *Registry) builtinNames() []string {
	files, _ := fs.Glob(r.builtin, "*.yaml") // the pattern is well formed
	names := make([]string, 0, len(files))
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f, ".yaml"))
	}
	slices.SortFunc(names, func(a, b string) int {
		if (a == DefaultName) != (b == DefaultName) {
			if a == DefaultName {
				return -1
			}
			return 1
		}
		return cmp.Compare(a, b)
	})
	return names
}

// mustBuiltin reads a built-in scenario, whose faults are ours.
func (r *Registry) mustBuiltin(name string) *document {
	text, err := fs.ReadFile(r.builtin, name+".yaml")
	if err != nil {
		panic(fmt.Sprintf("scenarios: internal error: %v", err))
	}
	d, problems := r.read(Place{Origin: FromScenario, Name: name}, text)
	if len(problems) > 0 {
		panic(fmt.Sprintf("scenarios: internal error: built-in scenario\n%v", problems))
	}
	return d
}
