package run_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"overshare/scenarios/study"
	"overshare/sim/ledger"
	"overshare/sim/sharing"
)

// The same scenario gives the same bytes with 1, 2 and 7 workers, for both scorers and with small shards,
// so that many are under way at once.
func TestSameBytesForAnyWorkers(t *testing.T) {
	for _, sets := range [][]string{
		{"processor.scorers=[scorecard, gbdt]", "evaluation.training_draws=2"},
		{"sharing.regimes=[in-scope, none, everyone]", "run.seed=7", "evaluation.training_draws=2"},
	} {
		s := load(t, "kakaopay-2024", 40_000, sets...)
		want := files(t, execute(t, s, 1))
		for _, workers := range []int{2, 7} {
			got := files(t, execute(t, s, workers))
			for name := range want {
				differ(t, name, got[name], want[name])
			}
		}
	}
}

// Blocks of people lived through in any order, by a worker that has lived through others, bring the same
// scoring records, outcomes and exposure.
func TestShardsInAnyOrder(t *testing.T) {
	p := plan(t, "kakaopay-2024", 12*ledger.BlockSize)
	forward, backward := take(p, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), take(p, 7, 3, 11, 0, 9, 5, 2, 10, 1, 8, 6, 4)
	if len(forward) != 12 {
		t.Fatalf("%d blocks", len(forward))
	}
	for n := range forward {
		if !slices.Equal(forward[n], backward[n]) {
			t.Errorf("block %d brings other things when it comes in another order", n)
		}
		if len(forward[n]) < 20 {
			t.Errorf("block %d brings only %d lines", n, len(forward[n]))
		}
	}
}

// take lives through blocks in the order given with one Block and returns what each brought.
func take(p *study.Plan, order ...int) map[int][]string {
	all := map[int][]string{}
	var b ledger.Block
	for _, n := range order {
		tap := &tap{}
		b.Simulate(p.World, n, p.Border.Cross(int(p.Run.Users), tap))
		count := p.Border.NewCount()
		counter := p.Border.Counter(&count, p.World.Start, p.World.Start+30)
		for i := range b.All {
			counter.Add(p.World.Pop, &b.All[i])
		}
		counter.Close()
		tap.say("exposure %+v %+v", count.Sets, count.Overseas.Exposure)
		all[n] = tap.lines
	}
	return all
}

// all-in-scope: nobody is ever out of scope, so the regimes are equal to the byte but for their name, in all
// that concerns the score. Payments abroad are another flow, of which a regime sends other items whoever is
// in scope.
func TestAllInScopeMakesRegimesEqual(t *testing.T) {
	s := load(t, "all-in-scope", 30_000, "processor.scorers=[scorecard, gbdt]")
	out := execute(t, s, 2)
	for _, x := range out.Tables {
		of := map[string][]string{}
		if x.Index("regime") < 0 || x.Name == "comparison" { // rows of no regime; rows of pairs, looked at below
			continue
		}
		for r := range x.Len() {
			if x.Index("flow") >= 0 && x.Get(r, "flow").String() == "overseas" {
				continue
			}
			regime := x.Get(r, "regime").String()
			if regime == "" { // a row of no regime
				continue
			}
			var cells []string
			for _, c := range x.Columns {
				text := x.Get(r, c.Name).String()
				if text == "" { // differences to the first regime, which has none to itself
					text = "0"
				}
				if c.Name != "regime" && !strings.HasPrefix(c.Name, "p_") {
					cells = append(cells, text)
				}
			}
			of[regime] = append(of[regime], strings.Join(cells, ","))
		}
		if len(of) != 2 {
			t.Errorf("table %s has regimes %v", x.Name, slices.Collect(maps.Keys(of)))
			continue
		}
		differ(t, x.Name, strings.Join(of["in-scope"], "\n"), strings.Join(of["everyone"], "\n"))
	}
	c := table(t, out, "comparison")
	for r := range c.Len() {
		if d := c.Get(r, "difference"); !d.Empty() && number(t, d) != 0 {
			t.Errorf("comparison, %s: difference %s", c.Get(r, "metric"), d)
		}
	}
	e := table(t, out, "exposure")
	for r := range e.Len() {
		if e.Get(r, "flow").String() == "overseas" {
			continue
		}
		if n := number(t, e.Get(r, "records")); (n == 0) != (e.Get(r, "scope").String() == "out") {
			t.Errorf("exposure of %s, scope %s: %v records", e.Get(r, "regime"), e.Get(r, "scope"), n)
		}
	}
}

// Adding a regime to the list changes no other regime's rows; neither does their order, but for the
// comparison, whose reference is the first.
func TestRegimesDoNotTouchEachOther(t *testing.T) {
	two := files(t, execute(t, load(t, "kakaopay-2024", 30_000, "sharing.regimes=[everyone, in-scope]"), 2))
	four := files(t, execute(t, load(t, "kakaopay-2024", 30_000, "sharing.regimes=[everyone, none, in-scope, on-request]"), 2))
	for _, name := range []string{"detection", "exposure", "roc", "calibration", "comparison"} {
		for _, regime := range []string{"everyone", "in-scope"} {
			if a := rowsOf(two[name], regime); name != "comparison" && a == "" {
				t.Errorf("%s has no row of %s", name, regime)
			}
			differ(t, name+" of "+regime, unadjusted(name, rowsOf(four[name], regime)), unadjusted(name, rowsOf(two[name], regime)))
		}
	}
}

func rowsOf(text, regime string) string {
	var keep []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, regime+",") {
			keep = append(keep, line)
		}
	}
	return strings.Join(keep, "\n")
}

// unadjusted leaves out the measures with a verdict, which Holm adjusts for the number of regimes compared.
func unadjusted(name, rows string) string {
	if name != "comparison" {
		return rows
	}
	var keep []string
	for _, line := range strings.Split(rows, "\n") {
		if f := strings.Split(line, ","); len(f) > 9 && f[9] == "" {
			keep = append(keep, line)
		}
	}
	return strings.Join(keep, "\n")
}

// A population twice as large begins with the same people, who are asked for, billed and exposed alike.
func TestFirstPeopleDoNotDependOnTheOthers(t *testing.T) {
	small, large := plan(t, "kakaopay-2024", 30_000), plan(t, "kakaopay-2024", 40_450_000)
	for n := range 3 {
		a, b := take(small, n), take(large, n)
		if !slices.Equal(a[n], b[n]) {
			t.Errorf("block %d differs between populations of 30,000 and 40,450,000", n)
		}
	}
}

var _ sharing.Reader = (*tap)(nil)
