//go:build slow

package reidentify

import (
	"context"
	"runtime"
	"testing"
	"time"

	"overshare/sim/privacy/identity"
)

// The whole experiment at full scale, about two minutes on two cores:
//
//	go test -tags slow -run FullScale -v -timeout 30m ./sim/privacy/reidentify
func TestFullScale(t *testing.T) {
	rows, err := Run(context.Background(), Options{Seed: 1, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		t.Logf("%v %v (%s): %d of %d recovered (%.6f), ambiguous %d, false %d (expected %.3g), %d hashes in %.2f s (%.3g/s), index %.2f s %d MB, whole space %.4g s, %.4g core-hours, %.3g USD",
			r.Item, r.Protection, r.Knows, r.Recovered, r.Targets, r.RecoveredShare, r.Ambiguous, r.FalseMatches, r.ExpectedFalse,
			r.Hashes, r.Seconds, r.HashesPerSecond, r.IndexSeconds, r.IndexBytes>>20, r.SecondsWholeSpace, r.CoreHours, r.CostUSD)
		plain := r.Item == identity.Phone && r.Protection.Bits() == 256 && r.Knows != WithoutKey
		if plain && r.Recovered != r.Targets {
			t.Errorf("%v: %d of %d numbers recovered", r.Protection, r.Recovered, r.Targets)
		}
		if r.Knows == WithoutKey && r.Recovered != 0 {
			t.Errorf("%v without the key: %d recovered", r.Item, r.Recovered)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("memory taken from the system: %d MB", m.Sys>>20)
}
