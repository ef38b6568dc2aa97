package metric

import (
	"math"
	"strings"
	"testing"

	"overshare/sim/portable"
)

func difference(d, se float64) Estimate {
	return Estimate{Value: d, OK: true}.symmetric(se, 0, 0.05, MethodDeLong)
}

// one judges a difference alone.
func one(d Estimate, margin float64, direction int) Verdict {
	return JudgeFamily([]Comparison{{d, margin, direction, ""}}, 0.05)[0]
}

// One case for every word and border. z(0.05, one-sided) = 1.645, z(0.05, two-sided) = 1.960; margin 10,
// standard error 1 unless said.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		d, se     float64
		direction int
		want      Word
		notWorse  bool // non-inferior
	}{
		{0, 1, 1, Equivalent, true},
		{8.3, 1, 1, Equivalent, true},  // real, but inside the margin
		{8.4, 1, 1, Better, true},      // upper bound 10.04
		{-8.4, 1, 1, Worse, false},     // lower bound −10.04
		{8.4, 1, -1, Worse, false},     // lower is better
		{-8.4, 1, -1, Better, true},    // lower is better
		{8.4, 1, 0, Different, false},  // no direction
		{11.7, 6, 1, NotShown, true},   // z = 1.95; lower bound +1.8
		{11.8, 6, 1, Better, true},     // z = 1.967
		{0, 6.07, 1, Equivalent, true}, // 1.645·6.07 = 9.98
		{0, 6.09, 1, NotShown, false},  // 1.645·6.09 = 10.02
		{6, 6.09, 1, NotShown, true},   // non-inferior, neither equivalent nor better
		{-20, 6, 1, Worse, false},
		{0, 0, 1, Undefined, false},
		{1, 0, 1, Undefined, false}, // a standard error of 0 cannot be believed
	} {
		v := one(difference(c.d, c.se), 10, c.direction)
		if v.Word != c.want || v.NonInferior != c.notWorse {
			t.Errorf("d = %g ± %g, direction %d: %+v, want %q", c.d, c.se, c.direction, v, c.want)
		}
	}
	if v := one(Estimate{}, 10, 1); v.OK || v.Word != Undefined || v.Why == "" {
		t.Errorf("undefined difference: %+v", v)
	}
	if v := one(difference(0, 1), 0, 1); v.OK || v.Why != "no margin is stated" {
		t.Errorf("no margin: %+v", v)
	}
}

// The interval of level 1 − 2·alpha inside the margin and the two one-sided tests are one rule.
func TestEquivalenceIsTheInterval(t *testing.T) {
	for d := -3.0; d <= 3; d += 0.125 {
		for _, df := range []int{0, 5, 100} {
			e := Estimate{Value: d, OK: true}.symmetric(0.7, df, 0.10, MethodJackknife)
			inside := e.Low > -2 && e.High < 2
			if v := one(e, 2, 1); (v.Word == Equivalent) != inside || v.NonInferior != (e.Low > -2) || v.Low != e.Low || v.High != e.High {
				t.Errorf("d = %g, df %d: %+v, interval [%g, %g]", d, df, v, e.Low, e.High)
			}
		}
	}
}

// A family of 20 with p = 0.04 each: alone better, together not shown; one with p = 1e-9 stays better. A
// member without standard error does not count.
func TestFamily(t *testing.T) {
	family := []Comparison{{difference(6, 1), 0.1, 1, ""}, {Estimate{}, 0.1, 1, ""}, {difference(9, 1), 0.1, 1, "too few"}}
	for range 20 {
		family = append(family, Comparison{difference(2.0537, 1), 0.1, 1, ""})
	}
	v := JudgeFamily(family, 0.05)
	if v[0].Word != Better || v[1].OK || v[2].Why != "too few" || v[3].Word != NotShown || v[3].Family != 21 || one(family[3].Difference, 0.1, 1).Word != Better {
		t.Errorf("%+v", v[:4])
	}
	if want := 21 * family[0].Difference.Test(0).P; !close9(v[0].PDifferent, want) {
		t.Errorf("adjusted p %g, want %g", v[0].PDifferent, want)
	}
}

// At a true difference of Detectable, the two-sided normal test rejects with the stated power; at a margin
// of ProvableMargin and no difference, the two one-sided tests do.
func TestDetectable(t *testing.T) {
	d, _ := Detectable(difference(0, 2), 0.05, 0.8)
	if power := portable.NormalTail(portable.NormalQuantile(0.025)-d/2) + portable.NormalTail(portable.NormalQuantile(0.025)+d/2); math.Abs(power-0.8) > 1e-5 {
		t.Errorf("detectable %g has power %g", d, power)
	}
	m, _ := ProvableMargin(difference(0, 2), 0.05, 0.8)
	if power := 1 - 2*portable.NormalTail(m/2-portable.NormalQuantile(0.05)); math.Abs(power-0.8) > 1e-9 {
		t.Errorf("margin %g has power %g", m, power)
	}
	if _, ok := Detectable(difference(0, 0), 0.05, 0.8); ok {
		t.Error("detectable difference of a standard error of 0")
	}
}

// Unanimity, additivity and the average over all orders of arrival; the covariance through another path.
func TestShapleyAgainstOrders(t *testing.T) {
	value := []float64{0.5, 0.61, 0.55, 0.67, 0.58, 0.66, 0.6, 0.75}
	want := [3]float64{}
	for _, order := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		in := 0
		for _, i := range order {
			want[i] += (value[in|1<<i] - value[in]) / 6
			in |= 1 << i
		}
	}
	cov := square(8)
	for i := range cov {
		cov[i][i] = 1e-4
	}
	phi, ok := Shapley(value, cov, 0, 0.05)
	// Coefficients of 3 players: ±1/3 at sizes 0, 2 of the others (2 and 2 entries), ±1/6 at size 1 (4).
	se := math.Sqrt(1e-4 * (4.0/9 + 4.0/36))
	for i, e := range phi {
		if !ok || math.Abs(e.Value-want[i]) > 1e-15 || math.Abs(e.SE-se) > 1e-15 {
			t.Errorf("player %d: %+v, want %g ± %g", i, e, want[i], se)
		}
	}
	for _, bad := range [][]float64{nil, {1}, {1, 2, 3}, {1, math.NaN()}, make([]float64, 128)} {
		if _, ok := Shapley(bad, nil, 0, 0.05); ok {
			t.Errorf("%d values: defined", len(bad))
		}
	}
}

// Luck that all coalitions share cancels, in the report's own covariance too.
func TestShapleySharedLuckCancels(t *testing.T) {
	cov := square(4)
	for i := range cov {
		for j := range cov {
			cov[i][j] = 1
		}
	}
	phi, _ := Shapley([]float64{0, 1, 1, 2}, cov, 0, 0.05)
	if phi[0].SE > 1e-12 || !phi[0].HasInterval {
		t.Errorf("%+v", phi[0])
	}
	a, b, o := world{seed: 31, people: 600, each: 2, base: -1, taste: 1, signal: 1}.rows()
	rep := evaluate(t, [][]float32{a, b}, o, Options{})
	for _, m := range Metrics() {
		cov, ok := rep.Covariance(m)
		phi, _ := Shapley([]float64{rep.Columns[0].Metric[m].Value, rep.Columns[1].Metric[m].Value}, cov, rep.Groups-1, 0.05)
		d := rep.Columns[1].Difference[m]
		tolerance := 1e-9
		if m == AUCROC || m == Gini {
			tolerance = 0.35 * d.SE // 101 groups: relative error of a standard error 7 %, 0.35 is 4.95 of these
		}
		if !ok || !close9(phi[0].Value, d.Value) || !(math.Abs(phi[0].SE-d.SE) <= tolerance) {
			t.Errorf("%s: Shapley %+v, difference %+v", m, phi[0], d)
		}
	}
}

// All 792 ways to put 5 bad labels on 12 rows with ties: their AUCs have mean ½ and exactly the variance
// behind the null interval.
func TestNullVarianceByEnumeration(t *testing.T) {
	s := []float32{1, 1, 2, 3, 3, 3, 4, 5, 6, 6, 7, 8}
	n, sum, squares := 0.0, 0.0, 0.0
	for set := range 1 << 12 {
		bad, count := make([]bool, 12), 0
		for i := range bad {
			if bad[i] = set>>i&1 != 0; bad[i] {
				count++
			}
		}
		if count != 5 {
			continue
		}
		auc, _ := AUC(s, Outcomes{Bad: bad})
		n, sum, squares = n+1, sum+auc, squares+(auc-0.5)*(auc-0.5)
	}
	_, high, _ := NullAUC(s, []bool{true, true, true, true, true, 11: false}, 0.5)
	want := math.Sqrt(squares/n) * portable.NormalQuantile(0.25)
	if n != 792 || math.Abs(sum/n-0.5) > 1e-12 || math.Abs(high-0.5-want) > 1e-12 {
		t.Errorf("%g labellings: mean %g, half width %.15g, want %.15g", n, sum/n, high-0.5, want)
	}
}

// Scores that learnt nothing, or rows that are too few, have no verdict and say why; the same rows with scores
// that differ have one.
func TestNoVerdictWithoutGround(t *testing.T) {
	a, b, o := world{seed: 41, people: 600, each: 2, base: -1, taste: 1, signal: 1}.rows()
	flat := make([]float32, len(a))
	for i := range flat {
		flat[i] = 0.1
	}
	few := Outcomes{Bad: make([]bool, len(a)), Cluster: o.Cluster}
	bads := 0
	for i := 0; bads < 12; i++ {
		if o.Bad[i] {
			few.Bad[i] = true
			bads++
		}
	}
	for _, c := range []struct {
		name  string
		x, y  []float32
		o     Outcomes
		least int
		why   string
	}{
		{"ground", a, b, o, LeastBad, ""},
		{"both constant", flat, flat, o, LeastBad, "both scores are the same for every row"},
		{"one constant", a, flat, o, LeastBad, "its score is the same for every row"},
		{"reference constant", flat, a, o, LeastBad, "the score it is compared with is the same"},
		{"few", a, b, few, LeastBad, "people with rows of a bad outcome, a verdict needs 30"},
		{"few allowed", a, b, few, 5, ""},
		{"the same", a, a, o, LeastBad, "width zero"},
	} {
		rep := evaluate(t, [][]float32{c.x, c.y}, c.o, Options{})
		v := JudgeFamily([]Comparison{rep.Comparison(1, AUCROC, 0.005, c.least)}, 0.05)[0]
		if v.OK != (c.why == "") || (v.Word == Undefined) == v.OK || !strings.Contains(v.Why, c.why) {
			t.Errorf("%s: %+v, want %q", c.name, v, c.why)
		}
	}
}

func TestPText(t *testing.T) {
	for p, want := range map[float64]string{0.0123: "0.012", 1e-6: "1e-06", 9.9e-7: "below 1e-6", 0: "below 1e-6"} {
		if got := PText(p); got != want {
			t.Errorf("PText(%g) = %q, want %q", p, got, want)
		}
	}
}

// A covariance of the wrong shape is refused, none at all gives values without intervals.
func TestShapleyCovariance(t *testing.T) {
	for _, cov := range [][][]float64{{{1, 0}}, {{1, 0}, {0}}, {{1, 0}, {0, math.NaN()}}, {{1, 0}, {0, 1}, {0, 0}}} {
		if _, ok := Shapley([]float64{0, 1}, cov, 0, 0.05); ok {
			t.Errorf("covariance %v is accepted", cov)
		}
	}
	phi, ok := Shapley([]float64{0, 1}, nil, 0, 0.05)
	if !ok || phi[0].Value != 1 || phi[0].HasInterval {
		t.Errorf("without covariance: %+v, %v", phi, ok)
	}
}

// Under two score values the AUC of shuffled labels is a hypergeometric count in disguise, whose variance is known
// exactly: AUC = ½ + (X/n₊ − (k − X)/n₋)/2 with X of the k higher rows bad.
func TestNullAUCOfTwoScores(t *testing.T) {
	const n, bads, k = 90.0, 30.0, 36.0
	s, bad := make([]float32, n), make([]bool, n)
	for i := range s {
		bad[i] = i < bads
		if i%5 < 2 {
			s[i] = 1
		}
	}
	x := bads * (k / n) * (1 - k/n) * (n - bads) / (n - 1)
	want := math.Sqrt(x) / 2 * (1/bads + 1/(n-bads)) * 1.959963984540054
	low, high, ok := NullAUC(s, bad, 0.05)
	if !ok || math.Abs(high-0.5-want) > 1e-12 || math.Abs(0.5-low-want) > 1e-12 {
		t.Errorf("%v to %v, want ½ ± %v", low, high, want)
	}
}

// Another level changes the width by the quantiles' ratio and nothing else; what has no symmetric interval stays.
func TestEstimateAt(t *testing.T) {
	e := Estimate{Value: 2, OK: true}.symmetric(0.5, 12, 0.05, MethodRatio)
	got := e.At(0.10)
	half := tQuantile(0.05, 12) * 0.5
	if got.Value != 2 || got.SE != 0.5 || got.DF != 12 || got.Method != MethodRatio || math.Abs(got.High-2-half) > 1e-15 || math.Abs(2-got.Low-half) > 1e-15 {
		t.Errorf("%+v, want 2 ± %v", got, half)
	}
	pairs := Estimate{Value: 2, OK: true, HasInterval: true, Low: 1, High: 7, SE: 0.5, Method: MethodPairs}
	for _, e := range []Estimate{pairs, {Value: 2, OK: true}, {}} {
		if got := e.At(0.10); got != e {
			t.Errorf("%+v became %+v", e, got)
		}
	}
}
