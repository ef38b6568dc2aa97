//go:build slow

package ledger_test

// go test -tags slow -bench Generate -run - ./sim/ledger
var benchmarkSizes = []int{50_000, 200_000, 1_000_000, 10_000_000}
