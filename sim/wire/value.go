package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
)

type writer struct{ out []byte }

// value appends x, whose type has a shape.
func (w *writer) value(x reflect.Value) error {
	switch x.Kind() {
	case reflect.Bool:
		b := byte(0)
		if x.Bool() {
			b = 1
		}
		w.out = append(w.out, b)
	case reflect.Uint8:
		w.out = append(w.out, byte(x.Uint()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.out = binary.AppendVarint(w.out, x.Int())
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		w.out = binary.AppendUvarint(w.out, x.Uint())
	case reflect.Float32:
		w.out = binary.LittleEndian.AppendUint32(w.out, math.Float32bits(float32(x.Float())))
	case reflect.Float64:
		w.out = binary.LittleEndian.AppendUint64(w.out, math.Float64bits(x.Float()))
	case reflect.String:
		w.out = append(binary.AppendUvarint(w.out, uint64(x.Len())), x.String()...)
	case reflect.Pointer:
		if x.IsNil() {
			return fmt.Errorf("wire: a nil %s cannot be written", x.Type())
		}
		return w.value(x.Elem())
	case reflect.Slice:
		w.out = binary.AppendUvarint(w.out, uint64(x.Len()))
		if x.Type().Elem().Kind() == reflect.Uint8 {
			w.out = append(w.out, x.Bytes()...)
			return nil
		}
		return w.elements(x)
	case reflect.Array:
		return w.elements(x)
	case reflect.Struct:
		for i := range x.NumField() {
			if scratch(x.Type().Field(i)) {
				continue
			}
			if err := w.value(x.Field(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) elements(x reflect.Value) error {
	for i := range x.Len() {
		if err := w.value(x.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// A reader takes values off the front of in; after the first error all else is zero.
type reader struct {
	in  []byte
	err error
}

var errShort = errors.New("the bytes end too early")

// take returns the next n bytes, or nil.
func (r *reader) take(n uint64) []byte {
	if r.err == nil && n > uint64(len(r.in)) {
		r.err = errShort
	}
	if r.err != nil {
		return nil
	}
	b := r.in[:n]
	r.in = r.in[n:]
	return b
}

func (r *reader) uvarint() uint64 {
	x, n := binary.Uvarint(r.in)
	return x * uint64(r.skip(n))
}

func (r *reader) varint() int64 {
	x, n := binary.Varint(r.in)
	return x * int64(r.skip(n))
}

// skip passes a varint of n bytes and returns 1; for one that is none it returns 0 and notes an error.
func (r *reader) skip(n int) int {
	if n <= 0 && r.err == nil {
		r.err = errShort
	}
	if r.err != nil {
		return 0
	}
	r.in = r.in[n:]
	return 1
}

// value reads into x, which is zero.
func (r *reader) value(x reflect.Value) {
	switch x.Kind() {
	case reflect.Bool:
		r.bool(x)
	case reflect.Uint8:
		if b := r.take(1); b != nil {
			x.SetUint(uint64(b[0]))
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if n := r.varint(); x.OverflowInt(n) {
			r.fail(fmt.Errorf("%d is too large for a %s", n, x.Type()))
		} else {
			x.SetInt(n)
		}
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n := r.uvarint(); x.OverflowUint(n) {
			r.fail(fmt.Errorf("%d is too large for a %s", n, x.Type()))
		} else {
			x.SetUint(n)
		}
	case reflect.Float32:
		if b := r.take(4); b != nil {
			x.SetFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
		}
	case reflect.Float64:
		if b := r.take(8); b != nil {
			x.SetFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
	case reflect.String:
		x.SetString(string(r.take(r.uvarint())))
	case reflect.Pointer:
		x.Set(reflect.New(x.Type().Elem()))
		r.value(x.Elem())
	case reflect.Slice:
		r.slice(x)
	case reflect.Array:
		r.elements(x)
	case reflect.Struct:
		for i := range x.NumField() {
			if r.err == nil && !scratch(x.Type().Field(i)) {
				r.value(x.Field(i))
			}
		}
	}
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) bool(x reflect.Value) {
	switch b := r.take(1); {
	case b == nil:
	case b[0] > 1:
		r.fail(fmt.Errorf("%d is neither true nor false", b[0]))
	default:
		x.SetBool(b[0] == 1)
	}
}

// slice reads a slice, and makes room for no more elements than the bytes left can hold.
func (r *reader) slice(x reflect.Value) {
	n, of := r.uvarint(), x.Type().Elem()
	if n == 0 || r.err != nil {
		return
	}
	if of.Kind() == reflect.Uint8 {
		if b := r.take(n); b != nil {
			x.SetBytes(append([]byte(nil), b...))
		}
		return
	}
	if least := least(of); least == 0 || n > uint64(len(r.in)/least) {
		r.fail(errShort)
		return
	}
	x.Set(reflect.MakeSlice(x.Type(), int(n), int(n)))
	r.elements(x)
}

func (r *reader) elements(x reflect.Value) {
	for i := 0; i < x.Len() && r.err == nil; i++ {
		r.value(x.Index(i))
	}
}

// least returns how many bytes a value of a type takes at least.
func least(t reflect.Type) int {
	switch t.Kind() {
	case reflect.Float32:
		return 4
	case reflect.Float64:
		return 8
	case reflect.Pointer:
		return least(t.Elem())
	case reflect.Array:
		return t.Len() * least(t.Elem())
	case reflect.Struct:
		sum := 0
		for i := range t.NumField() {
			if f := t.Field(i); !scratch(f) {
				sum += least(f.Type)
			}
		}
		return sum
	}
	return 1
}
