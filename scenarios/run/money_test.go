package run_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"overshare/scenarios/study"
)

// Further countries change nothing of the first; the second is the country of its seed; the number of
// workers changes nothing.
func TestReplicatesAreWholeCountries(t *testing.T) {
	const users = 20_000
	one := files(t, execute(t, load(t, "kakaopay-2024", users, "evaluation.training_draws=4"), 1))
	three := execute(t, load(t, "kakaopay-2024", users, "evaluation.training_draws=4", "evaluation.replicates=3"), 2)
	got := files(t, three)
	for name := range one {
		if name != "sentence" && got[name] != one[name] {
			t.Errorf("table %s is another one with three countries", name)
		}
	}
	first, _, _ := strings.Cut(one["sentence"], "\n")
	if !strings.HasPrefix(got["sentence"], first) || !strings.Contains(got["sentence"], "Over 3 countries") {
		t.Errorf("sentence %q", got["sentence"])
	}
	if again := files(t, execute(t, load(t, "kakaopay-2024", users, "evaluation.training_draws=4", "evaluation.replicates=3"), 7)); again["replicates"] != got["replicates"] {
		t.Error("seven workers give another replicates.csv")
	}
	sum := 0.0
	for k := range 3 {
		out := execute(t, load(t, "kakaopay-2024", users, "evaluation.training_draws=4", fmt.Sprintf("run.seed=%d", study.CountrySeed(2024, k))), 2)
		sum += number(t, table(t, out, "detection").Get(0, "value"))
	}
	r := table(t, three, "replicates")
	if r.Get(0, "metric").String() != "auc" || math.Abs(number(t, r.Get(0, "mean"))-sum/3) > 1e-12 {
		t.Errorf("mean %s of %s, want that of the three countries, %g", r.Get(0, "mean"), r.Get(0, "metric"), sum/3)
	}
	for i := range r.Len() {
		if n := number(t, r.Get(i, "replicates")); n < 3 && !strings.Contains(r.Get(i, "warnings").String(), "undefined in") {
			t.Errorf("row %d is defined in %g countries and does not say so", i, n)
		}
	}
}

// What the platform gains does not depend on who else is compared, and under no sharing it gains what it
// gains without a score.
func TestMoneyUnderNoSharing(t *testing.T) {
	out := execute(t, load(t, "kakaopay-2024", 40_000, "sharing.regimes=[in-scope, none]", "processor.platform_history=false"), 2)
	alone := execute(t, load(t, "kakaopay-2024", 40_000, "sharing.regimes=[none, in-scope]", "processor.platform_history=false"), 2)
	e, other := table(t, out, "economics"), table(t, alone, "economics")
	for _, name := range []string{"threshold", "bundled_share", "net_benefit_won", "ci_low", "country_won", "over_blind_won", "known_outcome_won"} {
		if e.Get(0, name) != other.Get(1, name) {
			t.Errorf("%s of in-scope is %s with none behind it, %s with none before it", name, e.Get(0, name), other.Get(1, name))
		}
	}
	share := number(t, e.Get(1, "bundled_share"))
	if share != 0 && share != 1 {
		t.Errorf("without sharing %g of the bills are bundled: the score is not the same for all", share)
	}
	want := share * number(t, e.Get(1, "bundle_all_won"))
	if got := number(t, e.Get(1, "net_benefit_won")); got != want {
		t.Errorf("net benefit without sharing %g, want %g", got, want)
	}
	if f := table(t, out, "frontier"); f.Get(0, "net_benefit_won") != e.Get(0, "net_benefit_won") {
		t.Errorf("frontier has %s, economics %s", f.Get(0, "net_benefit_won"), e.Get(0, "net_benefit_won"))
	}
}

// The country's money does not depend on how many of its people are simulated, beyond chance: the yearly
// number of bills of 40,000 and of 160,000 people agrees to 7 %, five standard errors: some 3,900 and 15,600 people
// buy, the first among the second, with a coefficient of variation of about 1.
func TestCountryScale(t *testing.T) {
	small := table(t, execute(t, load(t, "kakaopay-2024", 40_000, "evaluation.training_draws=0"), 2), "economics")
	large := table(t, execute(t, load(t, "kakaopay-2024", 160_000, "evaluation.training_draws=0"), 2), "economics")
	bills := func(r interface{ Float() (float64, bool) }, per interface{ Float() (float64, bool) }) float64 {
		a, _ := r.Float()
		b, _ := per.Float()
		return a / b
	}
	a, b := bills(small.Get(0, "country_won"), small.Get(0, "net_benefit_won")), bills(large.Get(0, "country_won"), large.Get(0, "net_benefit_won"))
	if math.Abs(a/b-1) > 0.07 || a < 1e7 {
		t.Errorf("%g bills a year from 40,000 people, %g from 160,000", a, b)
	}
}
