package evaluate

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"overshare/scenarios/study"
	"overshare/sim/rng"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// The parser splits what encoding/csv writes as encoding/csv does, whatever the fields hold.
func TestParserAgainstStandardLibrary(t *testing.T) {
	field := rapid.OneOf(rapid.SampledFrom([]string{"", "a", `"`, ",", "\n", "é", " x", `a"b`, "1.5", "\n\n"}), rapid.StringMatching(`[a-c",\n ]{0,12}`))
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 5).Draw(t, "width")
		rows := rapid.SliceOfN(rapid.SliceOfN(field, width, width), 1, 20).Draw(t, "rows")
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		want, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil {
			t.Skip()
		}
		if got := splitAll(t, b.String()); !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Fatalf("%q\ngot  %q\nwant %q", b.String(), got, want)
		}
	})
}

func splitAll(t *rapid.T, s string) (all [][]string) {
	p := (&csvSource{open: plainText(strings.NewReader(s)), comma: ','}).parser()
	for {
		fields, err := p.next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		var row []string
		for _, x := range fields {
			row = append(row, string(x))
		}
		all = append(all, row)
	}
}

// Lines longer than the reader's buffer, and line numbers after a quoted line break.
func TestLongAndQuotedLines(t *testing.T) {
	long := strings.Repeat("z", 600_000)
	path := save(t, []byte("a,b\n\"x\ny\","+long+"\nbad\n"))
	src, _, err := open(path, &Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var got string
	err = src.read(t.Context(), []int{1, 0}, func(place int64, c []cell) error {
		got = string(c[1].text)
		if place != 2 || len(c[0].text) != len(long) {
			t.Errorf("place %d, %d letters", place, len(c[0].text))
		}
		return nil
	})
	if got != "x\ny" || err == nil || !strings.Contains(err.Error(), "line 4: has 1 fields") {
		t.Errorf("got %q, %v", got, err)
	}
}

// Keys keep the order of numbers, both zeros are one, and valueOf undoes key.
func TestKeysAreInOrder(t *testing.T) {
	x := []float64{math.Inf(-1), -1e308, -2, -1e-300, -5e-324, 0, 5e-324, 1, 1.0000000000000002, 1e308, math.Inf(1)}
	for i := range x {
		if i > 0 && key(x[i-1]) >= key(x[i]) {
			t.Errorf("key(%g) is not below key(%g)", x[i-1], x[i])
		}
		if valueOf(key(x[i])) != x[i] {
			t.Errorf("valueOf(key(%g)) = %g", x[i], valueOf(key(x[i])))
		}
	}
	if key(math.Copysign(0, -1)) != key(0) {
		t.Error("minus zero has another key")
	}
}

// sketchOf counts values in the order of a permutation keyed by k.
func sketchOf(x []float64, k uint64) *sketch {
	at := make([]int, len(x))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int {
		ka, kb := rng.Open(k, rng.PurposeModel, uint64(a)).At(0), rng.Open(k, rng.PurposeModel, uint64(b)).At(0)
		if ka < kb {
			return -1
		}
		return 1
	})
	s := &sketch{}
	for _, i := range at {
		s.add(x[i])
	}
	return s
}

// A sketch does not depend on the order of the values, also when it had to make its grid coarser, and the
// levels it cuts hold a share of the rows near 1/255: exact quantiles of the grid, so no level of a column of
// different values holds more than twice its share.
func TestSketchOrderAndQuantiles(t *testing.T) {
	x := make([]float64, 60_000)
	for i := range x {
		u := rng.Open(1, rng.PurposeModel, uint64(i)).Uniform(0)
		x[i] = math.Exp(3*u) * 1000
	}
	a, b := sketchOf(x, 1), sketchOf(x, 2)
	la, ua := a.levels(maxLevels)
	lb, ub := b.levels(maxLevels)
	if a.shift == 0 || a.shift != b.shift || !slices.Equal(la, lb) || !slices.Equal(ua, ub) {
		t.Fatalf("shift %d and %d, %d and %d levels", a.shift, b.shift, len(ua), len(ub))
	}
	if len(ua) != maxLevels {
		t.Errorf("%d levels, want %d", len(ua), maxLevels)
	}
	c := &coder{lower: la, upper: ua, shift: a.shift}
	count := make([]int, 256)
	for _, v := range x {
		count[c.codeOf(cell{kind: number, num: v}, nil)]++
	}
	for code := 1; code <= maxLevels; code++ {
		if n := count[code]; n < len(x)/maxLevels/2 || n > 2*len(x)/maxLevels {
			t.Errorf("level %d holds %d of %d values", code, n, len(x))
		}
	}
}

// Up to 255 different values are a level each, whatever their weights; a heavy value is a level of its own; codes
// rise with the value, and values between and beyond fall where they belong.
func TestLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 600).Draw(t, "values")
		heavy := rapid.IntRange(0, 2000).Draw(t, "heavy")
		n := rapid.IntRange(1, 255).Draw(t, "levels")
		s := &sketch{}
		for _, v := range x {
			s.add(v)
		}
		for range heavy {
			s.add(x[0])
		}
		lower, upper := s.levels(n)
		if len(lower) != len(upper) || len(upper) > n || len(s.key) <= n && len(upper) != len(s.key) {
			t.Fatalf("%d lower and %d upper ends for %d values and %d levels", len(lower), len(upper), len(s.key), n)
		}
		for k := range upper {
			if lower[k] > upper[k] || k > 0 && upper[k-1] >= lower[k] {
				t.Fatalf("level %d is %d to %d after %d", k, lower[k], upper[k], upper[max(k-1, 0)])
			}
		}
		if len(s.key) <= n {
			return
		}
		if heavy > 2*len(x) && n > 3 && !slices.ContainsFunc(upper, func(k uint64) bool { return k == key(x[0]) }) {
			t.Fatalf("the value of %d of %d rows does not end a level", heavy, heavy+len(x))
		}
	})
	c := &coder{lower: []uint64{key(1), key(5)}, upper: []uint64{key(3), key(9)}}
	for v, want := range map[float64]uint8{-7: 1, 1: 1, 3: 1, 4: 2, 5: 2, 9: 2, 1e9: 2} {
		if got := c.codeOf(cell{kind: number, num: v}, nil); got != want {
			t.Errorf("code of %g is %d, want %d", v, got, want)
		}
	}
	if c.span(1, 1) != "1 to 3" || c.span(1, 2) != "1 to 9" || c.span(0, 0) != "missing" {
		t.Errorf("spans %q, %q", c.span(1, 1), c.span(1, 2))
	}
}

// splitOf reads a demo table and splits it.
func splitOf(t *testing.T, o Options) *split {
	t.Helper()
	src, _, err := open(o.File, &o)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	l, err := assign(src.columns(), &o)
	if err != nil {
		t.Fatal(err)
	}
	sc, err := look(t.Context(), src, "table.csv", l, "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := newSplit(sc, &o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// With a time every training row is earlier than every calibration row, and that than every test row; only rows
// in scope calibrate and test; at least the share asked for tests, and at most a day more.
func TestSplitByTime(t *testing.T) {
	o := demoOptions(write(t, demoHeader, demo{rows: 8000, seed: 7}.records()))
	p := splitOf(t, o)
	low, high := [numSegments]float64{}, [numSegments]float64{}
	for g := range low {
		low[g], high[g] = math.Inf(1), math.Inf(-1)
	}
	in := 0
	for i, w := range p.when {
		g := p.of(i)
		low[g], high[g] = min(low[g], w), max(high[g], w)
		if p.flags[i]&isInScope != 0 {
			in++
		}
		if (g == test || g == check || g == fitIn) != (p.flags[i]&isInScope != 0) {
			t.Fatalf("row %d, flags %b, is in segment %d", i, p.flags[i], g)
		}
	}
	if high[fitOut] >= low[check] || high[fitIn] >= low[check] || max(high[check], high[lateOut]) >= low[test] || p.crossed {
		t.Errorf("periods overlap: %v to %v", low, high)
	}
	if got := float64(p.rows[test]) / float64(in); got < 0.3 || got > 0.3+1.5/28 {
		t.Errorf("share of test rows %.3f", got)
	}
	if got := p.day(0); got < 0 || got > days {
		t.Errorf("day %d", got)
	}
}

// Without a time nobody's rows are on both sides, and another seed draws other people.
func TestSplitByPerson(t *testing.T) {
	o := demoOptions(write(t, demoHeader, demo{rows: 8000, seed: 8}.records()))
	o.Time = None
	p := splitOf(t, o)
	side := map[uint64]bool{}
	for i, h := range p.person {
		g := p.of(i)
		if g == unused {
			continue
		}
		if was, seen := side[h]; seen && was != (g == test) {
			t.Fatalf("a person of row %d both trains and tests", i)
		}
		side[h] = g == test
	}
	o.Seed++
	q := splitOf(t, o)
	same := 0
	for i := range p.flags {
		if p.of(i) == q.of(i) {
			same++
		}
	}
	if same == len(p.flags) {
		t.Error("another seed draws the same people")
	}
}

// A label of a test row changes no probability: what is tested was not learnt from.
func TestTestLabelsAreNotLearnt(t *testing.T) {
	rows := demo{rows: 6000, seed: 9}.records()
	o := demoOptions(write(t, demoHeader, rows))
	o.Scorers, o.TestFrom = []string{"scorecard", "gbdt"}, "2024-02-20"
	before := must(t, o)
	for _, r := range rows {
		if r[2] >= "2024-02-20" {
			r[0] = digit(r[0] == "0")
		}
	}
	o.File = write(t, demoHeader, rows)
	after := must(t, o)
	for c := range before.run.contests {
		for k, s := range before.run.contests[c].Scores {
			if !slices.Equal(s.P, after.run.contests[c].Scores[k].P) {
				t.Errorf("%s, %s: the labels of the test rows change the probabilities", s.Regime, s.Scorer)
			}
		}
	}
	if before.Counts.TestBad+after.Counts.TestBad != before.Counts.Test {
		t.Error("the labels were not turned")
	}
}

// Rows out of scope change nothing of the in-scope regime, not even the levels of its features.
func TestInScopeDoesNotSeeTheOthers(t *testing.T) {
	rows := demo{rows: 6000, seed: 10}.records()
	o := demoOptions(write(t, demoHeader, rows))
	o.Scorers, o.TestFrom = []string{"scorecard", "gbdt"}, "2024-02-20"
	before := must(t, o)
	for i, r := range rows {
		if r[1] == "0" {
			r[0], r[2], r[5], r[7] = digit(i%2 == 0), fmt.Sprintf("2024-02-%02d", 1+i%15), "123456", "alien"
		}
	}
	o.File = write(t, demoHeader, rows)
	after := must(t, o)
	for c := range before.run.contests {
		was, is := before.run.contests[c].Scores, after.run.contests[c].Scores
		if !slices.Equal(was[1].P, is[1].P) {
			t.Errorf("%s: other rows out of scope change the probabilities of in-scope", was[1].Scorer)
		}
		if slices.Equal(was[0].P, is[0].P) {
			t.Errorf("%s: other rows out of scope do not change the probabilities of everyone", was[0].Scorer)
		}
	}
}

// A suspiciously good column is named.
func TestLeakIsNamed(t *testing.T) {
	rows := demo{rows: 4000, seed: 11}.records()
	for _, r := range rows {
		r[6] = r[0] + "00"
	}
	found := must(t, demoOptions(write(t, demoHeader, rows)))
	if !strings.Contains(strings.Join(found.Warnings, "\n"), `column "noise" alone tells good from bad`) {
		t.Errorf("warnings %q", found.Warnings)
	}
}

// Doubling all weights changes nothing, and a weight of two is nearly the row twice: the same AUC to float
// accuracy when persons are given, for the card counts weights exactly.
func TestWeights(t *testing.T) {
	rows := demo{rows: 5000, seed: 12}.records()
	header := append(slices.Clone(demoHeader), "weight")
	weighted := func(w func(i int) string) *Outcome {
		out := make([][]string, len(rows))
		for i, r := range rows {
			out[i] = append(slices.Clone(r), w(i))
		}
		o := demoOptions(write(t, header, out))
		o.TestFrom = "2024-02-20"
		return must(t, o)
	}
	one := weighted(func(i int) string { return []string{"1", "3"}[i%2] })
	two := weighted(func(i int) string { return []string{"2", "6"}[i%2] })
	if dump(t, one) != dump(t, two) {
		t.Error("twice the weights give other tables")
	}
	plain := demoOptions(write(t, demoHeader, rows))
	plain.TestFrom = "2024-02-20"
	if dump(t, weighted(func(int) string { return "1" })) == dump(t, one) {
		t.Error("weights change nothing")
	}
	where := map[string]string{"regime": inScope, "metric": "auc"}
	a, _ := cellOf(t, weighted(func(int) string { return "1" }), "detection", where, "value")
	b, _ := cellOf(t, must(t, plain), "detection", where, "value")
	if a != b {
		t.Errorf("weights of 1 give %v, none %v", a, b)
	}
}

// Where the training times are few, or there are none, everybody is held back once, in one fold with all their rows; still no
// row at or after the first time that tests trains.
func TestSplitByFewTimes(t *testing.T) {
	rows := demo{rows: 4000, seed: 15}.records()
	for i, r := range rows {
		r[2] = strconv.Itoa(i % 4)
	}
	o := demoOptions(write(t, demoHeader, rows))
	for _, time := range []string{Auto, None} {
		o.Time = time
		p := splitOf(t, o)
		if !p.crossed || p.rows[check]+p.rows[lateOut] != 0 || p.rows[test] == 0 {
			t.Fatalf("crossed %v, rows %v", p.crossed, p.rows)
		}
		fold, size := map[uint64]uint8{}, [drawnFolds]int{}
		for i := range p.flags {
			switch g := p.of(i); g {
			case fitIn, fitOut:
				if p.when != nil && p.when[i] >= p.from {
					t.Fatalf("row %d of time %g trains, although rows from %g on test", i, p.when[i], p.from)
				}
				f := p.fold(i)
				if was, seen := fold[p.person[i]]; seen && was != f {
					t.Fatalf("the person of row %d is in folds %d and %d", i, was, f)
				}
				fold[p.person[i]] = f
				size[f]++
			}
		}
		if slices.Min(size[:])*3 < slices.Max(size[:])*2 {
			t.Errorf("time %q: folds of %v rows", time, size)
		}
	}
}

// What is learnt for a fold does not hold its rows, what scores the test rows holds all; no label of a row held back is in
// the order of the texts that it is scored with.
func TestFoldsAreStrangers(t *testing.T) {
	rows := demo{rows: 6000, seed: 21}.records()
	o := demoOptions(write(t, demoHeader, rows))
	o.Time = None
	read := func() *coded { return must(t, o).run.data }
	d := read()
	in, out := d.piece(fitIn, check).Rows(), d.piece(fitOut, fitOut).Rows()
	held := d.tried().Held
	sum := 0
	for k, h := range held {
		sum += h.Rows()
		if n := d.without(k, fitIn).Rows(); n+h.Rows() != in {
			t.Errorf("fold %d: %d rows in scope are learnt from and %d held back, of %d", k, n, h.Rows(), in)
		}
		if n := d.without(k, fitOut).Rows() - d.without(k, fitIn).Rows(); n >= out || n < out/2 {
			t.Errorf("fold %d: learns from %d of %d rows out of scope", k, n, out)
		}
	}
	if sum != in || d.without(study.WholeTable, fitIn).Rows() != in || d.without(study.WholeTable, fitOut).Rows() != in+out {
		t.Errorf("%d rows are held back, of %d in scope", sum, in)
	}
	kind := len(d.table.Features) - 1
	for i := range d.fold {
		if d.fold[i] == 0 { // the safest text becomes the riskiest
			d.table.Bad[i] = d.table.Row(i)[kind] == 1
		}
	}
	if after := d.tried().Held; !slices.Equal(after[0].Code, held[0].Code) || slices.Equal(after[1].Code, held[1].Code) {
		t.Error("the labels of a fold decide how its own texts are ordered, or those of other folds do not")
	}
}

// The rates by group are those that counting by hand gives, at the threshold of all test rows.
func TestGroupRates(t *testing.T) {
	rows := demo{rows: 20000, seed: 16}.records()
	found := must(t, demoOptions(write(t, demoHeader, rows)))
	r := found.run
	p := r.contests[0].Scores[1].P
	var good []float32
	for k, b := range r.truth.Bad {
		if !b {
			good = append(good, p[k])
		}
	}
	slices.Sort(good)
	at := good[len(good)-1-len(good)/20] // the good row that reaches 5 %
	above, tied := 0, 0
	for _, x := range good {
		if x > at {
			above++
		}
		if x == at {
			tied++
		}
	}
	part := (float64(len(good))/20 - float64(above)) / float64(tied)
	for _, g := range []string{"young", "middle", "aged"} {
		var hit [2]float64
		var all [2]int
		for k, i := range r.data.row {
			if rows[i][4] != g {
				continue
			}
			c := int(rows[i][0][0] - '0')
			all[c]++
			if p[k] > at {
				hit[c]++
			}
			if p[k] == at {
				hit[c] += part
			}
		}
		for c, m := range []string{"fpr_at_5pct", "recall_at_5pct"} {
			where := map[string]string{"regime": inScope, "group": g, "metric": m}
			got, _ := cellOf(t, found, "groups", where, "value")
			n, _ := cellOf(t, found, "groups", where, "bills")
			if want := hit[c] / float64(all[c]); math.Abs(got-want) > 1e-12 || int(n) != all[0]+all[1] {
				t.Errorf("%s of %s: %v of %v rows, by hand %v of %d", m, g, got, n, want, all[0]+all[1])
			}
		}
	}
}

// What was sent: rows and people of the file, and of them those in scope, counted by hand.
func TestSent(t *testing.T) {
	rows := demo{rows: 3000, seed: 17}.records()
	in, all, inRows := map[string]bool{}, map[string]bool{}, int64(0)
	for _, r := range rows {
		all[r[3]] = true
		if r[1] == "1" {
			in[r[3]] = true
			inRows++
		}
	}
	sent := must(t, demoOptions(write(t, demoHeader, rows))).run.sent()
	if sent[0].People != int64(len(all)) || sent[1].People != int64(len(in)) || sent[0].Records != 3000 ||
		sent[1].Records != inRows || sent[0].Outside != 3000-inRows || sent[1].Outside != 0 {
		t.Errorf("sent %+v; by hand %d and %d people, %d rows in scope", sent, len(all), len(in), inRows)
	}
}
