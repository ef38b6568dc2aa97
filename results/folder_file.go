package results

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// A File is one file of a run folder. What is written to it is counted and hashed on the way.
type File struct {
	folder *Folder
	entry  fileEntry
	disk   *os.File
	sum    hash.Hash
	err    error
}

// errClosed meets a goroutine that still writes while another one aborts the run.
var errClosed = errors.New("the run folder was given up")

// File begins a file of the run folder that is not a table, such as report.html. It must be closed
// before Commit.
func (f *Folder) File(name string) (*File, error) {
	if filepath.Base(name) != name || name == manifestName || name == packageFile {
		panic(fmt.Sprintf("results: internal error: file name %q", name))
	}
	return f.create(name)
}

func (f *Folder) create(name string) (*File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		return nil, errClosed
	}
	if _, err := fmt.Fprintln(f.lock, name); err != nil {
		return nil, f.cannot("write in", err)
	}
	f.begun = append(f.begun, name)
	disk, err := os.OpenFile(filepath.Join(f.partial, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, f.cannot("write "+name+" in", err)
	}
	file := &File{folder: f, entry: fileEntry{Path: name}, disk: disk, sum: sha256.New()}
	f.open[file] = true
	return file, nil
}

// Write appends to the file.
func (file *File) Write(p []byte) (int, error) {
	n, err := file.disk.Write(p)
	file.sum.Write(p[:n])
	file.entry.Bytes += int64(n)
	if err != nil && file.err == nil {
		file.err = file.folder.cannot("write "+file.entry.Path+" in", err)
	}
	return n, file.err
}

// Close brings the file to the disk and enters it into the folder's lists. It returns the first
// error of the file's life.
func (file *File) Close() error {
	if err := file.disk.Sync(); err != nil && file.err == nil {
		file.err = file.folder.cannot("write "+file.entry.Path+" in", err)
	}
	if err := file.disk.Close(); err != nil && file.err == nil {
		file.err = file.folder.cannot("write "+file.entry.Path+" in", err)
	}
	f := file.folder
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.open, file)
	if file.err == nil {
		file.entry.SHA256 = hex.EncodeToString(file.sum.Sum(nil))
		f.files = append(f.files, file.entry)
	}
	return file.err
}

// table closes its file along with itself and hands over the number of rows.
type table struct {
	Writer
	file *File
}

// Stream begins a table of the run folder whose rows come one by one. Close completes it.
func (f *Folder) Stream(s Schema, format Format) (Writer, error) {
	s.check()
	file, err := f.create(s.Name + "." + string(format))
	if err != nil {
		return nil, err
	}
	file.entry.schema, file.entry.format = &s, format
	return &table{Writer: NewWriter(format, file, s), file: file}, nil
}

// NewWriter returns a Writer of one file of the format.
func NewWriter(format Format, out io.Writer, s Schema) Writer {
	switch format {
	case CSV:
		return NewCSV(out, s)
	case Parquet:
		return NewParquet(out, s)
	}
	panic(fmt.Sprintf("results: internal error: unknown format %q", format))
}

func (t *table) Close() error {
	err := t.Writer.Close()
	rows := t.Rows()
	t.file.entry.Rows = &rows
	if err != nil && t.file.err == nil {
		t.file.err = err
	}
	return t.file.Close()
}

// Table writes a whole table into the run folder, once per format.
func (f *Folder) Table(t *Table, formats ...Format) error {
	for _, format := range formats {
		w, err := f.Stream(t.Schema, format)
		if err != nil {
			return err
		}
		err = t.WriteRows(w)
		if closing := w.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Streams is Stream in several formats at once: every row goes to each of them.
func (f *Folder) Streams(s Schema, formats ...Format) (Writer, error) {
	var all tee
	for _, format := range formats {
		w, err := f.Stream(s, format)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}
