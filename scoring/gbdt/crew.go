package gbdt

import (
	"sync"
	"sync/atomic"
)

// A crew is a number of workers that share a list of tasks.
type crew int

// each calls f once for every task; worker numbers calls that may run at the same time, from 0 to
// crew−1. Which worker gets which task is left to chance, so f may only do what commutes exactly.
func (c crew) each(tasks int, f func(worker, task int)) {
	n := min(int(c), tasks)
	if n <= 1 {
		for t := range tasks {
			f(0, t)
		}
		return
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	work := func(worker int) {
		for t := int(next.Add(1)) - 1; t < tasks; t = int(next.Add(1)) - 1 {
			f(worker, t)
		}
	}
	for w := 1; w < n; w++ {
		wait.Go(func() { work(w) })
	}
	work(0)
	wait.Wait()
}

// chunks calls f for every piece of [0, n) that is size long, the last one shorter.
func (c crew) chunks(n, size int, f func(worker, from, to int)) {
	c.each((n+size-1)/size, func(worker, task int) {
		f(worker, task*size, min(n, (task+1)*size))
	})
}
