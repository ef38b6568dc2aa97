package ledger_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"overshare/sim/ledger"
)

// BenchmarkGenerate lives through the default window. A run of `go test -bench Generate ./sim/ledger` does it
// for 50,000 and 200,000 people; the build tag slow adds a million and ten. The cost of a person is flat, and
// so is memory: a worker keeps one block.
//
// Events are transactions as wallets count them; B/person is the memory that a world and its blocks take,
// divided by people.
func BenchmarkGenerate(b *testing.B) {
	for _, n := range benchmarkSizes {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("people=%g/workers=%d", float64(n), workers), func(b *testing.B) { generate(b, n, workers) })
		}
	}
}

func generate(b *testing.B, n, workers int) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	w := prepare(b, "kakaopay-2024")
	blocks := make([]ledger.Block, workers)
	events := make([]int64, workers)
	b.ResetTimer()
	for range b.N {
		var wg sync.WaitGroup
		for k := range workers {
			wg.Go(func() {
				for at := k; at < ledger.Blocks(n); at += workers {
					blocks[k].Simulate(w, at, nil)
					events[k] += blocks[k].Transactions()
				}
			})
		}
		wg.Wait()
	}
	b.StopTimer()
	runtime.GC()
	runtime.ReadMemStats(&after)
	total := int64(0)
	for _, e := range events {
		total += e
	}
	seconds := b.Elapsed().Seconds()
	lived := float64(ledger.Blocks(n)*ledger.BlockSize) * float64(b.N)
	b.ReportMetric(lived/seconds, "people/s")
	b.ReportMetric(float64(total)/seconds, "events/s")
	b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/float64(n), "B/person")
	runtime.KeepAlive(blocks)
	runtime.KeepAlive(w)
}
