package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"overshare/sim/sharing/regime"
)

// pathRegimes is the parameter whose items are names of regimes.
const pathRegimes = "sharing.regimes"

// Regimes returns the regimes that the scenario may name: the built-in ones, and those that its files define.
func (s *Scenario) Regimes() *regime.Book { return s.book }

// readBook reads the regimes that a chain of files defines; what a file defines the files built on it know.
func readBook(chain []*document, problems *Problems) *regime.Book {
	book := regime.Builtin()
	for _, d := range chain {
		if d.regimes == nil {
			continue
		}
		var faults []regime.Fault
		book, faults = book.With(d.regimes, "regimes")
		for _, f := range faults {
			place := d.place
			place.Line, place.Column = f.Line, f.Column
			problems.add(Problem{Place: place, Path: f.Path, Value: f.Value, Message: f.Message})
		}
	}
	return book
}

// checkRegimes finds the regimes named that do not exist, or that do not fit the period of daily sends.
func (s *Scenario) checkRegimes(skip map[string]bool, problems *Problems) {
	needs := []string{pathRegimes, "sharing.daily_from", "sharing.daily_to"}
	if !s.applies(needs, skip) || len(*problems) > 0 {
		return
	}
	days := int(s.day("sharing.daily_to")-s.day("sharing.daily_from")) + 1
	for _, v := range s.values[pathRegimes].([]any) {
		name := v.(string)
		r, fault := s.book.Lookup(name)
		if fault != nil {
			hint := didYouMean(name, s.book.Names())
			if !strings.HasPrefix(fault.Message, "want one of") { // the family is right, its parameter is not
				hint = ""
			}
			problems.add(Problem{Place: s.places[pathRegimes], Path: pathRegimes, Value: name, Message: fault.Message, Hint: hint})
			continue
		}
		for _, f := range r.Flows {
			if f.When.Every > max(days, 1) {
				problems.add(s.blame(needs, fmt.Sprintf("%s sends every %d nights, which is longer than the daily sends, %d nights; shorten the cadence", name, f.When.Every, days)))
			}
		}
	}
}

// splitRegimes splits a list of names at its commas, but not those within a name such as only:a,b: what
// follows only: belongs to it as long as it is no regime itself.
func splitRegimes(parts []string) (names []string) {
	for _, part := range parts {
		if n := len(names); n > 0 && strings.HasPrefix(names[n-1], "only:") {
			if _, fault := regime.Builtin().Lookup("only:" + part); fault == nil {
				names[n-1] += "," + part
				continue
			}
		}
		names = append(names, part)
	}
	return names
}

// canonicalRegimes returns the regimes in use that no book of ours has, one a line, so that two scenarios of
// one text are the same.
func (s *Scenario) canonicalRegimes() string {
	var b strings.Builder
	names, _ := s.values[pathRegimes].([]any)
	for _, v := range names {
		name := v.(string)
		if _, fault := regime.Builtin().Lookup(name); fault == nil {
			continue
		}
		r, fault := s.book.Lookup(name)
		if fault != nil {
			continue
		}
		text, err := json.Marshal(r)
		if err != nil {
			panic(fmt.Sprintf("scenarios: internal error: %v", err))
		}
		fmt.Fprintf(&b, "regimes.%s: %s\n", name, text)
	}
	return b.String()
}

// regimesText returns the part of a scenario file that defines regimes, of all files of the chain.
func (s *Scenario) regimesText() string {
	if len(s.defined) == 0 {
		return ""
	}
	all := &yaml.Node{Kind: yaml.MappingNode}
	for _, n := range s.defined {
		all.Content = append(all.Content, n.Content...)
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	root := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "regimes"}, all}}
	if err := e.Encode(root); err != nil {
		panic(fmt.Sprintf("scenarios: internal error: %v", err))
	}
	return b.String()
}

// definitions returns the mappings of a chain that define regimes.
func definitions(chain []*document) (list []*yaml.Node) {
	for _, d := range chain {
		if d.regimes != nil && d.regimes.Kind == yaml.MappingNode {
			list = append(list, d.regimes)
		}
	}
	return list
}

// regimeSchema describes the definition of a regime for editors; what contradicts itself is found by Load.
func regimeSchema() object {
	names := object{"type": "array", "minItems": 1, "items": object{"type": "string"}}
	percent := object{"type": "number", "minimum": 0, "maximum": 100}
	word := func(words ...string) object { return object{"enum": words} }
	flow := object{"type": "object", "additionalProperties": false, "properties": object{
		"who": object{"type": "object", "additionalProperties": false, "properties": object{
			"scope": word("any", "in", "out"), "in_share": percent, "others_share": percent, "consent": object{},
			"ages": names, "sexes": names, "regions": names}},
		"when": names, "items": names, "how": object{"type": []string{"string", "object"}},
		"backfill_nights": object{"type": "integer", "minimum": 0, "maximum": 28},
		"weeks":           object{"type": "integer", "minimum": 1, "maximum": 5},
		"retention_days":  object{"type": "integer", "minimum": 1, "maximum": 36500},
		"keep":            object{}, "consent_asked": word("none", "mandatory", "optional"),
	}}
	return object{"type": "object", "description": "sharing regimes by name, to be named in sharing.regimes", "additionalProperties": object{
		"type": "object", "additionalProperties": false, "properties": object{
			"text": object{"type": "string"}, "like": object{"type": "string"}, "change": flow,
			"flows":    object{"type": "array", "items": flow},
			"overseas": word("necessary", "everything", "consenting", "nothing")}}}
}
