package scenarios

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"overshare/sim/record"
)

// What nobody would write by hand is refused in one line each, in little time and memory.
func TestHostileFiles(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"deep lists":       {"set: " + strings.Repeat("[", 500_000), "is not YAML"},
		"deep groups":      {"set: " + strings.Repeat("{a: ", 200_000), "is not YAML"},
		"deep indentation": {deepIndentation(1000), "unknown parameter"},
		"deep and closed": {"set: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
			"want a group of parameters"},
		"deep value":           {"set: {run.users: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}", "it is a list here"},
		"too large":            {strings.Repeat("# padding\n", 200_000), "is larger than 1048576 bytes"},
		"million lines":        {"title: x\n" + strings.Repeat("\n", 1_000_000) + "titel: y\n", ":1000002:1: titel: unknown key"},
		"long key":             {"title: x\nset:\n  " + strings.Repeat("a", 1000) + ": 1", "unknown parameter"},
		"long number":          {"set: {run.users: " + strings.Repeat("9", 1_000_000) + "}", "it is larger than any number here"},
		"long fraction":        {"set: {evaluation.alpha: 0." + strings.Repeat("9", 1_000_000) + "}", "want a share"},
		"huge exponent":        {"set: {run.users: 1e999999999}", "larger than any number"},
		"many items":           {"set: {sharing.bulk_days: [" + strings.Repeat("2018-04-27,", 80_000) + "]}", "stands there twice"},
		"many different items": {"set: {sharing.bulk_days: [" + manyDates(85_000) + "]}", "must be before sharing.daily_from"},
		"many anchors":         {strings.Repeat("? &a\n", 100_000), "stopped after 50 problems"},
		"many documents":       {strings.Repeat("---\na: 1\n", 100_000), "a second document"},
		"tags":                 {"%TAG ! tag:evil,2000:\n---\nset: !!python/object:os.system {run.users: 5}", ""},
		"endless quotes":       {`title: "` + strings.Repeat("x", 900_000), "is not YAML"},
		"question marks":       {strings.Repeat("? ", 5000), "a key must be a name"},
		"colons":               {"a:\n" + strings.Repeat("- - - - - - - - - - -\n", 40_000), "unknown key"},
		"carriage":             {"title: x\rset:\r  run.users: 0\r", "run.users = 0"},
		"bidi":                 {"set: {\"run\u202e.users\": 1}", `"run\u202e.users": unknown parameter`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(write(t, c.text))
			if c.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %.300v, want %q", err, c.want)
			}
			if n := len(err.Error()); n > 60_000 {
				t.Errorf("%d bytes of error", n)
			}
		})
	}
}

// manyDates lists n days from the year 1900 on.
func manyDates(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString((record.DayOf(1900, 1, 1) + record.Day(i)).String() + ",")
	}
	return b.String()
}

// deepIndentation nests n groups by indentation: n²/2 bytes.
func deepIndentation(n int) string {
	var b strings.Builder
	b.WriteString("set:\n")
	for i := range n {
		b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
	}
	return b.String()
}

// A file of any size is read no further than the limit.
func TestHugeFileIsNotRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "huge.yaml")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(100 << 30); err != nil { // takes no room on disk
		t.Skip(err)
	}
	f.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = Load(name)
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), "is larger than 1048576 bytes") {
		t.Errorf("got %v", err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
		t.Errorf("%d bytes allocated for refusing a file", used)
	}
}

func TestUnreadableFile(t *testing.T) {
	name := write(t, "title: x\n")
	if err := os.Chmod(name, 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(name); err == nil {
		f.Close()
		t.Skip("this user may read everything")
	}
	if _, err := Load(name); err == nil || !strings.HasSuffix(err.Error(), "cannot be read: permission denied") {
		t.Errorf("got %v", err)
	}
}

// A pipe is as good as a file: `overshare run <(make-scenario)`.
func TestPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("no /dev/fd here")
	}
	if _, err := io.WriteString(w, "set: {run.users: 7}"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	s := mustLoad(t, "/dev/fd/"+itoa(int(r.Fd())))
	if p, _ := s.Param("run.users"); p.Text != "7" {
		t.Errorf("run.users = %s", p.Text)
	}
}

func itoa(n int) string { return formatValue(int64(n)) }
