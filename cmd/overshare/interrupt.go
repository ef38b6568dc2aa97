package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"time"

	"overshare/results"
)

// patience is how long the work may take to stop by itself after a signal. Then the program ends all the same.
const patience = 500 * time.Millisecond

// untilInterrupted returns a context that ends at the first signal to stop, so that the work stops where it
// is and its folder is removed. If it does not stop in time, or a second signal comes, the program removes the
// folder and ends.
func (a *app) untilInterrupted(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, stopSignals()...)
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
		case <-time.After(patience):
		case <-over:
			return
		}
		a.folder.abort()
		os.Exit(report(a.err, a.folder.interrupted()))
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(over)
		cancel(nil)
	}
}

// underway is the run folder being written, which must not stay when the program ends early.
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

// complete returns the run folder if it is complete and in its place.
func (u *underway) complete() (dir string, ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.folder == nil || !u.folder.Committed() {
		return "", false
	}
	return u.folder.Dir(), true
}

// interrupted says what a signal has ended.
func (u *underway) interrupted() error {
	if dir, ok := u.complete(); ok {
		return fmt.Errorf("interrupted; the run folder %s is complete", results.Shown(dir))
	}
	return errInterrupted
}
