package tables_test

import (
	"testing"

	"overshare/results"
	"overshare/scenarios/study"
)

// Studies do not know the folder of results, so the program's version stands in both places.
func TestOneVersion(t *testing.T) {
	if study.Version != results.Version {
		t.Errorf("samples are of version %s, results of %s", study.Version, results.Version)
	}
}
