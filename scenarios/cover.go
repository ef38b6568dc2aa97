package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Target is a struct that takes the parameters below a prefix (see [Scenario.Decode]).
type Target struct {
	Prefix string
	Into   any // pointer to the struct
}

// DecodeAll fills all targets. Every parameter of the registry must end up in exactly one of them: a
// parameter that nothing reads would be a promise that the program does not keep, and one that two
// places read could come to mean two things.
func (s *Scenario) DecodeAll(targets ...Target) error {
	var faults []error
	for _, t := range targets {
		if err := s.Decode(t.Prefix, t.Into); err != nil {
			faults = append(faults, err)
		}
	}
	for _, path := range s.registry.paths() {
		var takers []string
		for _, t := range targets {
			if t.Prefix == "" || strings.HasPrefix(path, t.Prefix+".") {
				takers = append(takers, fmt.Sprintf("%q", t.Prefix))
			}
		}
		switch slices.Sort(takers); len(takers) {
		case 0:
			faults = append(faults, fmt.Errorf("scenarios: no struct takes parameter %s", path))
		case 1:
		default:
			faults = append(faults, fmt.Errorf("scenarios: parameter %s is taken by %s", path, strings.Join(takers, " and ")))
		}
	}
	return errors.Join(faults...)
}
