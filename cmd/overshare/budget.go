package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"overshare/results"
)

// A need is what a piece of work takes of the machine, in bytes; 0: so little that it does not matter.
type need struct {
	memory, disk int64
	less         string // what the user can do to need less; empty: fewer people
}

func (n *need) hint(otherwise string) string {
	if n.less == "" {
		return "simulate fewer people with --users, or " + otherwise
	}
	return n.less + ", or " + otherwise
}

// A machine says what there is, in bytes; 0: not known, or no limit.
type machine struct {
	memory int64  // that can be had now
	limit  string // what sets that limit
	disk   int64  // free where the folder is to be
}

// suffices refuses work that this machine cannot do. A limit that the user gave with --memory is kept whatever
// the user says to the rest with --yes.
func (f *simFlags) suffices(n need, m machine) error {
	if limit := int64(f.memory); limit > 0 {
		if n.memory > limit {
			return misuse(n.hint("allow more"), "this needs about %s of memory, more than --memory allows, %s", size(n.memory), size(limit))
		}
		m.memory = 0
	}
	if f.yes {
		return nil
	}
	hint := n.hint("begin all the same with --yes")
	if m.memory > 0 && n.memory > m.memory {
		return misuse(hint, "this needs about %s of memory, and there are %s (%s)", size(n.memory), size(m.memory), m.limit)
	}
	if m.disk > 0 && n.disk > m.disk {
		return misuse(hint, "this needs about %s of disk, and there are %s free where the folder is to be", size(n.disk), size(m.disk))
	}
	return nil
}

// errMemory is the cause of a context that ended because the work took more memory than it may.
var errMemory = errors.New("the work takes more memory than --memory allows; nothing was written; simulate fewer people with --users, or allow more")

// within returns a context for work that may take as much memory as --memory says: the collector works harder
// near the limit, and work that passes it by a tenth all the same is ended.
func (f *simFlags) within(ctx context.Context) (inner context.Context, stop func()) {
	limit := int64(f.memory)
	if limit == 0 {
		return ctx, func() {}
	}
	debug.SetMemoryLimit(limit)
	inner, cancel := context.WithCancelCause(ctx)
	over := make(chan struct{})
	go func() {
		for {
			select {
			case <-over:
				return
			case <-time.After(100 * time.Millisecond):
				if inUse() > limit+limit/10 {
					cancel(errMemory)
					return
				}
			}
		}
	}()
	return inner, func() { close(over); cancel(nil) }
}

// inUse returns the memory that the program holds of the machine.
func inUse() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() - s[1].Value.Uint64())
}

// thisMachine looks at the machine; dir is where the run folder is to be.
func thisMachine(dir string) (m machine) {
	m.memory, m.limit = availableMemory(os.DirFS("/"))
	for p, err := filepath.Abs(dir); err == nil; p = filepath.Dir(p) {
		if info, err := os.Stat(p); err == nil && info.IsDir() {
			m.disk = freeDisk(p)
			return m
		}
		if p == filepath.Dir(p) {
			return m
		}
	}
	return m
}

// size writes a number of bytes for reading.
func size(bytes int64) string {
	x := float64(bytes)
	for _, unit := range []string{"bytes", "KiB", "MiB", "GiB"} {
		if x < 1023.5 {
			return results.Decimal(x, 0) + " " + unit
		}
		x /= 1024
	}
	return results.Decimal(x, 1) + " TiB"
}

// sizeFlag is an amount of memory in bytes; 0 means not given.
type sizeFlag int64

// leastMemory is what the program takes with next to nothing to do.
const leastMemory = 32 << 20

var sizeUnits = map[string]float64{"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}

func (f *sizeFlag) Set(text string) error {
	trimmed := strings.TrimSpace(text)
	digits := strings.TrimRight(trimmed, "bBkKmMgGtTiI ")
	unit, known := sizeUnits[strings.ToLower(strings.TrimSpace(trimmed[len(digits):]))]
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !known || strings.ContainsAny(digits, "xXpPnN_") || !(n*unit < 1<<62) {
		return fmt.Errorf("%q is not an amount of memory, such as 500M, 4G or 1.5GiB", cut(text))
	}
	if n*unit < leastMemory {
		return fmt.Errorf("%q is less than the program itself needs, %s", cut(text), size(leastMemory))
	}
	*f = sizeFlag(n * unit)
	return nil
}

func (f *sizeFlag) String() string {
	if *f == 0 {
		return ""
	}
	return size(int64(*f))
}

func (*sizeFlag) Type() string { return "size" }
