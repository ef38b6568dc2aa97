package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

type cause uint8

type inner struct {
	Name  string
	Share float64
	Few   [2]int16
}

// everything has a field of every kind that is written.
type everything struct {
	Yes    bool
	A      int
	B      int8
	C      int64
	D      uint16
	E      uint64
	F      float32
	G      float64
	Text   string
	Raw    []uint8
	Causes []cause
	Counts []int64
	Parts  []*inner
	Named  map[string]int `wire:"-"`
	memo   int            `wire:"-"`
}

func draw(t *rapid.T) everything {
	ints := rapid.SliceOfN(rapid.Int64(), 0, 20).Draw(t, "counts")
	v := everything{Yes: rapid.Bool().Draw(t, "yes"), A: rapid.Int().Draw(t, "a"), B: rapid.Int8().Draw(t, "b"), C: rapid.Int64().Draw(t, "c"),
		D: rapid.Uint16().Draw(t, "d"), E: rapid.Uint64().Draw(t, "e"), F: rapid.Float32().Draw(t, "f"), G: rapid.Float64().Draw(t, "g"),
		Text: rapid.String().Draw(t, "text"), Raw: rapid.SliceOf(rapid.Byte()).Draw(t, "raw"), Counts: ints}
	for _, x := range v.Raw {
		v.Causes = append(v.Causes, cause(x))
	}
	for range rapid.IntRange(0, 3).Draw(t, "parts") {
		v.Parts = append(v.Parts, &inner{rapid.String().Draw(t, "name"), rapid.Float64().Draw(t, "share"), [2]int16{rapid.Int16().Draw(t, "few"), -1}})
	}
	return v
}

// What is written comes back, and the same value has the same bytes. Scratch is not written.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := draw(t)
		v.memo = 7
		first, err := Encode(&v)
		if err != nil {
			t.Fatal(err)
		}
		var got everything
		if err := Decode(first, &got); err != nil {
			t.Fatal(err)
		}
		if got.memo != 0 {
			t.Error("scratch was written")
		}
		again, _ := Encode(got)
		if !bytes.Equal(first, again) {
			t.Error("the same value has other bytes")
		}
		v.memo = 0
		if diff := cmp.Diff(v, got, cmp.AllowUnexported(everything{}), cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
			t.Error(diff)
		}
	})
}

// The layout by hand: 5 is the varint 10, "ok" comes after its length, 1.5 from its lowest byte.
func TestLayoutByHand(t *testing.T) {
	type small struct {
		N int
		S string
		X float32
		L []uint16
	}
	got, err := Encode(small{5, "ok", 1.5, []uint16{1, 300}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "0a" + "026f6b" + "0000c03f" + "02" + "01" + "ac02"; hex.EncodeToString(got[header:len(got)-32]) != want {
		t.Errorf("%x, want %s", got[header:len(got)-32], want)
	}
	if string(got[:4]) != "OVS\x01" {
		t.Errorf("begins with %q", got[:4])
	}
}

// A struct with a field that would be lost is refused by its name, and so is what has no bytes.
func TestNothingIsForgotten(t *testing.T) {
	type sum struct {
		Total  int
		series []int64
	}
	for want, v := range map[string]any{"field series of wire.sum would be lost": sum{}, "a map cannot be written": map[int]int{},
		"nil *wire.inner": everything{Parts: []*inner{nil}}, "nothing to encode": nil} {
		if _, err := Encode(v); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%T: error %v, want %q", v, err, want)
		}
	}
	if err := Decode(nil, everything{}); err == nil || !strings.Contains(err.Error(), "pointer") {
		t.Errorf("decoding into a value: %v", err)
	}
}

// Bytes of another type, another layout, changed in any place or cut anywhere are refused and never panic.
func TestDamageIsFound(t *testing.T) {
	v := everything{Text: "here", Counts: []int64{1, 1 << 40}, G: math.Inf(1), Parts: []*inner{{Name: "x"}}}
	good, err := Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	var other struct{ Yes bool }
	if err := Decode(good, &other); err == nil || !strings.Contains(err.Error(), "another version of the program") {
		t.Errorf("another type: %v", err)
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x40
		var got everything
		if err := Decode(bad, &got); err == nil || i > 3 && !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if err := Decode(good[:i], &got); err == nil {
			t.Errorf("cut at %d: no error", i)
		}
	}
}

// Whatever stands in the body, with a checksum that fits, is read or refused: no panic and no large allocation.
func FuzzDecode(f *testing.F) {
	good, _ := Encode(everything{Text: "x", Counts: []int64{3}, Parts: []*inner{{}}})
	f.Add(good[header : len(good)-32])
	f.Add(bytes.Repeat([]byte{0xff}, 40))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := reader{in: body}
		var v everything
		decodeBody(&r, &v)
		if n := len(v.Counts) + len(v.Raw) + len(v.Text) + len(v.Parts); n > len(body) {
			t.Errorf("%d elements from %d bytes", n, len(body))
		}
	})
}

func decodeBody(r *reader, v *everything) { r.value(reflect.ValueOf(v).Elem()) }
