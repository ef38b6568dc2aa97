package study

import (
	"context"
	"math"
	"math/bits"
	"overshare/scoring"
	"overshare/scoring/features"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/results"
	"overshare/scenarios"
)

// inquire runs a small scenario up to its studies.
func inquire(t *testing.T, scenario string, workers int, set ...string) *inquiry {
	t.Helper()
	var over []scenarios.Override
	for _, s := range set {
		over = append(over, scenarios.Set(s))
	}
	s, err := scenarios.Load(scenario, over...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Workers: workers, Progress: func(string, int64, int64) {}}
	sample, err := p.Collect(context.Background(), workers, o.Progress)
	if err != nil {
		t.Fatal(err)
	}
	truth := sample.truth()
	all, err := p.score(context.Background(), sample, truth, o)
	if err != nil {
		t.Fatal(err)
	}
	return &inquiry{p, sample, truth, all, o}
}

// find carries out a study and returns its first table.
func find(t *testing.T, study func(*inquiry, context.Context) (*finding, error), q *inquiry) (*finding, *results.Table) {
	t.Helper()
	f, err := study(q, context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return f, f.tables[0]
}

// number returns a cell that must hold a number.
func number(t *testing.T, table *results.Table, row int, column string) float64 {
	t.Helper()
	x, ok := table.Get(row, column).Float()
	if !ok {
		t.Fatalf("%s: row %d has no %s: %s", table.Name, row, column, table.Get(row, "warnings"))
	}
	return x
}

// cells returns a table as text.
func cells(table *results.Table) (rows [][]string) {
	for r := range table.Len() {
		var row []string
		for c := range table.Columns {
			row = append(row, table.At(r, c).String())
		}
		rows = append(rows, row)
	}
	return rows
}

// No channel of a control in which those out of scope have to do with nobody in scope may show an effect.
// False-alarm rate: intervals of level 1 − 1e-6, 13 of them. A fault of 0.03 in the AUC would show.
func TestChannelsCarryNothingWithoutSignal(t *testing.T) {
	q := inquire(t, "no-signal", 2, "run.users=100000", "evaluation.alpha=1e-6")
	_, table := find(t, (*inquiry).channels, q)
	if table.Len() != 13 {
		t.Fatalf("%d rows, want 3 effects of 4 channels and the whole", table.Len())
	}
	for r := range table.Len() {
		low, high := number(t, table, r, "ci_low"), number(t, table, r, "ci_high")
		if low > 0 || high < 0 || high-low > 0.06 {
			t.Errorf("%s of %s: from %g to %g", table.Get(r, "effect"), table.Get(r, "channel"), low, high)
		}
	}
}

// Where both regimes hold the same, switching is exactly nothing, and nothing is trained for it.
func TestSwitchingNothingIsExactlyZero(t *testing.T) {
	q := inquire(t, "all-in-scope", 2, "run.users=10000", "platform.join_delay_days=0")
	_, table := find(t, (*inquiry).channels, q)
	for r := range table.Len() {
		for _, c := range []string{"auc_difference", "ci_low", "ci_high"} {
			if x := number(t, table, r, c); x != 0 {
				t.Errorf("%s of %s: %s is %g", table.Get(r, "effect"), table.Get(r, "channel"), c, x)
			}
		}
		if p := number(t, table, r, "p"); p != 1 {
			t.Errorf("row %d: p = %g", r, p)
		}
	}
	if on := q.active(0, 1); on != 0 {
		t.Errorf("active channels %04b, want none", on)
	}
}

// The Shapley values are the means over all orders of adding the channels, computed here order by order from
// the table of combinations; they add up to the whole, which is what comparison.csv says of the two regimes.
func TestShapleyValuesAddUp(t *testing.T) {
	q := inquire(t, "kakaopay-2024", 2, "run.users=40000")
	f, table := find(t, (*inquiry).channels, q)
	auc := map[coalition]float64{}
	for r := range f.tables[1].Len() {
		var s coalition
		for c := range numChannels {
			if on, _ := f.tables[1].At(r, 3+int(c)).Bool(); on {
				s |= 1 << c
			}
		}
		auc[s] = number(t, f.tables[1], r, "auc")
	}
	var want [numChannels]float64
	orders := permutations([]channel{channelRows, channelHistory, channelCounterparties, channelColdStart})
	for _, order := range orders {
		var s coalition
		for _, c := range order {
			want[c] += (auc[s|1<<c] - auc[s]) / float64(len(orders))
			s |= 1 << c
		}
	}
	sum := 0.0
	for c := range numChannels {
		got := number(t, table, int(c), "auc_difference")
		sum += got
		if math.Abs(got-want[c]) > 1e-12 {
			t.Errorf("%s: %g, mean over orders %g", channelNames[c], got, want[c])
		}
	}
	for c := range numChannels {
		alone, last := auc[1<<c]-auc[0], auc[everyChannel]-auc[everyChannel&^(1<<c)]
		if got := number(t, table, int(numChannels+c), "auc_difference"); math.Abs(got-alone) > 1e-12 {
			t.Errorf("%s alone: %g, want %g", channelNames[c], got, alone)
		}
		if got := number(t, table, int(2*numChannels+c), "auc_difference"); math.Abs(got-last) > 1e-12 {
			t.Errorf("%s last: %g, want %g", channelNames[c], got, last)
		}
	}
	last := table.Len() - 1
	whole := number(t, table, last, "auc_difference")
	if math.Abs(sum-whole) > 1e-12 {
		t.Errorf("values add up to %g, whole %g", sum, whole)
	}
	d := q.all[0].report.Columns[1].Difference[0] // in-scope less everyone
	if math.Abs(whole+d.Value) > 1e-12 || math.Abs(number(t, table, last, "ci_high")+d.Low) > 1e-9 {
		t.Errorf("whole %g up to %g, the comparison says %g from %g", whole, number(t, table, last, "ci_high"), -d.Value, -d.Low)
	}
	if whole == 0 {
		t.Error("no difference to share out: the test sees nothing")
	}
}

func permutations(list []channel) (all [][]channel) {
	if len(list) == 0 {
		return [][]channel{nil}
	}
	for i, first := range list {
		for _, rest := range permutations(slices.Delete(slices.Clone(list), i, i+1)) {
			all = append(all, append([]channel{first}, rest...))
		}
	}
	return all
}

// A tutor's shared proxy models give what learning from scratch gives, and each channel changes something.
func TestTutorIsLearn(t *testing.T) {
	q := inquire(t, "kakaopay-2024", 2, "run.users=30000")
	tutor := &tutor{q, "scorecard", map[View]taught{}}
	for s := range everyChannel + 1 {
		w := s.view(1, 0)
		got, _, err := tutor.learn(context.Background(), w)
		if err != nil {
			t.Fatal(err)
		}
		if bits.OnesCount(uint(s)) != 2 {
			continue
		}
		want, _, err := q.Learn(context.Background(), q.sample, w, "scorecard", 1)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("coalition %04b: other scores than Learn", s)
		}
	}
	if len(tutor.proxies) != 8 {
		t.Errorf("%d proxy models, want 8: last night's record is no part of them", len(tutor.proxies))
	}
	if on := q.active(1, 0); on != everyChannel {
		t.Errorf("active channels %04b, want all", on)
	}
}

// Rows that others lend come with their own records, also without the channel of history; without the channel
// of rows nobody out of scope lends any.
func TestLentRowsAreNotBlank(t *testing.T) {
	q := inquire(t, "kakaopay-2024", 2, "run.users=10000")
	for _, on := range []bool{true, false} {
		var s coalition
		if on {
			s = 1 << channelRows
		}
		v, rows, outside := q.view(s.view(1, 0)), 0, 0
		row := make([]uint8, features.NumAll)
		for _, r := range q.sample.Probes {
			for i := range r.State {
				if !v.lends(r, i) {
					continue
				}
				rows++
				if held(v.sight(r, i), q.parts(1))&1 == 0 {
					outside++
				}
				clear(row)
				v.probe(r, i, row)
				if slices.Contains(row[:features.NumNow], scoring.Missing) {
					t.Fatal("a row without its own record")
				}
			}
		}
		if rows == 0 || (outside > 0) != on {
			t.Errorf("rows switched %v: %d rows, %d of people out of scope", on, rows, outside)
		}
	}
}

// The number of workers changes nothing.
func TestChannelsAreDeterministic(t *testing.T) {
	var first [][]string
	for _, workers := range []int{1, 3} {
		_, table := find(t, (*inquiry).channels, inquire(t, "kakaopay-2024", workers, "run.users=20000"))
		if first == nil {
			first = cells(table)
		} else if diff := cmp.Diff(first, cells(table)); diff != "" {
			t.Error(diff)
		}
	}
}
