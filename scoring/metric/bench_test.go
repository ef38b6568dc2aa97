package metric

import (
	"runtime"
	"sync"
	"testing"

	"overshare/sim/rng"
)

// bigRows makes n rows of about 3 bills a person, 3 % bad, two scores with nearly all values distinct.
var bigRows = sync.OnceValues(func() ([][]float32, Outcomes) {
	const n = 6_000_000
	a, b := make([]float32, n), make([]float32, n)
	o := Outcomes{Bad: make([]bool, n), Cluster: make([]uint32, n)}
	s := rng.Open(1, rng.PurposeModel, 0)
	for i := range a {
		at := uint64(5 * i)
		o.Bad[i] = s.Uniform(at) < 0.03
		x := -3.8 + 1.3*(s.Uniform(at+1)+s.Uniform(at+2)-1)*2.4
		if o.Bad[i] {
			x++
		}
		a[i], b[i] = float32(logistic(x)), float32(logistic(x+0.3*(s.Uniform(at+3)-0.5)))
		o.Cluster[i] = uint32(rng.Below(s.At(at+4), 2_000_000))
	}
	return [][]float32{a, b}, o
})

func rate(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// go test -run - -bench Evaluate -benchmem ./scoring/metric
func BenchmarkEvaluate(b *testing.B) {
	s, o := bigRows()
	for _, workers := range []int{1, 2} {
		b.Run(map[int]string{1: "rows=6e6/columns=2/workers=1", 2: "rows=6e6/columns=2/workers=2"}[workers], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Evaluate(s, o, Options{Seed: 1, Workers: workers}); err != nil {
					b.Fatal(err)
				}
			}
			rate(b, len(o.Bad))
		})
	}
}

func BenchmarkPairedAUC(b *testing.B) {
	s, o := bigRows()
	for name, o := range map[string]Outcomes{"independent": {Bad: o.Bad}, "clustered": o} {
		b.Run("rows=6e6/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				PairedAUC(s[0], s[1], o, 0.05)
			}
			rate(b, len(o.Bad))
		})
	}
}

func BenchmarkAUC(b *testing.B) {
	s, o := bigRows()
	for b.Loop() {
		AUC(s[0], Outcomes{Bad: o.Bad})
	}
	rate(b, len(o.Bad))
	runtime.GC()
}
