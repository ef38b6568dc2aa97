package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"overshare/scenarios"
	scenariorun "overshare/scenarios/run"
	scenariostudy "overshare/scenarios/study"
	"overshare/sim/record"
)

// few is how many people live through a scenario at the ends of its parameters.
const few = 600

// An end is the lowest or highest value of a parameter, as text.
type end struct{ path, value string }

// ends returns both ends of every parameter that has an order, and every choice of those that have choices. A list
// has its end in every place. Sizes alone are left out: they make the work long and change nothing else.
func ends() (all []end) {
	for _, p := range scenarios.Standard().Parameters() {
		if p.Path == pathUsers || p.Path == pathRepeat {
			continue
		}
		n := 1
		if list, ok := p.Default.([]any); ok {
			n = max(len(list), 1)
		}
		for _, v := range endsOf(&p) {
			if p.Kind.List {
				v = "[" + strings.Repeat(v+", ", n-1) + v + "]"
			}
			all = append(all, end{p.Path, v})
		}
	}
	return all
}

func endsOf(p *scenarios.Parameter) (values []string) {
	low, lowOpen, hasLow := p.Min()
	high, highOpen, hasHigh := p.Max()
	switch {
	case p.Kind.Name == "date" && !hasLow && !hasHigh:
		return []string{"1900-01-01", "2100-01-01"}
	case p.Kind.Name == "bool":
		return []string{"false", "true"}
	case p.Kind.Name == "choice":
		return p.Choices
	}
	if hasLow {
		values = append(values, inside(low, lowOpen, math.Inf(1)))
	}
	if hasHigh {
		values = append(values, inside(high, highOpen, math.Inf(-1)))
	}
	return values
}

// inside writes a bound, or the number next to it where the bound itself is out of range.
func inside(v any, open bool, towards float64) string {
	switch v := v.(type) {
	case float64:
		if open {
			v = math.Nextafter(v, towards)
		}
		return fmt.Sprintf("%g", v)
	case record.Day:
		return v.String()
	}
	if open {
		panic("open bounds of whole numbers are not used")
	}
	return fmt.Sprint(v)
}

// tryOut loads a scenario as every command does and, if that is allowed, lives through it with few people. It
// returns what is wrong: a refusal that is no usage error or does not say where the value came from, or a
// world that was allowed and fails.
func tryOut(set ...end) (allowed bool, err error) {
	overrides := []scenarios.Override{scenarios.Flag("--users", pathUsers, fmt.Sprint(few))}
	for _, e := range set {
		overrides = append(overrides, scenarios.Set(e.path+"="+e.value))
	}
	s, err := loadWith("", overrides)
	if err != nil {
		var usage *usageError
		if text := err.Error(); !errors.As(err, &usage) || !strings.HasPrefix(text, "--set: ") || len(text) > 4000 {
			return false, fmt.Errorf("refused with %.2000v", err)
		}
		return false, nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("allowed, and panics: %v", r)
		}
	}()
	if _, err := scenariorun.Execute(context.Background(), s, scenariostudy.Options{Workers: 1}); err != nil {
		return true, fmt.Errorf("allowed, and fails: %w", err)
	}
	return true, nil
}

// Every end of every parameter is either refused when the scenario is loaded, as a mistake of the user's, or can
// be lived through.
func TestParameterEnds(t *testing.T) {
	allowed, all := 0, ends()
	for _, e := range all {
		ok, err := tryOut(e)
		if err != nil {
			t.Errorf("%s=%s: %v", e.path, e.value, err)
		}
		if ok {
			allowed++
		}
	}
	if len(all) < 200 || allowed < len(all)*3/4 {
		t.Errorf("%d of %d ends allowed", allowed, len(all))
	}
}

// What a rule says is for people: no endless numbers, no negative crowds, and the parameter to blame.
func TestRefusalsAreReadable(t *testing.T) {
	for _, c := range []struct{ set, want, not string }{
		{"overseas.users=1e-300", "overseas.users", "00000000"},
		{"population.live_limit=-1000000", "population.live_limit", "minus"},
		{"population.growth_to=2018-01-01", "must follow each other in time", ""},
		{"platform.share_end=1", "", ""},
		{"evaluation.test_days=3650", "at most 1000 can be simulated", ""},
	} {
		code, stdout, stderr := runWith("scenarios", "check", "--set", c.set)
		refused := code == exitUsage && stdout == "" && strings.HasPrefix(stderr, "overshare: error: --set: ")
		if c.want != "" && (!refused || !strings.Contains(stderr, c.want)) || c.not != "" && strings.Contains(stderr, c.not) {
			t.Errorf("%s: code %d, stdout %q, stderr %q", c.set, code, stdout, stderr)
		}
		again, _, _ := runWith("run", "--users", fmt.Sprint(few), "--out", t.TempDir()+"/run", "--quiet", "--set", c.set)
		if again != code {
			t.Errorf("%s: check exits %d, run %d", c.set, code, again)
		}
	}
}
