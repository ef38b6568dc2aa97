package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"testing"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/export"
)

// exported runs an export and returns its file.
func exported(t *testing.T, table string, users int, o export.Options, sets ...string) []byte {
	t.Helper()
	s := loaded(t, users, sets...)
	var out bytes.Buffer
	err := export.Execute(t.Context(), s, table, o, func(schema results.Schema) (results.Writer, error) {
		return results.NewCSV(&out, schema), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func loaded(t *testing.T, users int, sets ...string) *scenarios.Scenario {
	t.Helper()
	overrides := []scenarios.Override{scenarios.Set("run.users=" + strconv.Itoa(users))}
	for _, set := range sets {
		overrides = append(overrides, scenarios.Set(set))
	}
	s, err := scenarios.Load("", overrides...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A row is a line of a table by column.
type row map[string]string

func (r row) int(t *testing.T, column string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(r[column], 10, 64)
	if err != nil {
		t.Fatalf("column %s: %v", column, err)
	}
	return n
}

// read parses a table as any other program would.
func read(t *testing.T, file []byte) (rows []row) {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		r := row{}
		for i, name := range lines[0] {
			r[name] = line[i]
		}
		rows = append(rows, r)
	}
	return rows
}

var all = []string{"people", "transactions", "bills", "items"}

// Every table is ordered by its key, which is unique where it is one, and names only people asked for.
func TestTablesAreOrdered(t *testing.T) {
	const users = 3000 // the last block of 512 reaches beyond
	keys := map[string][]string{"people": {"person"}, "transactions": {"person", "date", "minute"}, "bills": {"person", "ask_date"}, "items": {"hidden_person", "night"}}
	for _, table := range all {
		rows := read(t, exported(t, table, users, export.Options{Workers: 2}))
		if len(rows) < 500 {
			t.Errorf("%s: only %d rows", table, len(rows))
		}
		before := ""
		for i, r := range rows {
			if u := r.int(t, keys[table][0]); u < 0 || u >= users {
				t.Fatalf("%s: row %d is of person %d of %d", table, i, u, users)
			}
			key := sortable(r, keys[table])
			if key < before || key == before && table != "transactions" {
				t.Fatalf("%s: row %d has key %s after %s", table, i, key, before)
			}
			before = key
		}
	}
}

// sortable returns a key that sorts as its numbers and dates do.
func sortable(r row, columns []string) (key string) {
	for _, c := range columns {
		key += strings.Repeat("0", 12-len(r[c])) + r[c]
	}
	return key
}

// The bytes depend on neither the number of workers nor, for the same people, the number of users.
func TestSameRowsAtAnySize(t *testing.T) {
	const few, many = 2500, 9000
	for _, table := range all {
		small := exported(t, table, few, export.Options{Workers: 1})
		if !bytes.Equal(small, exported(t, table, few, export.Options{Workers: 3})) {
			t.Errorf("%s: other bytes with 3 workers", table)
		}
		large := exported(t, table, many, export.Options{Workers: 2})
		if !bytes.HasPrefix(large, small) || len(large) <= len(small) {
			t.Errorf("%s: the rows of the first %d people differ among %d", table, few, many)
		}
		if bytes.Equal(small, exported(t, table, few, export.Options{Workers: 1}, "run.seed=7")) {
			t.Errorf("%s: another seed gives the same rows", table)
		}
	}
}

func TestSelectionMistakes(t *testing.T) {
	for _, c := range []struct {
		table string
		part  export.Selection
		want  []string
	}{
		{"peopel", export.Selection{}, []string{`no table "peopel"`, "people, transactions"}},
		{"items", export.Selection{From: "2020-02-30"}, []string{"--from", "2020-02-30", "not a date"}},
		{"items", export.Selection{From: "2020-01-01", To: "2030-01-01"}, []string{"--from: 2020-01-01", "--to: 2030-01-01", "2023-12-03 to"}},
		{"bills", export.Selection{From: "2024-04-02", To: "2024-04-01"}, []string{"2024-04-01 lies before --from, 2024-04-02"}},
		{"bills", export.Selection{Regime: "in-scope"}, []string{"--regime", "not bills"}},
		{"features", export.Selection{From: "2024-04-01"}, []string{"features have no period"}},
		{"features", export.Selection{Regime: "in-skope"}, []string{`"in-skope" is not a regime`}},
		{"people", export.Selection{To: "2024-04-01"}, []string{"people have no period"}},
		{"items", export.Selection{Regime: "in-skope"}, []string{`"in-skope" is not a regime`}},
	} {
		err := export.Execute(t.Context(), loaded(t, 100), c.table, export.Options{Selection: c.part}, func(results.Schema) (results.Writer, error) {
			t.Errorf("%s %v: a file was opened", c.table, c.part)
			return nil, errors.New("opened")
		})
		var selection *export.SelectionError
		if !errors.As(err, &selection) {
			t.Errorf("%s %v: error %v is not one of selection", c.table, c.part, err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s %v: error %q does not name %q", c.table, c.part, err, w)
			}
		}
	}
}

func TestTooManyPeopleForIdentities(t *testing.T) {
	for _, table := range []string{"people", "items"} {
		err := export.Execute(t.Context(), loaded(t, 100_000_001), table, export.Options{}, nil)
		if err == nil || !strings.Contains(err.Error(), "too many for identities") {
			t.Errorf("%s: error %v", table, err)
		}
	}
}

// A failing writer and an interrupted export stop and say so.
func TestFailures(t *testing.T) {
	full := errors.New("no space left on device")
	err := export.Execute(t.Context(), loaded(t, 5000), "people", export.Options{Workers: 2}, func(s results.Schema) (results.Writer, error) {
		return results.NewCSV(failing{full}, s), nil
	})
	if !errors.Is(err, full) {
		t.Errorf("error %v, want %v", err, full)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = export.Execute(ctx, loaded(t, 5000), "people", export.Options{Workers: 2}, func(s results.Schema) (results.Writer, error) {
		return results.NewCSV(&bytes.Buffer{}, s), nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
