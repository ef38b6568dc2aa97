package results

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readCSV reads what [NewCSV] wrote.
func readCSV(in *os.File, s Schema) (*Table, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	rows := csv.NewReader(in)
	rows.FieldsPerRecord = len(s.Columns)
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("has no header: %w", err)
	}
	for i, c := range s.Columns {
		if header[i] != c.Name {
			return nil, fmt.Errorf("column %d is %q, %s says %q", i+1, header[i], packageFile, c.Name)
		}
	}
	t := NewTable(s)
	for n := 1; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, err
		}
		cells := make([]Cell, len(row))
		for i, text := range row {
			if cells[i], err = cellOf(s.Columns[i], text); err != nil {
				return nil, fmt.Errorf("row %d, %s: %w", n, s.Columns[i].Name, err)
			}
		}
		t.rows = append(t.rows, cells)
	}
}

// usable returns an error where check panics: this schema comes from a file.
func (s *Schema) usable() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the description in %s cannot be used: %v", packageFile, r)
		}
	}()
	s.check()
	return nil
}

// cellOf reads the text of a cell as a CSV file holds it.
func cellOf(c Column, text string) (Cell, error) {
	wrong := fmt.Errorf("%q is no %s", text, c.Type)
	if text == "" {
		if c.Required {
			return None, errors.New("is empty")
		}
		return None, nil
	}
	switch c.Type {
	case String:
		return Str(unguarded(text)), nil
	case Integer:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return None, wrong
		}
		return Int(n), nil
	case Number:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !finite(x) {
			return None, wrong
		}
		return Num(x), nil
	case Boolean:
		if text != "true" && text != "false" {
			return None, wrong
		}
		return Bool(text == "true"), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return None, wrong
	}
	return Day(day.Unix() / (24 * 60 * 60)), nil
}

// unguarded returns text without the apostrophe that stands in front of what would run as a formula.
func unguarded(text string) string {
	if rest, guarded := strings.CutPrefix(text, "'"); guarded && plain(rest) == text {
		return rest
	}
	return text
}

// keep returns t with the rows that ok says and without the columns named.
func (t *Table) keep(ok func(row int) bool, without ...string) *Table {
	s := t.Schema
	s.Columns, s.Key = nil, slices.DeleteFunc(slices.Clone(t.Key), func(k string) bool { return slices.Contains(without, k) })
	var at []int
	for i, c := range t.Columns {
		if !slices.Contains(without, c.Name) {
			s.Columns, at = append(s.Columns, c), append(at, i)
		}
	}
	out := NewTable(s)
	for r, row := range t.rows {
		if !ok(r) {
			continue
		}
		cells := make([]Cell, len(at))
		for k, i := range at {
			cells[k] = row[i]
		}
		out.rows = append(out.rows, cells)
	}
	return out
}
