//go:build slow

package sharing

import "testing"

// TestFullTotals counts all 40.45 M people (about 15 s):
//
//	go test -tags slow -run FullTotals -v ./sim/sharing
func TestFullTotals(t *testing.T) {
	pop := country(t, nil)
	c := calendar()
	c.Regimes = []string{"everyone", "in-scope"}
	b := border(t, c)
	sum := b.count(pop, 0, 40_450_000)
	x := totalsOf(b, &sum)
	t.Logf("%.6g records, %.6g from 2020-10-08, %.0f people, %.5g overseas payments, %.0f in scope before the launch",
		x.records, x.late, x.people, x.overseas, x.firstFortnight)
	t.Logf("in scope %.4f of the records", float64(b.Whole(&sum, 1).All.Records)/x.records)
	for _, f := range [][3]float64{{x.records, 54.15e9, 54.25e9}, {x.late, 40.85e9, 40.95e9},
		{x.people, 40.45e6, 40.45e6}, {x.overseas, 545e6, 555e6}, {x.firstFortnight, 0, 0}} {
		if f[0] < f[1] || f[0] > f[2] {
			t.Errorf("%.6g is not within %.6g and %.6g", f[0], f[1], f[2])
		}
	}
}
