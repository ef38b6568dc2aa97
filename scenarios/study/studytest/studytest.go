// Package studytest helps to test further studies: it carries a small scenario as far as they begin.
package studytest

import (
	"context"
	"testing"

	"overshare/scenarios"
	"overshare/scenarios/study"
)

// Inquire runs a scenario, with parameters set as path=value, up to its further studies.
func Inquire(t testing.TB, scenario string, workers int, set ...string) *study.Inquiry {
	t.Helper()
	var over []scenarios.Override
	for _, s := range set {
		over = append(over, scenarios.Set(s))
	}
	s, err := scenarios.Load(scenario, over...)
	if err != nil {
		t.Fatal(err)
	}
	q, err := study.Inquire(context.Background(), s, study.Options{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return q
}
