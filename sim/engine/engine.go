// Package engine maps a function over shards and merges what comes back exactly and in shard order. It
// knows nothing of people or money: the local loop here and any distributed engine run the same functions.
package engine

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// Map calls work for every shard from 0 to shards-1 on the given number of workers, and merge with each
// result in the order of the shards, from one goroutine at a time. What merge sees does not depend on
// workers, so neither does what it builds.
//
// Results that come early wait; at most 4·workers shards are under way or waiting, so that memory stays
// bounded. The first error, or the end of ctx, stops the work; Map returns it once all workers are done.
// A panic in work is returned as an error with its stack.
func Map[T any](ctx context.Context, shards, workers int, work func(worker, shard int) (T, error), merge func(shard int, part T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	m := merger[T]{waiting: map[int]T{}, merge: merge}
	m.room = sync.NewCond(&m.Mutex)
	ahead := 4 * max(workers, 1)
	next := 0
	take := func() (int, bool) {
		m.Lock()
		defer m.Unlock()
		for next < shards && next >= m.merged+ahead && ctx.Err() == nil {
			m.room.Wait()
		}
		if next >= shards || ctx.Err() != nil {
			return 0, false
		}
		next++
		return next - 1, true
	}
	stop := context.AfterFunc(ctx, func() {
		m.Lock()
		defer m.Unlock()
		m.room.Broadcast()
	})
	defer stop()
	var wg sync.WaitGroup
	for w := range max(workers, 1) {
		wg.Go(func() {
			for {
				shard, ok := take()
				if !ok {
					return
				}
				part, err := guard(work, w, shard)
				if err == nil {
					err = m.add(shard, part)
				}
				if err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

func guard[T any](work func(worker, shard int) (T, error), worker, shard int) (part T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &Panic{shard, r, debug.Stack()}
		}
	}()
	return work(worker, shard)
}

// A Panic is a fault of the program in the work of a shard.
type Panic struct {
	Shard int
	Value any
	Stack []byte
}

func (p *Panic) Error() string {
	return fmt.Sprintf("engine: internal error in shard %d: %v", p.Shard, p.Value)
}

type merger[T any] struct {
	sync.Mutex
	room    *sync.Cond
	waiting map[int]T
	merged  int // shards merged: all below
	merge   func(int, T) error
}

func (m *merger[T]) add(shard int, part T) error {
	m.Lock()
	defer m.Unlock()
	m.waiting[shard] = part
	for {
		p, ok := m.waiting[m.merged]
		if !ok {
			return nil
		}
		delete(m.waiting, m.merged)
		if err := m.merge(m.merged, p); err != nil {
			return err
		}
		m.merged++
		m.room.Broadcast()
	}
}
