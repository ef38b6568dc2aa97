package ledger_test

import (
	"fmt"
	"runtime"
	"testing"

	"overshare/sim/ledger"
	"overshare/sim/record"
)

// One core lives through blocks of the default world, nobody watching. The number of people is the size of the
// country: the blocks are taken evenly from all of it, so the cost per person must be the same. B/person is
// what is allocated while generating, without the block itself, which one worker needs whatever the size.
//
//	go test ./sim/ledger -bench Blocks -benchtime 2s -cpu 1
func BenchmarkBlocks(b *testing.B) {
	for _, people := range []int{1_000_000, 40_450_000, 1_000_000_000} {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			w := prepare(b, "kakaopay-2024", fmt.Sprintf("run.users=%d", people))
			simulateBlocks(b, w, people, nil)
		})
	}
}

// The same with an observer that looks at every person once and at every bill.
func BenchmarkBlocksWatched(b *testing.B) {
	w := prepare(b, "kakaopay-2024")
	simulateBlocks(b, w, 40_450_000, &onlooker{w: w})
}

func simulateBlocks(b *testing.B, w *ledger.World, people int, obs ledger.Observer) {
	blocks := ledger.Blocks(people)
	var block ledger.Block
	block.Simulate(w, 0, obs) // grows what it grows
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	number, n := int64(0), 0
	for b.Loop() {
		block.Simulate(w, n*(blocks/64)%blocks, obs)
		number += block.Transactions()
		n++
	}
	runtime.ReadMemStats(&after)
	lived, seconds := float64(n)*ledger.BlockSize, b.Elapsed().Seconds()
	b.ReportMetric(lived/seconds, "people/s")
	b.ReportMetric(float64(number)/seconds, "tx/s")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/lived, "B/person")
	b.ReportMetric(0, "ns/op")
}

// An onlooker reads a record for every bill, and one of everybody.
type onlooker struct {
	w    *ledger.World
	seen record.Snapshot
}

func (o *onlooker) Ask(b *ledger.Block, i int, _ record.Day) int32 {
	b.Snapshot(i, &o.seen)
	return 0
}
func (o *onlooker) Billed(*ledger.Block, *record.Bill) {}
func (o *onlooker) Probe(_ *ledger.Block, i int) (record.Day, bool) {
	return o.w.Start + record.Day(30+i%64), true
}
func (o *onlooker) Look(b *ledger.Block, i int, _ record.Day) int32 {
	b.Snapshot(i, &o.seen)
	return 0
}
func (o *onlooker) Outcome(*ledger.Block, int, int32, bool) {}
