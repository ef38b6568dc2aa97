package study

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"overshare/scoring/metric"
)

// judged returns the groups of random bills, with a report that holds the AUC of everybody.
func judged(t *testing.T, truth *Truth, scores []Score, least, workers int) *Groups {
	t.Helper()
	p := &Plan{Evaluation: Evaluation{Alpha: 0.05, LeastBadPeople: least}}
	m, err := measure("scorecard", scores, truth, metric.Options{Alpha: 0.05, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	groups, err := p.groups(context.Background(), []*Measured{m}, NewPanel(truth, 3), workers)
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

// Every value against the slow way: pick the group's bills, count, and rank them by hand.
func TestGroupsAgainstPlainCount(t *testing.T) {
	truth, scores := randomBills(6000, 2)
	groups := judged(t, truth, scores, 2, 2)
	at := make([]metric.Cut, len(scores))
	for r := range at {
		at[r], _ = metric.CutAtFPR(scores[r].P, truth.Outcomes, 0.05)
	}
	member := map[string]func(b *BillRow) bool{
		"all/all": func(*BillRow) bool { return true }, "age/20s": func(b *BillRow) bool { return b.Band>>1 == 1 },
		"sex/male": func(b *BillRow) bool { return b.Band&1 == 1 }, "region/Seoul": func(b *BillRow) bool { return b.Region == 0 },
	}
	seen := 0
	for n, g := range groups.All {
		belongs, ok := member[g.Dimension+"/"+g.Name]
		if !ok {
			continue
		}
		seen++
		var first [NumGroupMeasures]float64
		for r := range scores {
			want, counts := plainGroup(truth, scores[r].P, at[r], belongs)
			if r == 0 {
				first = want
			}
			for k, x := range want {
				f := groups.Fair[0][n][r]
				if math.Abs(f.Value[k].Value-x) > 1e-6 || math.Abs(f.Difference[k].Value-(x-first[k])) > 1e-6 {
					t.Errorf("%s, %s: %g, difference %g; want %g and %g", g.Name, GroupMeasures[k], f.Value[k].Value, f.Difference[k].Value, x, x-first[k])
				}
			}
			if got := [4]int{g.Bills, g.Bad, g.BadPeople, g.GoodPeople}; got != counts {
				t.Errorf("%s: counts %d, want %d", g.Name, got, counts)
			}
		}
	}
	if seen != len(member) {
		t.Errorf("%d groups looked at, want %d", seen, len(member))
	}
}

// plainGroup computes the measures of the bills that belong, and counts bills, bounced bills, and people with
// a bounced and with a paid one.
func plainGroup(truth *Truth, p []float32, at metric.Cut, belongs func(b *BillRow) bool) (want [NumGroupMeasures]float64, counts [4]int) {
	var bad []bool
	var mine []float32
	people := [2]map[uint32]bool{{}, {}}
	var n, flagged [2]float64
	sum := 0.0
	for k := range truth.Bills {
		if !belongs(&truth.Bills[k]) {
			continue
		}
		b := b2i(truth.Bad[k])
		bad, mine = append(bad, truth.Bad[k]), append(mine, p[k])
		people[b][truth.Cluster[k]] = true
		n[b]++
		switch {
		case p[k] > at.Threshold:
			flagged[b]++
		case p[k] == at.Threshold:
			flagged[b] += at.Part
		}
		sum += float64(b) - float64(p[k])
	}
	want[groupAUC], _ = metric.AUC(mine, metric.Outcomes{Bad: bad})
	want[groupRecall], want[groupFPR], want[groupLevel] = flagged[1]/n[1], flagged[0]/n[0], sum/float64(len(mine))
	return want, [4]int{len(mine), int(n[1]), len(people[1]), len(people[0])}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Groups with too few people show counts and nothing else; equal scores do not differ; p-values are Holm's.
func TestGroupsSmallCellsAndEqualScores(t *testing.T) {
	truth, scores := randomBills(6000, 3)
	copy(scores[1].P, scores[0].P)
	groups := judged(t, truth, scores, 20, 1)
	var adjusted []float64
	hidden, shown := 0, 0
	for n, g := range groups.All {
		for r, f := range groups.Fair[0][n] {
			for k := range f.Value {
				if min(g.BadPeople, g.GoodPeople) < 20 {
					hidden++
					if f.Value[k].OK || f.Difference[k].OK || f.Value[k].HasInterval || f.Adjusted[k] >= 0 {
						t.Fatalf("%s: %d people with a bounced bill, and %+v", g.Name, g.BadPeople, f)
					}
					continue
				}
				shown++
				if !f.Value[k].OK {
					t.Errorf("%s: %d people with a bounced bill and no value", g.Name, g.BadPeople)
				}
				switch q := f.Adjusted[k]; {
				case r < 2 && (f.Difference[k].Value != 0 || q >= 0 && q != 1):
					t.Errorf("%s: equal scores differ by %g, p %g", g.Name, f.Difference[k].Value, q)
				case r == 2 && q >= 0:
					adjusted = append(adjusted, q)
				}
			}
		}
	}
	if hidden == 0 || shown == 0 {
		t.Errorf("%d hidden, %d shown: the case tests nothing", hidden, shown)
	}
	if len(adjusted) < 20 || slices.Min(adjusted) < 0 || slices.Max(adjusted) > 1 {
		t.Errorf("%d adjusted p-values from %g to %g", len(adjusted), slices.Min(adjusted), slices.Max(adjusted))
	}
}

// The order of the bills and the number of workers change nothing.
func TestGroupsInAnyOrder(t *testing.T) {
	truth, scores := randomBills(6000, 2)
	turned := &Truth{}
	other := []Score{{nil, scores[0].Knowledge}, {nil, scores[1].Knowledge}}
	for i := len(truth.Bad) - 1; i >= 0; i-- {
		turned.Bad, turned.Cluster, turned.Bills = append(turned.Bad, truth.Bad[i]), append(turned.Cluster, truth.Cluster[i]), append(turned.Bills, truth.Bills[i])
		for r := range other {
			other[r].P = append(other[r].P, scores[r].P[i])
		}
	}
	want := fmt.Sprint(judged(t, truth, scores, 20, 1))
	for _, workers := range []int{1, 2, 7} {
		if got := fmt.Sprint(judged(t, turned, other, 20, workers)); got != want {
			t.Errorf("%d workers on turned bills give other groups", workers)
		}
	}
}

// The groups of each dimension hold every bill once.
func TestGroupsAreAPartition(t *testing.T) {
	truth, _ := randomBills(6000, 1)
	count := map[string]int{}
	for _, g := range divide(NewPanel(truth, 3)) {
		count[g.Dimension] += len(g.rows)
		if !slices.IsSorted(g.rows) {
			t.Errorf("%s: rows out of order", g.Name)
		}
	}
	for _, d := range []string{"all", "age", "sex", "region"} {
		if count[d] != 6000 {
			t.Errorf("%s holds %d bills, want 6000", d, count[d])
		}
	}
}

// The correction counts every difference: three p-values of 0.01, 0.02 and 1 among the groups of two regimes
// become 0.03, 0.04 and 1, and those of the first regime do not count.
func TestGroupsHolmByHand(t *testing.T) {
	e := func(z float64) metric.Estimate { return metric.Interval(z, 1, 0, 0.05, "test") }
	var first, all, sex Fair
	all.Difference[groupAUC] = e(9)
	sex.Difference = [NumGroupMeasures]metric.Estimate{e(2.5758293035489004), e(-2.3263478740408408), e(0), {}}
	g := &Groups{All: []Group{{Dimension: Everybody}, {Dimension: "sex"}},
		Fair: [][][]Fair{{{first, all}, {Fair{Difference: sex.Difference}, sex}}}}
	adjust(g)
	want := [][][NumGroupMeasures]float64{{{-1, -1, -1, -1}, {-1, -1, -1, -1}}, {{1, 1, 1, -1}, {0.03, 0.04, 1, -1}}}
	for k := range want {
		for r := range want[k] {
			for i, x := range want[k][r] {
				if got := g.Fair[0][k][r].Adjusted[i]; math.Abs(got-x) > 1e-12 {
					t.Errorf("group %d, regime %d, measure %d: %g, want %g", k, r, i, got, x)
				}
			}
		}
	}
}
