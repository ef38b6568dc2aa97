//go:build slow

package gbdt

import "testing"

// go test -tags slow -run '^$' -bench TrainLarge -benchtime 1x -timeout 1h ./scoring/gbdt
func BenchmarkTrainLarge(b *testing.B) {
	b.Run("rows=8e6", func(b *testing.B) { benchTrain(b, 8_000_000) })
}
