package tables

import "overshare/results"

// A field is a column of a table and, beside it, the cell of a row that fills it.
type field[T any] struct {
	results.Column
	cell func(T) results.Cell
}

// fill returns a table with a row for each of rows.
func fill[T any](name, title string, key []string, fields []field[T], rows []T) *results.Table {
	s := results.Schema{Name: name, Title: title, Key: key}
	for _, f := range fields {
		s.Columns = append(s.Columns, f.Column)
	}
	t := results.NewTable(s)
	for _, row := range rows {
		cells := make([]results.Cell, len(fields))
		for k, f := range fields {
			cells[k] = f.cell(row)
		}
		t.Append(cells...)
	}
	return t
}

// word is a field of text that is never empty, whole one of whole numbers, part one of a number that may be undefined.
func word[T any](name, meaning string, text func(T) string) field[T] {
	return field[T]{results.Column{Name: name, Type: results.String, Meaning: meaning, Required: true},
		func(x T) results.Cell { return results.Str(text(x)) }}
}

func whole[T any](name, unit, meaning string, n func(T) int64) field[T] {
	return field[T]{results.Column{Name: name, Type: results.Integer, Unit: unit, Meaning: meaning, Required: true},
		func(x T) results.Cell { return results.Int(n(x)) }}
}

func part[T any](name, meaning string, cell func(T) results.Cell) field[T] {
	return field[T]{results.Column{Name: name, Type: results.Number, Meaning: meaning}, cell}
}

func yes[T any](name, meaning string, is func(T) bool) field[T] {
	return field[T]{results.Column{Name: name, Type: results.Boolean, Meaning: meaning, Required: true},
		func(x T) results.Cell { return results.Bool(is(x)) }}
}

func doubted[T any](why func(T) []string) field[T] {
	return field[T]{results.Warnings(), func(x T) results.Cell { return results.Strs(why(x)...) }}
}
