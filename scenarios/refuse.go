package scenarios

import (
	"errors"
	"strings"
)

// Refuse turns what the makers of a world say against a scenario into a mistake of the user's, as [Load] reports
// it. Their errors begin with the area of the parameters that contradict each other ("population: ..."); blamed
// is the first parameter that the user set of those that the error names, or else of the area, or else of all.
func (s *Scenario) Refuse(err error) error {
	if err == nil {
		return nil
	}
	if already := Problems(nil); errors.As(err, &already) {
		return err
	}
	area, message, found := strings.Cut(err.Error(), ": ")
	if !found || !s.registry.groups[area] {
		area, message = "", err.Error()
	}
	suspects := s.suspects(area, message)
	path := suspects[0]
	for _, p := range suspects {
		if o := s.places[p].Origin; o != FromDefault && o != FromScenario {
			path = p
			break
		}
	}
	return Problems{{Place: s.places[path], Path: path, Value: formatValue(s.values[path]), Message: message}}
}

// suspects returns the parameters to blame, the likeliest first.
func (s *Scenario) suspects(area, message string) []string {
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(message, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == ':' }) {
		words[w] = true
	}
	var named, near, far []string
	for _, path := range s.registry.names[:len(s.registry.parameters)] {
		name, inside := strings.CutPrefix(path, area+".")
		switch {
		case inside && words[name]:
			named = append(named, path)
		case inside:
			near = append(near, path)
		default:
			far = append(far, path)
		}
	}
	return append(append(named, near...), far...)
}
