// Package scoring turns the item rows that a processor was sent into a score from 0 to 100.
//
// This file holds the words its scorers share: a table of coded features, and a model. The scorers are
// scorecard, gbdt and oracle; metric measures them. None of them may import the world (see the import
// test at the root): what was not sent cannot be reached from here.
package scoring

// Missing is the code of a value that the processor does not hold.
const Missing uint8 = 0

// A Feature describes one column of a [Table]. A value is coded in at most 255 ordered levels
// (1 = lowest); code 0 is [Missing].
type Feature struct {
	Name     string
	Levels   int                     // highest code in use, 1 to 255
	Monotone int8                    // +1, -1: the risk may only rise, fall with the code; 0 = free
	Nominal  bool                    // the levels' order was learnt from outcomes, not given
	Label    func(code uint8) string // what a code means to a reader; nil = the number itself
}

// A Table is what a scorer learns from or scores.
//
// Shapes: Code has Rows()·len(Features) values, row after row. Bad, Weight and When have one value a
// row; Weight nil means 1 for all, When nil means that rows have no time (it counts days). A table
// that is only scored may have Bad nil.
type Table struct {
	Features []Feature
	Code     []uint8
	Bad      []bool
	Weight   []float32
	When     []int32
}

// Rows returns the number of rows.
func (t *Table) Rows() int {
	if len(t.Features) == 0 {
		return len(t.Bad)
	}
	return len(t.Code) / len(t.Features)
}

// Row returns the codes of row i, not a copy.
func (t *Table) Row(i int) []uint8 {
	n := len(t.Features)
	return t.Code[i*n : (i+1)*n : (i+1)*n]
}

// A Model gives the log-odds of a bad outcome for one row of codes in the order of the table's
// features. Models are safe for use by several goroutines at once.
type Model interface {
	LogOdds(row []uint8) float64
}
