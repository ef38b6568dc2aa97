package export

import (
	"context"
	"io"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/study"
)

// What an export takes of memory besides its files, in bytes.
const (
	programBytes  = 40 << 20 // of an export of nobody
	workerBytes   = 4 << 20  // of every worker: a block of people, and rows under way
	groupRows     = 1 << 20  // rows that a Parquet writer holds until it writes them
	parquetSpread = 4        // memory of such a row over its length as CSV, where texts repeat least; measured 0.7 to 4.0
)

// pilotPeople is how many people are exported to see how long their rows are.
const pilotPeople = 2048

// Estimate returns about how much memory and disk an export takes, in bytes, from the rows of its first
// people, which it writes in every format and throws away: some hundredths of a second.
func Estimate(ctx context.Context, s *scenarios.Scenario, table string, o Options, formats ...results.Format) (memory, disk int64, err error) {
	p, err := study.NewPlan(s)
	if err != nil {
		return 0, 0, err
	}
	users := p.Run.Users
	whole := *p
	p.Run.Users = min(users, pilotPeople)
	people := float64(users) / float64(p.Run.Users)
	memory = programBytes + int64(o.Workers)*workerBytes
	o.Progress = nil
	var text, rows int64
	for _, format := range append([]results.Format{results.CSV}, formats...) {
		var n counter
		var w results.Writer
		err := execute(ctx, p, table, o, func(schema results.Schema) (results.Writer, error) {
			w = results.NewWriter(format, &n, schema)
			return w, nil
		})
		if err != nil {
			return 0, 0, err
		}
		if text == 0 {
			text, rows = int64(n), w.Rows()
			if table == "features" {
				memory = featuresMemory(&whole, o.Workers, int64(float64(rows)*people))
			}
			continue // the CSV that tells how long a row is
		}
		disk += int64(float64(n) * people)
		if format == results.Parquet && rows > 0 {
			held := min(float64(rows)*people, groupRows)
			memory += int64(held * parquetSpread * float64(text) / float64(rows))
		}
	}
	return memory, disk, nil
}

// counter counts what is written to it.
type counter int64

var _ io.Writer = (*counter)(nil)

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
