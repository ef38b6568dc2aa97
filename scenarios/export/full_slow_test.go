//go:build slow

package export_test

import (
	"bytes"
	"testing"

	"overshare/scenarios/export"
)

// The first 100,000 people are the same at a million, in every table.
//
//	go test -tags slow -run Large -timeout 30m ./scenarios/export
//
// Memory: about 4 GB, for the files of transactions.
func TestSameRowsAtLargeSize(t *testing.T) {
	for _, table := range []string{"people", "bills", "items", "transactions"} {
		small := exported(t, table, 100_000, export.Options{Workers: 2})
		if large := exported(t, table, 1_000_000, export.Options{Workers: 2}); !bytes.HasPrefix(large, small) {
			t.Errorf("%s: the rows of the first 100,000 people differ at a million", table)
		}
	}
}
