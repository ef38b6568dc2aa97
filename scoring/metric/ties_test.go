package metric

import (
	"math"
	"strings"
	"testing"
)

// Half of all rows have the riskiest score. The old reading, "the block is in or out as a whole", gave a recall
// of 0 at every rate below that of the block.
func TestTiesAreShared(t *testing.T) {
	var s []float32
	var o Outcomes
	for i := range 1000 {
		bad := i%5 == 0
		x := float32(0.1)
		if i%2 == 0 || bad && i%3 == 0 {
			x = 0.9
		}
		s, o.Bad = append(s, x), append(o.Bad, bad)
	}
	// 200 bad, 800 good; at 0.9: 133 bad (i even or a multiple of 3), 400 good.
	recall, _ := RecallAtFPR(s, o, 0.05)
	if want := 133.0 / 200 * 40 / 400; math.Abs(recall-want) > 1e-12 {
		t.Errorf("recall %g, want %g", recall, want)
	}
	precision, _ := PrecisionAtTop(s, o, 0.01)
	if want := 133.0 / 533; math.Abs(precision-want) > 1e-12 {
		t.Errorf("precision %g, want %g", precision, want)
	}
	rep := evaluate(t, [][]float32{s, s}, o, Options{})
	for m, between := range map[Metric]string{RecallFPR1: "0.0000 to 0.6650", RecallFPR5: "0.0000 to 0.6650", PrecisionTop1: "0.0000 to 1.0000"} {
		e, d := rep.Columns[0].Metric[m], rep.Columns[1].Difference[m]
		if !strings.Contains(e.Warning, "ties decide") || !strings.Contains(e.Warning, between) || !strings.Contains(d.Warning, "ties decide") {
			t.Errorf("%s: warnings %q, %q; want ties and %s", m, e.Warning, d.Warning, between)
		}
		if !e.HasInterval || !(e.Low <= e.Value && e.Value <= e.High) {
			t.Errorf("%s: %+v", m, e)
		}
	}
	if w := rep.Columns[0].Metric[AUCROC].Warning; w != "" {
		t.Errorf("AUC: warning %q", w)
	}
}

// The cut behind a recall flags exactly the share of good rows asked for, and the sum of what it flags of
// the bad rows is the recall; with few scores, many, and weights.
func TestCutIsTheRecall(t *testing.T) {
	for _, steps := range []float64{0, 50, 3} {
		a, _, o := world{seed: 21, people: 500, each: 2, base: -1.5, taste: 1, signal: 1, steps: steps}.rows()
		o.Weight = weights(len(a), 22)
		for _, fpr := range []float64{0, 0.01, 0.05, 0.5, 1} {
			recall, _ := RecallAtFPR(a, o, fpr)
			cut, ok := CutAtFPR(a, o, fpr)
			var flagged, all [2]float64
			for i, x := range a {
				k := 0
				if o.Bad[i] {
					k = 1
				}
				all[k] += o.Weight[i]
				flagged[k] += o.Weight[i] * cut.Flags(x)
			}
			if !ok || !close9(flagged[1]/all[1], recall) || !close9(flagged[0]/all[0], fpr) {
				t.Errorf("steps %g: at %g the cut %+v flags %g of the good rows and %g of the bad, recall %g",
					steps, fpr, cut, flagged[0]/all[0], flagged[1]/all[1], recall)
			}
		}
	}
}

// A random order of the tied rows gives the shared precision on average; recall shares in proportion too, as the
// slow twin says.
func TestSharedIsTheMeanOverOrders(t *testing.T) {
	s := []float32{3, 2, 2, 2, 2, 1}
	bad := []bool{true, true, false, true, false, false}
	sum, n := 0.0, 0.0
	permute([]int{1, 2, 3, 4}, 0, func(order []int) {
		first := 0.0
		for _, i := range append([]int{0}, order...)[:3] {
			if bad[i] {
				first++
			}
		}
		sum, n = sum+first/3, n+1
	})
	got, _ := PrecisionAtTop(s, Outcomes{Bad: bad}, 0.5)
	if n != 24 || math.Abs(got-sum/n) > 1e-12 {
		t.Errorf("precision %g, mean over %g orders %g", got, n, sum/n)
	}
}

func permute(a []int, from int, visit func([]int)) {
	if from == len(a) {
		visit(a)
	}
	for i := from; i < len(a); i++ {
		a[from], a[i] = a[i], a[from]
		permute(a, from+1, visit)
		a[from], a[i] = a[i], a[from]
	}
}
