package evaluate

import (
	"bytes"
	"io"
	"slices"
)

// What an evaluation takes, in bytes; checked against measured peaks by TestEvaluateEstimateAgainstPeak.
const (
	programBytes = 28 << 20
	fileRow      = 1 + 8 + 8 + 4 + 2 // of every row of the file: flags, time, person, weight, group
	usedRow      = 1 + 4 + 4 + 1     // of a row that is used, besides its codes: label, time, weight, fold
	treeRow      = 30                // of a row that trees are grown on, besides its codes twice
	judgedRow    = 100               // of a test row: outcomes, log-odds of candidates, and the orders of the measures
	sketchKey    = 20                // of a value that a sketch keeps
	chunkBytes   = 1 << 20           // of a column of a Parquet file that is being read
	garbage      = 1.25              // what the collector lets grow before it collects: GOGC=25
	foretaste    = 1 << 20           // bytes of text that are read to see how long rows are
)

// Estimate returns about how much memory and disk an evaluation takes, in bytes: from the length of a CSV file's first rows or
// what a Parquet file says of itself. Roles are assigned as [Execute] does, with the same errors.
func Estimate(o Options) (memory, disk int64, err error) {
	if err := o.check(); err != nil {
		return 0, 0, err
	}
	src, file, err := open(o.File, &o)
	if err != nil {
		return 0, 0, err
	}
	defer src.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, 0, err
	}
	l, err := assign(src.columns(), &o)
	if err != nil {
		return 0, 0, err
	}
	rows, width := src.rows(info.Size()), int64(len(l.features)+1)
	copies := int64(2) // the codes, and a copy as if all were in scope or of what a fold learns from
	perRow := int64(fileRow + usedRow)
	if slices.ContainsFunc(o.Scorers, func(s string) bool { return s != "scorecard" }) {
		copies += 2 // the records and columns of trees; a copy with texts coded for them is in the place of the other
		perRow += treeRow
	}
	test := int64(o.TestShare * float64(rows))
	sketches := width * min(rows, int64(keysFor(len(l.features)))) * sketchKey // gone when rows are judged
	bytes := rows*(perRow+copies*width) + max(test*judgedRow*int64(len(o.Scorers)), sketches)
	if p, ok := src.(*parquetSource); ok {
		bytes += min(8*p.size, chunkBytes*int64(len(p.header)))
	}
	return programBytes + int64(garbage*float64(bytes)), 1<<20 + test*int64(10+40*len(o.Scorers)), nil
}

// rows returns about how many rows the file has, which has size bytes.
func (s *csvSource) rows(size int64) int64 {
	in := s.open()
	text, err := io.ReadAll(io.LimitReader(in, foretaste))
	lines := int64(bytes.Count(text, []byte("\n")))
	if err != nil || len(text) < foretaste {
		return lines
	}
	read := int64(len(text))
	if g, ok := in.(*gunzip); ok {
		read, _ = g.in.(io.Seeker).Seek(0, io.SeekCurrent)
	}
	return int64(float64(lines) / float64(max(read, 1)) * float64(size))
}

func (p *parquetSource) rows(int64) (n int64) {
	for i := range p.footer.meta.RowGroups {
		n += p.footer.meta.RowGroups[i].NumRows
	}
	return n
}
