//go:build !slow

package ledger_test

var benchmarkSizes = []int{50_000, 200_000}
