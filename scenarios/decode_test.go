package scenarios

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/sim/record"
)

// toyConfig is what a package of the simulation would own: plain fields, no tags.
type toyConfig struct {
	Count    int
	Ratio    float64
	Part     float64
	Price    record.Won
	Wait     uint16
	Begin    record.Day
	On       bool
	Label    string
	Colour   colour
	Deep     deepConfig
	Prices   []record.Won
	Weights  [2]float64
	Holidays []record.Day
	Words    []string
	Counts   []int
}

type colour string

// deepConfig takes a group within the group.
type deepConfig struct {
	Er  struct{ Value int64 }
	Mix []float64
}

func TestDecode(t *testing.T) {
	s := mustLoadFrom(t, toys(t), "on-top", Set("toy.colour=dark-blue"), Set("toy.holidays=2024-02-29,2024-12-25"))
	var deep deepConfig
	if err := s.Decode("toy.deep", &deep); err != nil {
		t.Fatal(err)
	}
	want := deepConfig{Mix: []float64{0.5, 0.3, 0.2}}
	want.Er.Value = 1
	if diff := cmp.Diff(want, deep); diff != "" {
		t.Error(diff)
	}
	var all struct{ Toy toyConfig }
	before := []record.Day{1, 2, 3, 4}
	all.Toy.Holidays = before // must neither shine through nor be written to
	if err := s.Decode("", &all); err != nil {
		t.Fatal(err)
	}
	toy := all.Toy
	if toy.Count != 4 || toy.Wait != 8 || toy.Colour != "dark-blue" || toy.Begin != record.DayOf(2020, 2, 29) ||
		toy.Price != 1000 || !toy.On || toy.Weights != [2]float64{0.5, 0.3} {
		t.Errorf("decoded %+v", toy)
	}
	days := []record.Day{record.DayOf(2024, 2, 29), record.DayOf(2024, 12, 25)}
	if diff := cmp.Diff(days, toy.Holidays); diff != "" {
		t.Error(diff)
	}
	if before[0] != 1 {
		t.Error("Decode wrote into a slice that somebody else may hold")
	}
}

// Each field type that would lose something is refused, and so is a field or parameter too many.
func TestDecodeRefuses(t *testing.T) {
	s := mustLoadFrom(t, toys(t), "", Set("toy.price=70000"), Set("toy.count=-3"), Set("toy.deep.er.value=300"))
	for name, c := range map[string]struct {
		prefix string
		into   any
		says   string
	}{
		"number too large":       {"toy.deep.er", &struct{ Value int8 }{}, "300 of type int64"},
		"whole into float":       {"toy.deep.er", &struct{ Value float64 }{}, "int64"},
		"whole into money":       {"toy.deep.er", &struct{ Value record.Won }{}, "record.Won"},
		"whole into date":        {"toy.deep.er", &struct{ Value record.Day }{}, "record.Day"},
		"whole into text":        {"toy.deep.er", &struct{ Value string }{}, "string"},
		"field too many":         {"toy.deep.er", &struct{ Value, Other int }{}, "Other"},
		"parameter too many":     {"toy.deep.er", &struct{}{}, "value"},
		"list into short array":  {"toy.deep", &struct{ Er, Mix [2]float64 }{}, "[2]float64"},
		"list into long array":   {"toy.deep", &struct{ Mix [4]float64 }{}, "[4]float64"},
		"list into scalar":       {"toy.deep", &struct{ Mix float64 }{}, "[]interface"},
		"fractions into integer": {"toy.deep", &struct{ Mix []int }{}, "float64"},
		"no such group":          {"nothing", &struct{}{}, "no parameter below"},
		"group in all of it":     {"toy", &struct{ Price int64 }{}, "record.Won"},
		"below zero":             {"toy", &struct{ Count uint }{}, "-3"},
		"truth into number":      {"toy", &struct{ On int }{}, "bool"},
		"text into truth":        {"toy", &struct{ Label bool }{}, "string"},
		"date into number":       {"toy", &struct{ Begin int32 }{}, "record.Day"},
		"no pointer":             {"toy", toyConfig{}, "pointer"},
	} {
		if err := s.Decode(c.prefix, c.into); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want it to name %s", name, err, c.says)
		}
	}
}
