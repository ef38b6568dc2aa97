package study

import (
	"errors"
	"fmt"
	"slices"

	"overshare/scoring/features"
	"overshare/sim/wire"
)

// NewSample returns a sample of no shard: what is merged with it stays what it is.
func (p *Plan) NewSample() *Sample {
	return &Sample{Program: Program(), Plan: p.ID, Exposure: p.Border.NewCount()}
}

// Merge returns the sample of all shards of the parts, which are left as they are but share their rows with
// it. In whatever order and grouping shards are merged, the sample has the same bytes.
//
// Undefined: an error for a part of another plan or program, and for a shard that comes twice.
func (p *Plan) Merge(parts ...*Sample) (*Sample, error) {
	s := p.NewSample()
	for _, part := range parts {
		if err := s.add(part); err != nil {
			return nil, err
		}
	}
	for k, shard := range s.Shards {
		if !p.holds(s.Train[k]) || !p.holds(s.Test[k]) || !p.holds(s.Probes[k]) {
			return nil, fmt.Errorf("shard %d was taken down at another border", shard)
		}
	}
	return s, nil
}

// add merges o into s.
func (s *Sample) add(o *Sample) error {
	if err := o.ours(s.Program); err != nil {
		return err
	}
	if o.Plan != s.Plan {
		return fmt.Errorf("a sample of another plan (%.12s…, not %.12s…) cannot be merged: the scenario, its settings or the country differ", o.Plan, s.Plan)
	}
	for k, shard := range o.Shards {
		at, found := slices.BinarySearch(s.Shards, shard)
		if found {
			return fmt.Errorf("shard %d comes twice", shard)
		}
		s.Shards = slices.Insert(s.Shards, at, shard)
		s.Train, s.Test, s.Probes = slices.Insert(s.Train, at, o.Train[k]), slices.Insert(s.Test, at, o.Test[k]), slices.Insert(s.Probes, at, o.Probes[k])
	}
	s.Exposure.Plus(o.Exposure)
	s.Transactions += o.Transactions
	s.Books.Plus(o.Books)
	return nil
}

// ours refuses a sample that another program took: the same plan may give other rows there.
func (s *Sample) ours(program string) error {
	if s.Program != program {
		return fmt.Errorf("a sample taken by version %s of the program cannot be read by version %s: take all shards anew with one of them", s.Program, program)
	}
	return nil
}

// complete returns an error unless s holds every shard of p.
func (p *Plan) complete(s *Sample) error {
	if err := s.ours(Program()); err != nil {
		return err
	}
	if s.Plan != p.ID {
		return fmt.Errorf("the sample is of another plan (%.12s…, not %.12s…)", s.Plan, p.ID)
	}
	for k := range p.Shards() {
		if k >= len(s.Shards) || int(s.Shards[k]) != k {
			return fmt.Errorf("shard %d of %d is missing: %d are here; simulate it and merge it", k, p.Shards(), len(s.Shards))
		}
	}
	return nil
}

// MarshalBinary writes s: see package wire for the layout. All that s holds is written.
func (s *Sample) MarshalBinary() ([]byte, error) { return wire.Encode(s) }

// UnmarshalBinary reads what MarshalBinary wrote. It refuses bytes that are damaged, that another version of
// the program wrote with other fields, and rows that do not fit together.
func (s *Sample) UnmarshalBinary(data []byte) error {
	if err := wire.Decode(data, (*bare)(s)); err != nil {
		return err
	}
	return s.check()
}

// A bare sample has the fields of a [Sample] and no methods.
type bare Sample

// check refuses a sample whose parts do not fit together.
func (s *Sample) check() error {
	n := len(s.Shards)
	if len(s.Train) != n || len(s.Test) != n || len(s.Probes) != n || !slices.IsSorted(s.Shards) || len(slices.Compact(slices.Clone(s.Shards))) != n {
		return errors.New("a sample whose lists of shards do not fit together")
	}
	for k := range n {
		for _, r := range []*Rows{s.Train[k], s.Test[k], s.Probes[k]} {
			if !r.fits() {
				return fmt.Errorf("shard %d has rows whose columns do not fit together", s.Shards[k])
			}
		}
	}
	return nil
}

// fits reports whether the columns of r are of one length, those that only bills or only probes have left away.
func (r *Rows) fits() bool {
	n := r.Len()
	each := func(width int, lengths ...int) bool {
		return !slices.ContainsFunc(lengths, func(l int) bool { return l != 0 && l != n*width })
	}
	return len(r.Seen) == n && len(r.Person) == n && len(r.Day) == n && len(r.Inside) == n && (n == 0 || len(r.Own)%(n*features.NumOwn) == 0) &&
		each(features.NumKnown, len(r.Known)) && each(1, len(r.Failed), len(r.Wait), len(r.Bills))
}

// holds reports whether r has the clocks, holdings and circles of the border of p.
func (p *Plan) holds(r *Rows) bool {
	sight := p.Border.Holdings() + p.Border.Circles()*features.NumOthers
	if sight == 0 {
		return len(r.Sights) == 0
	}
	return len(r.Own) == r.Len()*features.NumOwn*p.Border.Clocks() && len(r.Sights)%sight == 0 &&
		!slices.ContainsFunc(r.Seen, func(n uint32) bool { return int(n) >= len(r.Sights)/sight })
}
