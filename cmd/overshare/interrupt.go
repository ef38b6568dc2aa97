package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"overshare/results"
)

// untilInterrupted returns a context that ends at the first Ctrl-C or SIGTERM, so that the work stops
// at the next shard and its folder is removed. A second one ends the program at once.
func (a *app) untilInterrupted(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	over := make(chan struct{})
	go func() {
		select {
		case <-signals:
			cancel(errInterrupted)
		case <-over:
			return
		}
		select {
		case <-signals:
			a.folder.abort()
			os.Exit(report(a.err, errInterrupted))
		case <-over:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(over)
		cancel(nil)
	}
}

// underway is the run folder being written, which a second Ctrl-C must remove.
type underway struct {
	mu     sync.Mutex
	folder *results.Folder
}

func (u *underway) set(f *results.Folder) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.folder = f
}

func (u *underway) abort() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.folder != nil {
		u.folder.Abort()
	}
}
