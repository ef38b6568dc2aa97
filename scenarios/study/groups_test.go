package study

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"overshare/results"
	"overshare/scoring/metric"
)

// judged returns groups.csv of random bills, with a report that holds the AUC of everybody.
func judged(t *testing.T, truth *Truth, scores []Score, least, workers int) *results.Table {
	t.Helper()
	p := &Plan{Evaluation: Evaluation{Alpha: 0.05, LeastBadPeople: least}}
	m, err := measure("scorecard", scores, truth, metric.Options{Alpha: 0.05, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	table, err := p.groupTable(context.Background(), []*measured{m}, newPanel(truth, 3), workers)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// Every value of the table against the slow way: pick the group's bills, count, and rank them by hand.
func TestGroupsAgainstPlainCount(t *testing.T) {
	truth, scores := randomBills(6000, 2)
	table := judged(t, truth, scores, 2, 2)
	at := make([]float32, 2)
	for r := range at {
		at[r], _ = metric.ThresholdAtFPR(scores[r].P, truth.Outcomes, 0.05)
	}
	member := map[string]func(b *BillRow) bool{
		"all/all": func(*BillRow) bool { return true }, "age/20s": func(b *BillRow) bool { return b.Band>>1 == 1 },
		"sex/male": func(b *BillRow) bool { return b.Band&1 == 1 }, "region/Seoul": func(b *BillRow) bool { return b.Region == 0 },
	}
	seen, first := 0, map[string]float64{}
	for i := range table.Len() {
		cell := func(name string) string { return table.Get(i, name).String() }
		belongs, ok := member[cell("dimension")+"/"+cell("group")]
		if !ok {
			continue
		}
		seen++
		r := int(cell("regime")[0] - 'a')
		var bad []bool
		var p []float32
		people := [2]map[uint32]bool{{}, {}}
		for k := range truth.Bills {
			if !belongs(&truth.Bills[k]) {
				continue
			}
			bad, p = append(bad, truth.Bad[k]), append(p, scores[r].P[k])
			people[b2i(truth.Bad[k])][truth.Cluster[k]] = true
		}
		var n, flagged [2]float64
		sum := 0.0
		for k, b := range bad {
			n[b2i(b)]++
			if p[k] >= at[r] {
				flagged[b2i(b)]++
			}
			sum += float64(b2i(b)) - float64(p[k])
		}
		want, _ := metric.AUC(p, metric.Outcomes{Bad: bad})
		switch cell("metric") {
		case "recall_at_overall_threshold":
			want = flagged[1] / n[1]
		case "fpr_at_overall_threshold":
			want = flagged[0] / n[0]
		case "observed_minus_predicted":
			want = sum / float64(len(p))
		}
		if got, _ := table.Get(i, "value").Float(); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s/%s %s: %g, want %g", cell("dimension"), cell("group"), cell("metric"), got, want)
		}
		key := cell("dimension") + cell("group") + cell("metric")
		if r == 0 {
			first[key], _ = table.Get(i, "value").Float()
		} else if d, _ := table.Get(i, "difference").Float(); math.Abs(d-(want-first[key])) > 1e-9 {
			t.Errorf("%s: difference %g, want %g", key, d, want-first[key])
		}
		want4 := fmt.Sprintf("%d %g %d %d", len(p), n[1], len(people[1]), len(people[0]))
		if got := cell("bills") + " " + cell("bad") + " " + cell("bad_people") + " " + cell("good_people"); got != want4 {
			t.Errorf("%s: counts %s, want %s", cell("group"), got, want4)
		}
	}
	if seen != 4*4*2 {
		t.Errorf("%d rows looked at, want 32", seen)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// The groups of each dimension hold every bill once.
func TestGroupsAreAPartition(t *testing.T) {
	truth, _ := randomBills(6000, 1)
	count := map[string]int{}
	for _, g := range divide(newPanel(truth, 3)) {
		count[g.dimension] += len(g.rows)
		if !slices.IsSorted(g.rows) {
			t.Errorf("%s: rows out of order", g.name)
		}
	}
	for _, d := range []string{"all", "age", "sex", "region"} {
		if count[d] != 6000 {
			t.Errorf("%s holds %d bills, want 6000", d, count[d])
		}
	}
}

// Groups with too few people show counts and nothing else; equal scores do not differ; p-values are Holm's.
func TestGroupsSmallCellsAndEqualScores(t *testing.T) {
	truth, scores := randomBills(6000, 3)
	copy(scores[1].P, scores[0].P)
	table := judged(t, truth, scores, 20, 1)
	var adjusted []float64
	hidden, shown := 0, 0
	for i := range table.Len() {
		people, _ := table.Get(i, "bad_people").Int()
		value, difference := table.Get(i, "value"), table.Get(i, "difference")
		if people < 20 {
			hidden++
			if !value.Empty() || !difference.Empty() || !table.Get(i, "ci_low").Empty() || table.Get(i, "warnings").Empty() {
				t.Fatalf("row %d: %d people with a bounced bill, value %s, warning %q", i, people, value, table.Get(i, "warnings"))
			}
			continue
		}
		shown++
		if value.Empty() {
			t.Errorf("row %d: %d people with a bounced bill and no value", i, people)
		}
		switch d, _ := difference.Float(); table.Get(i, "regime").String() {
		case "a", "b":
			if p, ok := table.Get(i, "p_adjusted").Float(); d != 0 || ok && p != 1 {
				t.Errorf("row %d: equal scores differ by %g, p %g", i, d, p)
			}
		case "c":
			if q, ok := table.Get(i, "p_adjusted").Float(); ok {
				adjusted = append(adjusted, q)
			}
		}
	}
	if hidden == 0 || shown == 0 {
		t.Errorf("%d rows hidden, %d shown: the case tests nothing", hidden, shown)
	}
	if len(adjusted) < 20 || slices.Min(adjusted) < 0 || slices.Max(adjusted) > 1 {
		t.Errorf("%d adjusted p-values from %g to %g", len(adjusted), slices.Min(adjusted), slices.Max(adjusted))
	}
}

// The correction counts every difference of the table: three p-values of 0.01, 0.02 and 1 among the groups of
// two regimes become 0.03, 0.04 and 1, and those of the first regime do not count.
func TestGroupsHolmByHand(t *testing.T) {
	e := func(z float64) metric.Estimate { return metric.Interval(z, 1, 0, 0.05, "test") }
	groups := []group{{dimension: everybody}, {dimension: "sex"}}
	var first, all, sex fair
	all.difference[groupAUC] = e(9)
	sex.difference = [numGroupMeasures]metric.Estimate{e(2.5758293035489004), e(-2.3263478740408408), e(0), {}}
	q := adjust(groups, [][][]fair{{{first, all}, {fair{difference: sex.difference}, sex}}})
	want := []float64{-1, -1, -1, -1, 1, 1, 1, -1, -1, -1, -1, -1, 0.03, 0.04, 1, -1}
	for i := range want {
		if math.Abs(q[i]-want[i]) > 1e-12 {
			t.Errorf("place %d: %g, want %g", i, q[i], want[i])
		}
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
			t.Errorf("%d workers on turned bills give another table", workers)
		}
	}
}
