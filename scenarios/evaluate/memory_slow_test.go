//go:build slow && linux

package evaluate

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"overshare/sim/rng"
)

// The memory that help promises holds for 1,500 columns of 20,000 different values each: two bytes a feature and row, 40
// bytes a row and 250 MB. The test runs itself again as a process of its own, whose largest size the system tells.
//
//	go test -tags slow -run MemoryOfManyColumns -v ./scenarios/evaluate     (30 s)
func TestMemoryOfManyColumns(t *testing.T) {
	const rows, columns = 20_000, 1_500
	if path := os.Getenv("OVERSHARE_TABLE"); path != "" {
		o := Defaults()
		o.File = path
		must(t, o)
		return
	}
	path := filepath.Join(t.TempDir(), "wide.csv")
	writeWide(t, path, rows, columns)
	c := exec.Command(os.Args[0], "-test.run=^TestMemoryOfManyColumns$")
	c.Env = append(os.Environ(), "OVERSHARE_TABLE="+path)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	peak := c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	promised := int64(2*rows*columns + 40*rows + 250_000_000)
	t.Logf("peak %d MB, promised %d MB", peak/1e6, promised/1e6)
	if peak > promised {
		t.Errorf("the process took %d MB, help promises %d", peak/1e6, promised/1e6)
	}
}

func writeWide(t *testing.T, path string, rows, columns int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	var b strings.Builder
	b.WriteString("label,scope")
	for k := range columns {
		fmt.Fprintf(&b, ",c%d", k)
	}
	fmt.Fprintln(w, b.String())
	for i := range rows {
		s := rng.Open(7, rng.PurposeModel, uint64(i))
		line := fmt.Appendf(nil, "%d,%d", rng.Below(s.At(0), 2), rng.Below(s.At(1), 2))
		for k := range columns {
			line = fmt.Appendf(line, ",%d", s.At(uint64(2+k))>>20)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
