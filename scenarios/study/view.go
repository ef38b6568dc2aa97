package study

import (
	"bytes"
	"fmt"

	"overshare/scoring"
	"overshare/scoring/features"
	"overshare/scoring/metric"
	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/sharing"
	"overshare/sim/sharing/regime"
)

// Columns is a set of columns: bit k&63 of word k>>6.
type Columns [2]uint64

// Add adds column k.
func (c *Columns) Add(k int)      { c[k>>6] |= 1 << (k & 63) }
func (c *Columns) has(k int) bool { return c[k>>6]>>(k&63)&1 != 0 }

// A view applies a View to rows: what of them the processor holds, in the form in which it was sent.
type view struct {
	View
	plan   *Plan
	known  bool // the platform's own knowledge is read
	now    []part
	past   []part
	rows   []part
	others int // place of the circle among the sights; -1: none
	tokens record.ItemSet
	bytes  int // of a sight
}

// A part is what one flow lets the processor have of the person's own records.
type part struct {
	sharing.Part
	column Columns // of features.NumOwn that its items fill
	noisy  bool
	form   []regime.Protection // by column
}

// parts makes the flows of regime r ready; columns that no flow sends are in none.
func (p *Plan) parts(r int) (list []part) {
	if r == Nobodys {
		return nil
	}
	for _, x := range p.Border.Regimes[r].Parts {
		y := part{Part: x, form: make([]regime.Protection, features.NumOwn)}
		items := x.Items
		if x.Score { // the wallet has them all
			items = record.AllItems
		}
		for k := range features.NumOwn {
			item, _ := features.Item(k)
			if items.Has(item) {
				y.column.Add(k)
				y.form[k] = x.How[item]
				y.noisy = y.noisy || y.form[k].Form >= regime.Banded
			}
		}
		list = append(list, y)
	}
	return list
}

// view makes a View ready.
func (p *Plan) view(w View) *view {
	v := &view{View: w, plan: p, known: p.Processor.PlatformHistory, now: p.parts(w.Now), past: p.parts(w.Past), rows: p.parts(w.Rows), others: -1}
	g := &p.Border.Regimes[w.Others]
	if g.Circle >= 0 {
		v.others = p.Border.Holdings() + g.Circle*features.NumOthers
	}
	for _, x := range g.Parts {
		v.tokens |= x.Items
		if x.Score {
			v.tokens = record.AllItems
		}
	}
	v.bytes = p.Border.Holdings() + p.Border.Circles()*features.NumOthers
	return v
}

// sight returns what is held of row i.
func (v *view) sight(r *Rows, i int) []uint8 {
	at := int(r.Seen[i]) * v.bytes
	return r.Sights[at : at+v.bytes]
}

// own writes the columns of the person's own records that the parts hold, of which the nights that mask
// allows.
func (v *view) own(r *Rows, i int, sight []uint8, parts []part, allowed record.Mask, dst []uint8) {
	clocks := len(r.Own) / (len(r.State) * features.NumOwn)
	for n := range parts {
		x := &parts[n]
		held := record.Mask(sight[x.Holding]) & allowed
		if held == 0 {
			continue
		}
		own := r.Own[(i*clocks+x.Clock)*features.NumOwn:][:features.NumOwn]
		for k, code := range own {
			if x.column.has(k) && held>>features.Night(k)&1 != 0 {
				dst[k] = code
			}
		}
		if x.noisy {
			v.protect(r, i, x, held, dst)
		}
	}
}

// protect puts values into the form in which they were sent.
func (v *view) protect(r *Rows, i int, x *part, held record.Mask, dst []uint8) {
	noise := v.plan.Border.Noise(record.Person(r.Person[i]))
	night := v.plan.Border.NightOf(x.Clock, record.Day(r.Day[i]))
	for k := range features.NumOwn {
		if !x.column.has(k) || held>>features.Night(k)&1 == 0 {
			continue
		}
		switch f := x.form[k]; f.Form {
		case regime.Banded:
			dst[k] = features.Coarse(k, dst[k])
		case regime.Noisy:
			item, _ := features.Item(k)
			of := night
			if n := features.Night(k); n > 0 && !x.When.Request {
				of -= v.plan.Border.Lag(x.Clock, n-1)
			} else if n > 0 {
				of += record.Day(n) << 20 // an earlier week in the same record
			}
			dst[k] = features.Randomise(k, dst[k], f.Epsilon, noise.Draw(of, item))
		}
	}
}

// finish writes the other columns that are not the scorers' own, and blanks those that are withheld.
func (v *view) finish(sight []uint8, dst []uint8) {
	if v.others >= 0 {
		for k, code := range sight[v.others:][:features.NumOthers] {
			if features.Reads(features.NumOwn+k)&^v.tokens == 0 {
				dst[features.NumOwn+k] = code
			}
		}
	}
	if v.Drop == (Columns{}) {
		return
	}
	for k := range dst {
		if v.Drop.has(k) {
			dst[k] = scoring.Missing
		}
	}
}

// bill writes the row of bill i, of zeros before, and returns its outcome.
func (v *view) bill(r *Rows, i int, dst []uint8) (bad bool) {
	sight := v.sight(r, i)
	v.own(r, i, sight, v.now, 1, dst)
	v.own(r, i, sight, v.past, record.MaskAll&^1, dst)
	if v.known {
		copy(dst[features.Known:], r.Known[i*features.NumKnown:][:features.NumKnown])
	}
	v.finish(sight, dst)
	return r.State[i] == StateBad
}

// probe writes proxy row i: the records held under Past if that holds the person at all on that night, else
// those under Rows.
func (v *view) probe(r *Rows, i int, dst []uint8) (bad bool) {
	sight := v.sight(r, i)
	parts := v.past
	if held(sight, parts)&1 == 0 {
		parts = v.rows
	}
	v.own(r, i, sight, parts, record.MaskAll, dst)
	v.finish(sight, dst)
	return r.Failed[i]>>v.lender(sight).Clock&1 != 0
}

// held returns the nights of which some part holds a record.
func held(sight []uint8, parts []part) (m record.Mask) {
	for n := range parts {
		m |= record.Mask(sight[parts[n].Holding])
	}
	return m
}

// lends reports whether row i of the probes trains the proxy model: record and outcome are held.
func (v *view) lends(r *Rows, i int) bool {
	return r.State[i] != StatePending && v.lender(v.sight(r, i)) != nil
}

// lender returns the flow through which a proxy outcome is learnt, nil if none.
func (v *view) lender(sight []uint8) *part {
	for n := range v.rows {
		x := &v.rows[n]
		if m := record.Mask(sight[x.Holding]); x.Proxy && m&(record.MaskOutcome|1) == record.MaskOutcome|1 {
			return x
		}
	}
	return nil
}

// blind says why no proxy outcome can ever be learnt under the regime of Rows, "" if one can or if nothing is
// sent at all.
func (v *view) blind() string {
	if len(v.rows) == 0 {
		return ""
	}
	why := ""
	for n := range v.rows {
		x := &v.rows[n]
		switch {
		case x.Proxy:
			return ""
		case x.When.Request:
			why = "records are sent on request, and none a week later"
		case !x.Items.Has(record.ItemFailedTopups7):
			why = "the item is not sent that failures are read off"
		case x.How[record.ItemFailedTopups7].Form == regime.Noisy:
			why = "the item that failures are read off is answered at random"
		case x.Retention != regime.Unlimited && x.Retention <= ledger.ProxyDays:
			why = "records are forgotten before the one a week later comes"
		default:
			why = fmt.Sprintf("records of every %d nights have none a week later", x.When.Every)
		}
	}
	return why
}

// learns reports whether the outcome of training bill i is known, and came while the record that it belongs
// to was still held. What has been learnt from a record is kept when the record is not.
func (v *view) learns(r *Rows, i int) bool {
	if r.State[i] == StatePending {
		return false
	}
	for n := range v.now {
		x := &v.now[n]
		age := int(r.Day[i] - int32(v.plan.Border.NightOf(x.Clock, record.Day(r.Day[i]))))
		if x.Retention != regime.Unlimited && int(r.Wait[i])+age > x.Retention {
			return false
		}
	}
	return true
}

// Same reports whether a processor sees the same under one view and another: every bill, every proxy row.
func (p *Plan) Same(one, other View, s *Sample) bool {
	v, w := p.view(one), p.view(other)
	a, b := make([]uint8, features.NumAll), make([]uint8, features.NumAll)
	differ := func(r *Rows, i int, one, other func(*Rows, int, []uint8) bool) bool {
		clear(a)
		clear(b)
		return one(r, i, a) != other(r, i, b) || !bytes.Equal(a, b)
	}
	for _, parts := range [][]*Rows{s.Train, s.Test} {
		for _, r := range parts {
			for i := range r.State {
				if v.learns(r, i) != w.learns(r, i) || differ(r, i, v.bill, w.bill) {
					return false
				}
			}
		}
	}
	for _, r := range s.Probes {
		for i := range r.State {
			lends := v.lends(r, i)
			if lends != w.lends(r, i) || lends && differ(r, i, v.probe, w.probe) {
				return false
			}
		}
	}
	return true
}

// Held returns, for every test bill with an outcome, in the order of the scores, whether the processor holds
// under regime r the newest record of the person whose bill it is.
func (p *Plan) Held(s *Sample, r int) (list []bool) {
	v := p.view(Whole(r))
	for _, rows := range s.Test {
		for i, state := range rows.State {
			if state != StatePending {
				list = append(list, held(v.sight(rows, i), v.now)&1 != 0)
			}
		}
	}
	return list
}

// calibrates reports whether row i of the training bills has an outcome and is of the calibration days.
func (p *Plan) calibrates(r *Rows, i int) bool {
	return r.State[i] != StatePending && r.Day[i]+1 >= int32(p.Evaluation.CalibrateFrom(p.World.People.Platform.Launch))
}

// CalibrationTruth returns the outcomes of all calibration bills, in the order of [Knowledge.Check].
func (p *Plan) CalibrationTruth(s *Sample) (o metric.Outcomes) {
	for _, r := range s.Train {
		for i := range r.State {
			if p.calibrates(r, i) {
				o.Bad, o.Cluster = append(o.Bad, r.State[i] == StateBad), append(o.Cluster, r.Person[i])
			}
		}
	}
	return o
}
