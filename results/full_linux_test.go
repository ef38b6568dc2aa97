package results

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// tinyDisk mounts a memory disk of the given size, which needs root and a kernel that allows it.
func tinyDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no permission to mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}

func TestFullDiskLeavesNothing(t *testing.T) {
	for _, format := range []Format{CSV, Parquet} {
		disk := tinyDisk(t, "64k")
		f, err := Create(filepath.Join(disk, "runs", "run"), false)
		must(t, err)
		w, err := f.Stream(manySchema, format)
		must(t, err)
		for i := range 200000 {
			w.Int(int64(i) * 7919)
			w.Num(1 / float64(i+1))
			w.Empty()
			if err = w.EndRow(); err != nil {
				break
			}
		}
		closing := w.Close()
		if err = errors.Join(err, closing); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("%s: err = %v, want ENOSPC", format, err)
		}
		if !strings.Contains(err.Error(), "free some space") {
			t.Errorf("%s: %v does not say what to do", format, err)
		}
		f.Abort()
		if got := names(t, disk); len(got) != 0 {
			t.Errorf("%s: left behind: %v", format, got)
		}
	}
}

func TestFullDiskAtCommitKeepsTheOldRun(t *testing.T) {
	disk := tinyDisk(t, "96k")
	dir := filepath.Join(disk, "run")
	writeRun(t, dir, false)
	before := read(t, dir, "manifest.json")
	f, err := Create(dir, true)
	must(t, err)
	m := manifest()
	m.Scenario = strings.Repeat("x", 200<<10)
	if err := f.Commit(m); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("err = %v, want ENOSPC", err)
	}
	if read(t, dir, "manifest.json") != before {
		t.Error("the old run was changed")
	}
	if got := names(t, disk); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestWriteErrorsAreReported(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	table := sample()
	w := NewCSV(full, table.Schema)
	must(t, table.WriteRows(w)) // still in the buffer
	if err := w.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("err = %v, want ENOSPC", err)
	}
}

func TestUnwritableParent(t *testing.T) {
	if os.Getuid() == 0 {
		dir := tinyDisk(t, "64k")
		must(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
		checkUnwritable(t, dir)
		return
	}
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o555))
	checkUnwritable(t, dir)
}

func checkUnwritable(t *testing.T, dir string) {
	t.Helper()
	_, err := Create(filepath.Join(dir, "runs", "run"), false)
	if err == nil || !strings.Contains(err.Error(), "choose a folder you may write to") {
		t.Errorf("err = %v", err)
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}
