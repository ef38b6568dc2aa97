package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestSuffices(t *testing.T) {
	const gib = 1 << 30
	there := machine{memory: 8 * gib, limit: "here", disk: 100 * gib}
	for _, c := range []struct {
		memory, disk int64
		limit        sizeFlag
		yes          bool
		m            machine
		want         string
	}{
		{7 * gib, 99 * gib, 0, false, there, ""},
		{9 * gib, 1, 0, false, there, "needs about 9 GiB of memory, and there are 8 GiB (here)"},
		{9 * gib, 1, 0, true, there, ""},
		{1, 101 * gib, 0, false, there, "needs about 101 GiB of disk, and there are 100 GiB free"},
		{1, 101 * gib, 0, true, there, ""},
		{9 * gib, 1, 10 * gib, false, there, ""}, // the user knows better
		{5 * gib, 1, 4 * gib, false, there, "needs about 5 GiB of memory, more than --memory allows, 4 GiB"},
		{5 * gib, 1, 4 * gib, true, there, "more than --memory allows"},
		{math.MaxInt64, math.MaxInt64, 0, false, machine{}, ""}, // nothing is known
	} {
		f := simFlags{memory: c.limit, yes: c.yes}
		err := f.suffices(need{memory: c.memory, disk: c.disk}, c.m)
		if got := fmt.Sprint(err); (err == nil) != (c.want == "") || err != nil && !strings.Contains(got, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// The next step is that of the work.
func TestSufficesSaysWhatToDo(t *testing.T) {
	for _, c := range []struct{ less, hint string }{{"", "simulate fewer people with --users, or begin"}, {"keep fewer rows", "keep fewer rows, or begin"}} {
		var wrong *usageError
		err := (&simFlags{}).suffices(need{memory: 2, less: c.less}, machine{memory: 1})
		if !errors.As(err, &wrong) || !strings.HasPrefix(wrong.hint, c.hint) {
			t.Errorf("%v", err)
		}
	}
}

// Work that passes its limit is ended, with the reason as the cause.
func TestMemoryIsKept(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	f := simFlags{memory: sizeFlag(inUse() + 32<<20)}
	ctx, stop := f.within(context.Background())
	defer stop()
	work := make([]byte, 256<<20)
	for i := 0; i < len(work); i += 4096 {
		work[i] = 1
	}
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("nobody saw that the limit was passed")
	}
	if work[0] != 1 || context.Cause(ctx) != errMemory {
		t.Errorf("cause %v", context.Cause(ctx))
	}
}

func TestAvailableMemory(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	info := file("MemTotal: 16000 kB\nMemAvailable:    8000 kB\n")
	for name, c := range map[string]struct {
		root fstest.MapFS
		want int64
		what string
	}{
		"nothing known": {fstest.MapFS{}, 0, ""},
		"no group":      {fstest.MapFS{"proc/meminfo": info}, 8000 << 10, "machine"},
		"version 2, a group above": {fstest.MapFS{"proc/meminfo": info, "proc/self/cgroup": file("0::/a/b\n"),
			"sys/fs/cgroup/a/b/memory.max": file("max\n"), "sys/fs/cgroup/a/memory.max": file("5000000\n"),
			"sys/fs/cgroup/a/memory.current": file("3000000\n"), "sys/fs/cgroup/a/memory.stat": file("anon 5\ninactive_file 1000000\n")}, 3000000, "group"},
		"version 2, inside a container": {fstest.MapFS{"proc/meminfo": info, "proc/self/cgroup": file("0::/docker/xyz\n"),
			"sys/fs/cgroup/memory.max": file("4000000\n"), "sys/fs/cgroup/memory.current": file("1000000\n")}, 3000000, "group"},
		"version 1": {fstest.MapFS{"proc/meminfo": info, "proc/self/cgroup": file("5:cpu:/x\n4:memory:/x\n"),
			"sys/fs/cgroup/memory/x/memory.limit_in_bytes": file("6000000"), "sys/fs/cgroup/memory/x/memory.usage_in_bytes": file("1000000"),
			"sys/fs/cgroup/memory/memory.limit_in_bytes": file("9223372036854771712")}, 5000000, "group"},
		"used up": {fstest.MapFS{"proc/meminfo": info, "proc/self/cgroup": file("0::/\n"),
			"sys/fs/cgroup/memory.max": file("4000000"), "sys/fs/cgroup/memory.current": file("5000000")}, 1, "group"},
		"roomy group": {fstest.MapFS{"proc/meminfo": info, "proc/self/cgroup": file("0::/\n"),
			"sys/fs/cgroup/memory.max": file("90000000"), "sys/fs/cgroup/memory.current": file("0")}, 8000 << 10, "machine"},
		"rubbish": {fstest.MapFS{"proc/meminfo": file("MemAvailable: much\n"), "proc/self/cgroup": file("\n:\n0::../../..\n"),
			"sys/fs/cgroup/memory.max": file("")}, 0, ""},
	} {
		if got, what := availableMemory(c.root); got != c.want || !strings.Contains(what, c.what) {
			t.Errorf("%s: %d, %q; want %d, %q", name, got, what, c.want, c.what)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
	}{{"4G", 4 << 30}, {"1.5GiB", 3 << 29}, {"500MB", 500e6}, {" 64 m ", 64 << 20}, {"100000000", 1e8}, {"2e9", 2e9}, {"1T", 1 << 40}} {
		var f sizeFlag
		if err := f.Set(c.text); err != nil || int64(f) != c.want {
			t.Errorf("%q: %d, %v; want %d", c.text, f, err, c.want)
		}
	}
	for _, text := range []string{"", "G", "much", "4X", "-4G", "0", "1M", "NaN", "Inf", "0x1p40", "1e300G", "4GG", "4G G"} {
		var f sizeFlag
		if err := f.Set(text); err == nil {
			t.Errorf("%q is %d bytes", text, f)
		}
	}
	for bytes, want := range map[int64]string{0: "0 bytes", 1023: "1023 bytes", 1 << 20: "1 MiB", 310 << 30: "310 GiB", 5 << 40: "5.0 TiB"} {
		if got := size(bytes); got != want {
			t.Errorf("size(%d) = %q, want %q", bytes, got, want)
		}
	}
}
