package scenarios

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"overshare/sim/sharing/regime"
)

// envPrefix begins the name of every environment variable that sets a parameter.
const envPrefix = "OVERSHARE_"

// An Override is a value given on the command line.
type Override struct {
	flag string // as the user knows it
	path string
	text string
	set  bool // text is path=value
}

// Set is an override of the form path=value, as given to --set.
func Set(assignment string) Override { return Override{flag: "--set", text: assignment, set: true} }

// Flag is an override by a flag of its own, such as Flag("--users", "run.users", "1e6").
func Flag(flag, path, text string) Override { return Override{flag: flag, path: path, text: text} }

// Load resolves a scenario: the empty name stands for [DefaultName], a name with a slash or ending in
// .yaml or .yml for a file, any other for a built-in scenario or else a file of that name. Of two
// overrides of one parameter the later counts.
//
// The error is of type [Problems] and holds every mistake in the file, the environment and the overrides.
func (r *Registry) Load(nameOrFile string, overrides ...Override) (*Scenario, error) {
	d, problems := r.find(nameOrFile)
	return r.load(d, problems, os.Environ(), overrides)
}

// Parse resolves the text of a scenario file, as [Registry.Load] does what it finds on the disk. name stands for
// the file in messages; environment holds lines of the form NAME=value and may be nil. It reads nothing of the
// process: neither files nor the working directory nor its variables.
func (r *Registry) Parse(name string, text []byte, environment []string, overrides ...Override) (*Scenario, error) {
	if len(text) > maxBytes {
		return nil, Problems{tooLong(name)}
	}
	d, problems := r.read(Place{Origin: FromFile, Name: name}, text)
	return r.load(d, problems, environment, overrides)
}

// load resolves a document that was read with the given problems; nil could not be read.
func (r *Registry) load(d *document, problems Problems, variables []string, overrides []Override) (*Scenario, error) {
	chain := r.chain(d, &problems)
	flags := r.readOverrides(overrides, &problems)
	environment := r.readEnvironment(variables, &problems)
	if len(chain) == 0 || problems.full() {
		return nil, problems.err()
	}
	s := r.resolve(chain, environment, flags)
	s.book, s.defined = readBook(chain, &problems), definitions(chain)
	skip := map[string]bool{}
	for _, d := range chain {
		maps.Copy(skip, d.bad)
	}
	for _, p := range problems {
		skip[p.Path] = true
	}
	s.Warnings = s.checkRules(skip, &problems)
	s.checkRegimes(skip, &problems)
	if err := problems.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// chain returns a scenario after its bases, the base of all first.
func (r *Registry) chain(d *document, problems *Problems) []*document {
	if d == nil {
		return nil
	}
	chain := []*document{d}
	seen := map[string]bool{}
	if d.place.Origin == FromScenario {
		seen[d.name] = true
	}
	for d.head["base"] != "" {
		name := d.head["base"]
		if !slices.Contains(r.builtinNames(), name) || seen[name] {
			problems.add(r.badBase(d, name, seen[name]))
			break
		}
		seen[name] = true
		d = r.mustBuiltin(name)
		chain = append(chain, d)
	}
	slices.Reverse(chain)
	return chain
}

func (r *Registry) badBase(d *document, name string, circle bool) Problem {
	p := Problem{Place: d.baseAt, Path: "base", Value: name,
		Message: "want a built-in scenario: " + strings.Join(r.builtinNames(), ", "),
		Hint:    didYouMean(name, r.builtinNames())}
	if circle {
		p.Message, p.Hint = "a scenario cannot be its own base", ""
	}
	return p
}

// find reads the scenario that a user names.
func (r *Registry) find(nameOrFile string) (*document, Problems) {
	if nameOrFile == "" {
		nameOrFile = DefaultName
	}
	names := r.builtinNames()
	if slices.Contains(names, nameOrFile) {
		return r.mustBuiltin(nameOrFile), nil
	}
	if !looksLikeFile(nameOrFile) {
		return nil, Problems{{Place: Place{Origin: FromFlag}, Path: "scenario", Value: nameOrFile,
			Message: "want a YAML file or one of " + strings.Join(names, ", "),
			Hint:    didYouMean(nameOrFile, names)}}
	}
	text, problem := readFile(nameOrFile)
	if problem != nil {
		return nil, Problems{*problem}
	}
	return r.read(Place{Origin: FromFile, Name: nameOrFile}, text)
}

// looksLikeFile tells a file from a misspelt built-in name.
func looksLikeFile(name string) bool {
	if strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

// readOverrides reads the values given on the command line.
func (r *Registry) readOverrides(overrides []Override, problems *Problems) map[string]setting {
	values := map[string]setting{}
	for _, o := range overrides {
		place := Place{Origin: FromFlag, Name: o.flag}
		path, text := o.path, o.text
		if o.set {
			var ok bool
			if path, text, ok = strings.Cut(o.text, "="); !ok {
				problems.add(Problem{Place: place, Path: o.text, Message: "want path=value, such as run.users=1e6"})
				continue
			}
			path = strings.TrimSpace(path)
		}
		r.readOne(place, path, text, values, problems)
	}
	return values
}

// readOne reads the text of one value into values.
func (r *Registry) readOne(place Place, path, text string, values map[string]setting, problems *Problems) {
	i, ok := r.index[path]
	if !ok {
		problem := Problem{Place: place, Path: path, Message: r.unknown(path), Hint: didYouMean(path, r.names)}
		if r.groups[path] {
			problem.Message, problem.Hint = "is a group of parameters", "its keys are "+r.children(path)
		}
		if notParameters[path] != "" {
			problem.Hint = ""
		}
		problems.add(problem)
		return
	}
	v, problem := r.parameters[i].readText(text)
	if problem != nil {
		problem.Place = place
		problems.add(*problem)
		return
	}
	values[path] = setting{v, place}
}

// readEnvironment reads the variables of all parameters. An empty variable counts as absent. A variable
// that begins like those of an area, or nearly is one of ours, and yet is none is a problem: it would be
// ignored in silence.
func (r *Registry) readEnvironment(variables []string, problems *Problems) map[string]setting {
	values := map[string]setting{}
	for _, line := range slices.Sorted(slices.Values(variables)) {
		name, text, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, envPrefix) || text == "" {
			continue
		}
		place := Place{Origin: FromEnvironment, Name: name}
		if i := slices.Index(r.variables, name); i >= 0 {
			r.readOne(place, r.parameters[i].Path, text, values, problems)
			continue
		}
		r.strangeVariable(place, problems)
	}
	return values
}

func (r *Registry) strangeVariable(place Place, problems *Problems) {
	near := ""
	for _, n := range r.variables {
		if length := len(n) - len(place.Name); length >= -2 && length <= 2 && editDistance(place.Name, n) <= 2 {
			near = n
			break
		}
	}
	area, _, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(place.Name, envPrefix)), "_")
	if near == "" && !r.groups[area] {
		return // a variable of a command, or somebody else's
	}
	hint := ""
	if near != "" {
		hint = "did you mean " + near + "?"
	}
	problems.add(Problem{Place: place, Message: "the variable names no parameter", Hint: hint})
}

// keyDelimiter stands in no path, so that viper takes a path as one key.
const keyDelimiter = "::"

// layers returns a viper instance that knows defaults, the chain of files, environment and flags, and decides
// which of them counts. A value is a [setting]: what it is, of its final type, and who set it, so that both are
// decided at once and viper converts nothing. The environment comes in as the last of the files, for viper
// itself would read that of the process, as text.
func (r *Registry) layers(chain []*document, environment, flags map[string]setting) *viper.Viper {
	v := viper.NewWithOptions(viper.KeyDelimiter(keyDelimiter))
	for i := range r.parameters {
		p := &r.parameters[i]
		v.SetDefault(p.Path, setting{p.Default, Place{Origin: FromDefault, Name: "default"}})
	}
	merge := func(settings map[string]setting) {
		values := map[string]any{}
		for path, s := range settings {
			values[path] = s
		}
		if err := v.MergeConfigMap(values); err != nil {
			panic(fmt.Sprintf("scenarios: internal error: %v", err))
		}
	}
	for _, d := range chain {
		merge(d.settings)
	}
	merge(environment)
	for path, s := range flags {
		v.Set(path, s)
	}
	return v
}

// resolve decides every parameter's value and says who set it.
func (r *Registry) resolve(chain []*document, environment, flags map[string]setting) *Scenario {
	last := chain[len(chain)-1]
	s := &Scenario{Info: last.info(), registry: r, book: regime.Builtin(), settings: last.settings,
		values: map[string]any{}, places: map[string]Place{}, base: map[string]any{}}
	all, base := r.layers(chain, environment, flags), r.layers(chain[:len(chain)-1], nil, nil)
	for i := range r.parameters {
		path := r.parameters[i].Path
		set := all.Get(path).(setting)
		s.values[path], s.places[path] = set.value, set.place
		s.base[path] = base.Get(path).(setting).value
	}
	return s
}
