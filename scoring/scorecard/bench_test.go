package scorecard

import (
	"fmt"
	"testing"
)

// Run: go test ./scoring/scorecard -run '^$' -bench . -benchtime 3x
func BenchmarkTrain(b *testing.B) {
	for _, rows := range []int{1e6, 1e7} {
		b.Run(fmt.Sprintf("rows=%.0e/features=40/workers=2", float64(rows)), func(b *testing.B) {
			t := made(1, rows, 40)
			o := Defaults()
			o.Workers = 2
			b.ResetTimer()
			for range b.N {
				c, err := Train(t, o)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(c.Fit.Passes), "passes")
				b.ReportMetric(float64(c.Fit.Gradient), "gradient")
			}
		})
	}
}

func BenchmarkScoreTable(b *testing.B) {
	t := made(1, 6e6, 40)
	c, err := Train(t, Defaults())
	if err != nil {
		b.Fatal(err)
	}
	out := make([]float32, t.Rows())
	b.ResetTimer()
	for range b.N {
		c.ScoreTable(t, out, 2)
	}
}
