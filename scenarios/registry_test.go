package scenarios

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Faults of the parameter files themselves: each is found, and all at once.
func TestRegistryFaults(t *testing.T) {
	const rest = ", title: c, meaning: m, source: s, mark: sourced}\n"
	for entry, want := range map[string]string{
		"{path: toy.x, type: number, default: 1" + rest:                                                       `unknown type "number"`,
		"{path: other.x, type: int, default: 1" + rest:                                                        "the path must be toy.",
		"{path: toy.X, type: int, default: 1" + rest:                                                          "lower snake case",
		"{path: toy.x, type: int" + rest:                                                                      "no default",
		"{path: toy.x, type: int, default: 1.5" + rest:                                                        "it has a fraction",
		"{path: toy.x, type: int, default: 1, min: 2" + rest:                                                  "toy.x = 1: want a whole number at least 2",
		"{path: toy.x, type: int, default: 1, try: [1]" + rest:                                                "try needs the lowest and the highest",
		"{path: toy.x, type: int, default: 1, try: [2, 1]" + rest:                                             "from low to high",
		"{path: toy.x, type: list of int, default: [1], try: [[2], [2]]" + rest:                               "one list twice",
		"{path: toy.x, type: list of int, default: [1], try: [1, [2]]" + rest:                                 "or two lists",
		"{path: toy.x, type: list of share, default: [1], sum: 1, try: [[0.5], [1]]" + rest:                   "must add up to 1, not 0.5",
		"{path: toy.x, type: share, default: 1, try: [0, 2]" + rest:                                           "try: toy.x = 2",
		"{path: toy.x, type: bool, default: true, min: 1" + rest:                                              "bounds and a range to try belong to",
		"{path: toy.x, type: choice, default: a" + rest:                                                       "a choice needs them",
		"{path: toy.x, type: choice, default: a, choices: [b]" + rest:                                         "want one of b",
		"{path: toy.x, type: int, default: 1, choices: [b]" + rest:                                            "choices belong to a choice",
		"{path: toy.x, type: list of int, default: 1" + rest:                                                  "want a list",
		"{path: toy.x, type: list of share, default: [0.5], sum: 1" + rest:                                    "must add up to 1, not 0.5",
		"{path: toy.x, type: list of int, default: [1], pairs_with: toy.y" + rest:                             "which is no list",
		"{path: toy.x, type: int, default: 1, title: c, meaning: m, source: s, mark: known}":                  `not "known"`,
		"{path: toy.x, type: int, default: 1, title: c, meaning: m, mark: sourced}":                           "title, meaning and source",
		"{path: toy.x, type: int, default: 1, defualt: 2" + rest:                                              "field defualt not found",
		"{path: toy.x.y, type: int, default: 1" + rest + "  - {path: toy.x, type: int, default: 1" + rest:     "toy.x is also a group",
		"{path: toy.x, type: int, default: 1" + rest + "  - {path: toy.x, type: int, default: 1" + rest:       "defined twice",
		"{path: toy.a_b, type: int, default: 1" + rest + "  - {path: toy.a.b, type: int, default: 1" + rest:   "cannot be told apart",
		"{path: toy.ab_c, type: int, default: 1" + rest + "  - {path: toy.a_bc, type: int, default: 1" + rest: "cannot be told apart",
	} {
		files := fstest.MapFS{"p/toy.yaml": {Data: []byte("area: toy\nparameters:\n  - " + entry)}}
		_, err := NewRegistry(files, "p", fstest.MapFS{}, "b")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s got %v, want %q", entry, err, want)
		}
	}
	two := "{path: toy.x, type: nothing}\n  - {path: toy.y, type: nothing}"
	_, err := NewRegistry(fstest.MapFS{"p/toy.yaml": {Data: []byte("area: toy\nparameters:\n  - " + two)}}, "p", fstest.MapFS{}, "b")
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("want two faults, got %v", err)
	}
}

// A sensitivity study that leaves out the default could not be compared with the headline run.
func TestRangeToTryHoldsDefault(t *testing.T) {
	tried := 0
	for _, p := range Standard().Parameters() {
		if p.Try == nil || p.Kind.List {
			continue
		}
		tried++
		if compare(p.Try[0], p.Default) > 0 || compare(p.Try[1], p.Default) < 0 {
			t.Errorf("%s: the default %s is outside the range to try", p.Path, formatValue(p.Default))
		}
	}
	if tried < 10 {
		t.Errorf("only %d parameters have a range to try", tried)
	}
}

// Whatever is assumed and can be varied has a range to try: every number, every list of numbers, every calendar.
// Choices and switches have their other values for that. evaluation.epochs is where to look and no assumption.
func TestAssumptionsHaveARange(t *testing.T) {
	checked := 0
	for _, p := range Standard().Parameters() {
		varied := slices.Contains([]string{"int", "days", "float", "share", "won"}, p.Kind.Name) || p.Path == "sharing.bulk_days"
		if p.Mark != Assumed || !varied {
			continue
		}
		checked++
		if p.Try == nil {
			t.Errorf("%s is assumed and has no range to try", p.Path)
		}
	}
	if checked < 90 {
		t.Errorf("only %d assumptions found", checked)
	}
}

// Where a published figure is claimed, somebody must be able to find it.
func TestSourcesSayMoreThanTheMark(t *testing.T) {
	for _, p := range Standard().Parameters() {
		if p.Mark == Sourced && !strings.ContainsAny(p.Source, "0123456789") {
			t.Errorf("%s: the source %q has no year", p.Path, p.Source)
		}
	}
}

func TestParameterLookup(t *testing.T) {
	p, ok := toys(t).Parameter("toy.begin")
	if !ok || p.Variable() != "OVERSHARE_TOY_BEGIN" || p.Kind.String() != "date" {
		t.Errorf("%+v %v", p, ok)
	}
	if _, ok := toys(t).Parameter("toy.nothing"); ok {
		t.Error("found what is not there")
	}
	if l, _ := toys(t).Parameter("toy.words"); l.Kind.String() != "list of text" {
		t.Errorf("kind %v", l.Kind)
	}
}
