package run_test

import (
	"reflect"
	"strings"
	"testing"

	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/sim/ledger"
	"overshare/sim/sharing"
)

// Every parameter of the registry has exactly one struct field, and every field of the structs that take
// parameters has one parameter.
func TestEveryParameterHasAPlace(t *testing.T) {
	places := map[string]int{}
	for prefix, into := range study.Targets(&study.Plan{}, &ledger.Config{}, &sharing.Config{}) {
		v := reflect.TypeOf(into).Elem()
		for i := range v.NumField() {
			if f := v.Field(i); f.IsExported() {
				places[prefix+"."+strings.ToLower(f.Name)]++
			}
		}
	}
	for _, p := range scenarios.Standard().Parameters() {
		key := strings.ReplaceAll(p.Path, "_", "")
		if places[key] != 1 {
			t.Errorf("parameter %s has %d places", p.Path, places[key])
		}
		delete(places, key)
	}
	for key := range places {
		t.Errorf("field %s has no parameter", key)
	}
}

// Decoding fills every field: the defaults of a loaded scenario arrive with the values that it shows.
func TestParametersArrive(t *testing.T) {
	p := plan(t, "kakaopay-2024", 1234, "bills.retry_days=[9, 3]", "platform.launch=2019-08-01",
		"wallet.balance_cap=1500000", "sharing.regimes=[none, sample-5]", "evaluation.margin_auc=0.01")
	c := p.World.Config
	switch {
	case p.Run.Users != 1234 || p.Run.Seed != 2024 || c.Seed != 2024:
		t.Errorf("run %+v, seed of the world %d", p.Run, c.Seed)
	case c.People.Platform.Launch.String() != "2019-08-01" || c.Wallet.BalanceCap != 1_500_000:
		t.Errorf("launch %v, cap %d", c.People.Platform.Launch, c.Wallet.BalanceCap)
	case !reflect.DeepEqual(c.Bills.RetryDays, []int{3, 9}):
		t.Errorf("retry days %v, want them in order", c.Bills.RetryDays)
	case len(p.Border.Regimes) != 2 || p.Border.Regimes[1].Flows[0].Who.Others != 0.05 || p.Evaluation.MarginAUC != 0.01:
		t.Errorf("regimes %+v, margin %v", p.Border.Regimes, p.Evaluation.MarginAUC)
	}
}
