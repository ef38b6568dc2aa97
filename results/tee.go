package results

import "errors"

// tee writes the same rows to several writers.
type tee []Writer

func (t tee) Text(s string) {
	for _, w := range t {
		w.Text(s)
	}
}

func (t tee) Int(n int64) {
	for _, w := range t {
		w.Int(n)
	}
}

func (t tee) Num(x float64) {
	for _, w := range t {
		w.Num(x)
	}
}

func (t tee) Bool(b bool) {
	for _, w := range t {
		w.Bool(b)
	}
}

func (t tee) Date(days int32) {
	for _, w := range t {
		w.Date(days)
	}
}

func (t tee) Empty() {
	for _, w := range t {
		w.Empty()
	}
}

func (t tee) EndRow() (err error) {
	for _, w := range t {
		err = errors.Join(err, w.EndRow())
	}
	return err
}

func (t tee) Rows() int64 { return t[0].Rows() }

func (t tee) Close() (err error) {
	for _, w := range t {
		err = errors.Join(err, w.Close())
	}
	return err
}
