package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"overshare/results"
)

// A sink is told how far a phase of the work is: done of total, or 0 of 0 where a phase has no count.
// Phases whose name begins with "simulate" count people, others count steps. It may be called from several goroutines and as often as convenient.
type sink func(phase string, done, total int64)

// A progress shows the work's progress on standard error: on a terminal one line that is rewritten,
// elsewhere a line when a phase begins and ends and every few seconds between.
type progress struct {
	out   io.Writer
	live  bool
	width func() int // of the terminal, in letters; 0 or nil: not known
	now   func() time.Time
	every time.Duration

	mu      sync.Mutex
	phase   string
	began   time.Time
	shown   time.Time
	done    int64
	total   int64
	pending bool // the terminal's line is not ended yet
}

// newProgress returns a progress for out.
func newProgress(out io.Writer, now func() time.Time) *progress {
	p := &progress{out: beneath(out), now: now, every: 5 * time.Second}
	if f, ok := p.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.live, p.every = true, 200*time.Millisecond
		p.width = func() int {
			columns, _, err := term.GetSize(int(f.Fd()))
			if err != nil {
				return 0
			}
			return columns
		}
	}
	return p
}

// update is the sink.
func (p *progress) update(phase string, done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if phase != p.phase {
		p.finish(now)
		p.phase, p.began, p.shown = phase, now, now
		p.done, p.total = done, total
		p.show(phase + p.amount())
		return
	}
	p.done, p.total = max(done, p.done), total // reports may overtake each other
	if now.Sub(p.shown) >= p.every {
		p.shown = now
		p.show(phase + p.state(now))
	}
}

// close ends the last phase. Later updates begin anew.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish(p.now())
}

func (p *progress) finish(now time.Time) {
	if p.phase == "" {
		return
	}
	line := p.phase + ": " + duration(now.Sub(p.began))
	if rate := p.rate(now); rate > 0 && p.unit() != "" {
		line += ", " + results.Count(p.done) + p.unit() + " at " + results.Count(rate) + p.unit() + "/s"
	}
	p.show(line)
	if p.pending {
		fmt.Fprintln(p.out)
	}
	p.phase, p.pending = "", false
}

// amount says how much there is to do, where that means something to a reader.
func (p *progress) amount() string {
	if p.total <= 0 || p.unit() == "" {
		return ""
	}
	return ": " + results.Count(p.total) + p.unit()
}

// unit returns what the phase counts, with a space in front; empty for mere steps.
func (p *progress) unit() string {
	if strings.HasPrefix(p.phase, "simulate") {
		return " people"
	}
	return ""
}

// state says how far the phase is, how fast, and how long it still takes at the average rate so far.
func (p *progress) state(now time.Time) string {
	passed := now.Sub(p.began)
	if p.done <= 0 || p.total <= 0 || passed <= 0 {
		return ": " + duration(passed)
	}
	text := ": " + results.Count(p.done) + " of " + results.Count(p.total) + p.unit()
	if p.unit() != "" {
		text += ", " + results.Count(p.rate(now)) + p.unit() + "/s"
	}
	left := time.Duration(float64(passed) / float64(p.done) * float64(p.total-p.done))
	return text + ", " + duration(max(left, 0)) + " left"
}

// rate returns people or steps per second since the phase began, 0 if there is nothing to say yet.
func (p *progress) rate(now time.Time) int64 {
	s := now.Sub(p.began).Seconds()
	if s < 0.05 || p.done <= 0 {
		return 0
	}
	return int64(float64(p.done) / s)
}

func (p *progress) show(text string) {
	text = line(text)
	if p.live {
		fmt.Fprintf(p.out, "\r\x1b[K%s", p.fitting(text))
		p.pending = true
		return
	}
	fmt.Fprintf(p.out, "overshare: %s\n", text)
}

// fitting cuts a line that would run over the edge of the terminal, where it could not be taken back.
func (p *progress) fitting(text string) string {
	if p.width == nil {
		return text
	}
	letters, room := []rune(text), p.width()-1
	if room < 1 || len(letters) <= room {
		return text
	}
	return string(letters[:room])
}

// duration writes a time for reading: 0.4 s, 12 s, 3 min 20 s, 2 h 5 min.
func duration(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Truncate(time.Second).Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}
