//go:build slow

package uniqueness_test

import (
	"runtime"
	"testing"
	"time"
)

// All three parts at full scale; minutes on two free cores:
//
//	go test -tags slow -run FullScale -v -timeout 2h ./sim/privacy/uniqueness
func TestFullScale(t *testing.T) {
	o := options(t, 40_450_000)
	last, start := "", time.Now()
	o.Progress = func(phase string, _, _ int64) {
		if phase != last {
			t.Logf("%8.1f s: %s", time.Since(start).Seconds(), phase)
			last = phase
		}
	}
	r := run(t, o)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%8.1f s: end, %d MB taken from the system", time.Since(start).Seconds(), m.Sys>>20)
	t.Logf("live %d, in scope %d, idle throughout %d", r.Live, r.InScope, r.Still)
	for _, g := range r.Groups {
		t.Logf("%-8s %-6s %-30s %+v", g.Whose, g.Precision, g.Set.Name, g.Groups)
		if g.Set.Name == "all" && g.AtMost[0] != g.People {
			t.Errorf("%d of %d people are alone with their account", g.AtMost[0], g.People)
		}
	}
	for _, l := range r.Links {
		t.Logf("%+v", l)
	}
	for _, u := range r.Unicity {
		t.Logf("%-6s %-9s %d: %d of %d singled out, %.4f to %.4f", u.Time, u.Amount, u.Points, u.Unique, u.Targets, u.Low, u.High)
	}
	if m.Sys > 3<<29 {
		t.Errorf("%d MB of memory, more than 1,536", m.Sys>>20)
	}
}
