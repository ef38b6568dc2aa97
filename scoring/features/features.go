// Package features turns what a processor holds about a person into the coded columns that its models
// read. It sees scoring records and nothing of the world that they come from.
package features

import (
	"fmt"
	"math/bits"

	"overshare/scoring"
	"overshare/sim/record"
)

// A coder turns a value into one of at most 255 ordered levels and says what a level means.
type coder struct {
	encode func(v int32) uint8
	label  func(code uint8) string
	levels int
}

// Counts are kept exactly up to 253; 254 stands for more.
var counts = coder{
	func(v int32) uint8 { return uint8(min(v, 253)) + 1 },
	func(code uint8) string { return fmt.Sprint(code - 1) },
	254,
}

// Days since sign-up are kept in steps of 16.
var tenure = coder{
	func(v int32) uint8 { return uint8(min(max(v, 0)>>4, 253)) + 1 },
	func(code uint8) string { return fmt.Sprintf("%d-%d", int(code-1)*16, int(code-1)*16+15) },
	254,
}

// Amounts are kept in eight steps to the doubling, 9 % each, from 64 won on; 1 is zero, 2 below 64 won.
var won = coder{encodeWon, labelWon, 254}

func encodeWon(v int32) uint8 {
	if v < 64 {
		return 1 + uint8(min(v, 1))
	}
	n := bits.Len32(uint32(v))
	return uint8(3 + (n-7)<<3 + int(v>>(n-4)&7))
}

// leastWon returns the smallest amount that has a code of 3 or more.
func leastWon(code uint8) int64 {
	k := int64(code - 3)
	return (8 + k&7) << (k >> 3) << 3
}

func labelWon(code uint8) string {
	switch code {
	case 1:
		return "0"
	case 2:
		return "1-63"
	}
	return fmt.Sprintf("%d-%d", leastWon(code), leastWon(code+1)-1)
}

// coders are the ways in which items are read.
var coders = map[record.Coding]coder{record.CodedCount: counts, record.CodedDays: tenure, record.CodedWon: won}

// A column reads an item of last night's record; items that only join rows, or say again what another says,
// are not read.
type column struct {
	item record.Item
	coder
}

var now = readColumns()

func readColumns() (list []column) {
	for i, info := range record.Items {
		if c, read := coders[info.Coding]; read {
			list = append(list, column{record.Item(i), c})
		}
	}
	return list
}

var weekNames = [...]string{"payments", "remittances", "topups", "failed_topups", "received"}
var otherNames = [...]string{"senders_7d", "senders_28d", "failing_counterparties", "held_counterparties"}

// failing is the place of the number of failing counterparties among the columns about others.
const failing = 2

// The columns: last night's record, four earlier weeks, counterparties, what the proxy model says, and what
// the platform knows of its own.
const (
	NumWeek   = len(weekNames)
	NumPast   = NumWeek * len(record.Lags)
	NumOthers = len(otherNames)
	NumKnown  = len(knownNames) // columns of the platform's own knowledge
)

var (
	NumNow  = len(now)
	NumOwn  = NumNow + NumPast   // columns of the person's own records
	NumBase = NumOwn + NumOthers // all that a proxy model reads
	Proxy   = NumBase            // the column of the proxy score
	Known   = NumBase + 1        // the first column of the platform's own knowledge
	NumAll  = Known + NumKnown
)

// Columns describes the columns in order. Identifiers are not among them.
func Columns() []scoring.Feature {
	list := make([]scoring.Feature, 0, NumAll)
	for _, f := range now {
		list = append(list, scoring.Feature{Name: record.Items[f.item].Name, Levels: f.levels, Label: f.label})
	}
	for _, lag := range record.Lags {
		for _, name := range weekNames {
			list = append(list, scoring.Feature{Name: fmt.Sprintf("%s_7d_lag%d", name, lag), Levels: counts.levels, Label: counts.label})
		}
	}
	for _, name := range otherNames {
		list = append(list, scoring.Feature{Name: name, Levels: counts.levels, Label: counts.label})
	}
	list = append(list, scoring.Feature{Name: "proxy_score", Levels: 255, Label: labelOdds})
	return append(list, knownColumns()...)
}

// Item returns the item that column k is the value of, last night or in an earlier week; ok is false for
// columns that are computed from other people's records, by a model, or from nothing that was sent.
func Item(k int) (item record.Item, ok bool) {
	switch {
	case k < NumNow:
		return now[k].item, true
	case k < NumOwn:
		return record.WeekItems[(k-NumNow)%NumWeek], true
	}
	return 0, false
}

// Reads returns the items that column k is computed from: a column about counterparties belongs to the item
// with their tokens, and the number of failing counterparties to the item with their failures as well.
func Reads(k int) record.ItemSet {
	if item, ok := Item(k); ok {
		return record.SetOf(item)
	}
	switch {
	case k == NumOwn+failing:
		return record.SetOf(record.ItemCounterparties7, record.ItemFailedTopups7)
	case k < NumBase:
		return record.SetOf(record.ItemCounterparties7)
	}
	return 0
}

// Night returns how many nights before the newest record the one lies that column k of the person's own
// records is read from, as the place among record.Lags plus one; 0 is the newest.
func Night(k int) int {
	if k < NumNow {
		return 0
	}
	return 1 + (k-NumNow)/NumWeek
}

// Own writes the codes of the person's own records, all held, to dst[:NumOwn].
func Own(d *record.ScoringRecord, dst []uint8) {
	for k := range now {
		dst[k] = now[k].encode(d.Now[now[k].item])
	}
	at := dst[NumNow:NumOwn]
	for _, w := range d.Past {
		at[0], at[1], at[2] = atMost(w.Payments), atMost(w.Remittances), atMost(w.Topups)
		at[3], at[4] = atMost(w.Failed), atMost(w.Received)
		at = at[NumWeek:]
	}
}

func atMost(v uint8) uint8 { return min(v, 253) + 1 }

// Others writes the codes of what other people's records tell to dst[:NumOthers].
func Others(c *record.Counterparties, dst []uint8) {
	dst[0], dst[1], dst[2], dst[3] = atMost(c.Senders), atMost(c.FirstAll), atMost(c.Failing), atMost(c.Held)
}

// Odds codes log-odds in steps of 1/16 from −12 to +3.8: the proxy score as a column.
func Odds(logOdds float32) uint8 {
	return uint8(min(max(int32((logOdds+12)*16), 0), 253)) + 1
}

func labelOdds(code uint8) string {
	return fmt.Sprintf("log-odds %.4g", float64(float64(code-1)/16)-12)
}
