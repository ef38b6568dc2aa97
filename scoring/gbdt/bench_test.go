package gbdt

import "testing"

// go test -run '^$' -bench 'Train/rows=1e6' -benchtime 3x ./scoring/gbdt
func BenchmarkTrain(b *testing.B) {
	b.Run("rows=1e6", func(b *testing.B) { benchTrain(b, 1_000_000) })
}

// benchTrain trains 100 trees of 31 leaves without early stopping.
func benchTrain(b *testing.B, rows int) {
	t := synth(rows, 1)
	o := Defaults()
	o.ValidShare = 0
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Train(t, o); err != nil {
			b.Fatal(err)
		}
	}
	perRow := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(rows) / float64(o.Trees)
	b.ReportMetric(perRow, "ns/row/tree")
}

func BenchmarkScoreTable(b *testing.B) {
	t := synth(200_000, 1)
	o := Defaults()
	o.ValidShare = 0
	m, err := Train(t, o)
	if err != nil {
		b.Fatal(err)
	}
	out := make([]float32, t.Rows())
	for b.Loop() {
		if err := m.ScoreTable(t, out, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(t.Rows())*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
