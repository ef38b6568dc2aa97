package study

import (
	"bytes"
	"context"
	"flag"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"overshare/sim/sharing"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// shards lives through a country of four shards one by one, each written and read again, and all at once.
func shards(t *testing.T) (p *Plan, pieces []*Sample, whole []byte) {
	t.Helper()
	p, all := collected(t, "kakaopay-2024", "run.users=100000", "sharing.regimes=[everyone, in-scope, on-request]")
	for k := range p.Shards() {
		pieces = append(pieces, reread(t, p.Shard(k)))
	}
	if len(pieces) != 4 {
		t.Fatalf("%d shards, want 4", len(pieces))
	}
	return p, pieces, written(t, all)
}

func written(t interface{ Fatal(...any) }, s *Sample) []byte {
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// reread writes s and reads it again.
func reread(t interface{ Fatal(...any) }, s *Sample) *Sample {
	got := &Sample{}
	if err := got.UnmarshalBinary(written(t, s)); err != nil {
		t.Fatal(err)
	}
	return got
}

// In whatever order and grouping shards are merged, written or not in between, the sample is to the byte the
// one that was collected at once; the pieces are left as they were.
func TestMergeInAnyGrouping(t *testing.T) {
	p, pieces, whole := shards(t)
	if len(whole) < 100_000 {
		t.Fatalf("%d bytes: nothing was collected", len(whole))
	}
	before := written(t, pieces[0])
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.Permutation(pieces).Draw(t, "order")
		for len(list) > 1 {
			at := rapid.IntRange(0, len(list)-2).Draw(t, "at")
			n := rapid.IntRange(2, len(list)-at).Draw(t, "how many")
			one, err := p.Merge(list[at : at+n]...)
			if err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "write") {
				one = reread(t, one)
			}
			list = slices.Replace(slices.Clone(list), at, at+n, one)
		}
		if !bytes.Equal(written(t, list[0]), whole) {
			t.Fatal("merged in pieces the sample has other bytes")
		}
	})
	nothing, err := p.Merge()
	if err != nil {
		t.Fatal(err)
	}
	if same, err := p.Merge(nothing, pieces[0], nothing); err != nil || !bytes.Equal(written(t, same), before) {
		t.Errorf("merged with nothing a shard is another one (%v)", err)
	}
	if !bytes.Equal(written(t, pieces[0]), before) {
		t.Error("merging changed a piece")
	}
}

// A sample from pieces gives the numbers that one collected at once gives.
func TestFitFromPieces(t *testing.T) {
	p, pieces, _ := shards(t)
	slices.Reverse(pieces)
	s, err := p.Merge(pieces...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := p.Collect(context.Background(), 2, Options{}.Ready().Progress)
	if err != nil {
		t.Fatal(err)
	}
	x, err := p.Fit(context.Background(), s, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	y, err := p.Fit(context.Background(), all, Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(x.Scorers, y.Scorers) || !reflect.DeepEqual(x.Money, y.Money) || !reflect.DeepEqual(x.Groups, y.Groups) {
		t.Error("from pieces other numbers come out")
	}
}

// What does not belong together is refused, and so is a sample with a shard missing.
func TestMergeRefuses(t *testing.T) {
	p, pieces, whole := shards(t)
	other, err := p.At(p.Evaluation.Epoch - 30)
	if err != nil {
		t.Fatal(err)
	}
	part, err := p.Merge(pieces[0], pieces[2])
	if err != nil {
		t.Fatal(err)
	}
	check := func(want string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	_, err = p.Merge(part, pieces[2])
	check("shard 2 comes twice", err)
	_, err = other.Merge(part)
	check("another plan", err)
	_, err = p.Fit(context.Background(), part, Options{Workers: 1})
	check("shard 1 of 4 is missing", err)
	_, err = other.Fit(context.Background(), part, Options{Workers: 1})
	check("another plan", err)
	older := *pieces[1]
	older.Program = "0.0.9"
	_, err = p.Merge(part, reread(t, &older))
	check("taken by version 0.0.9 of the program cannot be read by version "+Version, err)
	_, err = p.Fit(context.Background(), &older, Options{Workers: 1})
	check("taken by version 0.0.9", err)
	whole[len(whole)/2]++
	check("damaged", (&Sample{}).UnmarshalBinary(whole))
	torn := *part
	torn.Train = torn.Train[:1]
	b, _ := torn.MarshalBinary()
	check("do not fit", (&Sample{}).UnmarshalBinary(b))
	short := *part.Train[0]
	short.Person = short.Person[1:]
	torn.Train = []*Rows{&short, part.Train[1]}
	b, _ = torn.MarshalBinary()
	check("columns do not fit", (&Sample{}).UnmarshalBinary(b))
}

// Every field of a sample, however deep, is written and read: all are set to values of their own. What is not
// written is scratch, and named here one by one.
func TestNoFieldOfASampleIsForgotten(t *testing.T) {
	s := &bare{}
	n := uint64(0)
	fill(reflect.ValueOf(s).Elem(), &n)
	if n < 100 {
		t.Fatalf("only %d values", n)
	}
	b := written(t, (*Sample)(s))
	got := &bare{}
	if err := (*Sample)(got).UnmarshalBinary(b); err != nil && !strings.Contains(err.Error(), "do not fit together") {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(s, got) {
		t.Error("something was lost")
	}
	var left []string
	count := reflect.TypeFor[sharing.Count]()
	for i := range count.NumField() {
		if f := count.Field(i); f.Tag.Get("wire") == "-" {
			left = append(left, f.Name)
		}
	}
	if len(left) > 0 {
		t.Errorf("not written of a count: %v", left)
	}
}

// fill sets every value of x that is written to another one than zero.
func fill(x reflect.Value, n *uint64) {
	*n++
	switch x.Kind() {
	case reflect.Bool:
		x.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		x.SetInt(int64(*n%126) + 1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		x.SetUint(*n%math.MaxUint8 + 1)
	case reflect.String:
		x.SetString(strings.Repeat("x", int(*n%50)+1))
	case reflect.Pointer:
		x.Set(reflect.New(x.Type().Elem()))
		fill(x.Elem(), n)
	case reflect.Slice:
		x.Set(reflect.MakeSlice(x.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range x.Len() {
			fill(x.Index(i), n)
		}
	case reflect.Struct:
		for i := range x.NumField() {
			if x.Type().Field(i).Tag.Get("wire") != "-" {
				fill(x.Field(i), n)
			}
		}
	}
}
