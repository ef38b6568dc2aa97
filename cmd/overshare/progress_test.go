package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clock is a time that the test moves.
type clock struct{ t time.Time }

func (c *clock) now() time.Time               { return c.t }
func (c *clock) after(d time.Duration) *clock { c.t = c.t.Add(d); return c }

func TestProgressLines(t *testing.T) {
	var b strings.Builder
	c := &clock{t: time.Unix(0, 0)}
	p := newProgress(&b, c.now)
	p.update("simulate", 0, 40_000_000)
	for range 8 {
		c.after(time.Second)
		p.update("simulate", p.done+1_000_000, 40_000_000)
	}
	p.update("simulate", 5, 40_000_000) // a late report takes nothing back
	c.after(500 * time.Millisecond)
	p.update("train", 0, 0)
	c.after(6 * time.Second)
	p.update("train", 0, 0)
	p.update("measure", 0, 3)
	c.after(6 * time.Second)
	p.update("measure", 1, 3)
	p.close()
	p.close()
	want := `overshare: simulate: 40 M people
overshare: simulate: 5 M of 40 M people, 1 M people/s, 35 s left
overshare: simulate: 8.5 s, 8 M people at 941.2 k people/s
overshare: train
overshare: train: 6.0 s
overshare: train: 6.0 s
overshare: measure
overshare: measure: 1 of 3, 12 s left
overshare: measure: 6.0 s
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestProgressOnATerminal(t *testing.T) {
	var b strings.Builder
	c := &clock{t: time.Unix(0, 0)}
	p := newProgress(&b, c.now)
	p.live, p.every = true, 200*time.Millisecond
	p.update("simulate", 0, 1000)
	for range 4 {
		c.after(100 * time.Millisecond)
		p.update("simulate", p.done+100, 1000)
	}
	p.close()
	want := "\r\x1b[Ksimulate: 1,000 people" +
		"\r\x1b[Ksimulate: 200 of 1,000 people, 1,000 people/s, 0.8 s left" +
		"\r\x1b[Ksimulate: 400 of 1,000 people, 1,000 people/s, 0.6 s left" +
		"\r\x1b[Ksimulate: 0.4 s, 400 people at 1,000 people/s\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestProgressFromManyGoroutines(t *testing.T) {
	var b strings.Builder
	p := newProgress(&b, time.Now)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range int64(1000) {
				p.update("simulate", n, 1000)
			}
		})
	}
	all.Wait()
	p.close()
	if got := strings.Count(b.String(), "\n"); got != 2 {
		t.Errorf("%d lines, want 2:\n%s", got, b.String())
	}
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0.0 s"}, {9900 * time.Millisecond, "9.9 s"}, {59999 * time.Millisecond, "59 s"},
		{200 * time.Second, "3 min 20 s"}, {125 * time.Minute, "2 h 5 min"},
	} {
		if got := duration(c.d); got != c.want {
			t.Errorf("duration(%v) = %q, want %q", c.d, got, c.want)
		}
	}
}
