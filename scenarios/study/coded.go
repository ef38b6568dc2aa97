package study

import (
	"context"
	"iter"

	"overshare/scoring"
	"overshare/scoring/features"
	"overshare/sim/record"
)

// A Role says what a bill is used for.
type Role string

// The roles.
const (
	RoleTrain     Role = "train"     // fits the scorer
	RoleCalibrate Role = "calibrate" // calibrates it
	RoleTest      Role = "test"      // is scored and judged
)

// A CodedBill is a bill with an outcome as a scorer reads it under one regime.
type CodedBill struct {
	Person record.Person
	Ask    record.Day
	Role   Role
	Bad    bool
	P      float32 // P(bounce) that the scorer of the plan gave; test bills only
	Code   []uint8 // one for each of [CodedColumns], or [NotHeld]; belongs to the caller
}

// NotHeld is the code of what a processor does not hold.
const NotHeld = scoring.Missing

// A CodedColumn is a column that a scorer reads.
type CodedColumn struct{ Name, Meaning string }

// CodedColumns returns the columns in the order of codes, the proxy score included.
func CodedColumns() (list []CodedColumn) {
	for k, f := range features.Columns() {
		list = append(list, CodedColumn{f.Name, "ordered code of " + codedFrom(k)})
	}
	return list
}

// codedFrom says what the codes of column k stand for.
func codedFrom(k int) string {
	item, sent := features.Item(k)
	switch {
	case k == features.Proxy:
		return "the log-odds of the proxy model, in steps of 1/16"
	case k >= features.Known:
		return "what the platform knows itself"
	case sent && features.Night(k) > 0:
		return item.String() + " in an earlier record"
	case sent:
		return item.String()
	}
	return "what other people's records tell"
}

// Coded are the bills of one regime and scorer in coded form, with what was predicted of them.
type Coded struct {
	plan  *Plan
	s     *Sample
	view  View
	proxy *Proxy
	p     []float32
	*Knowledge
}

// Under returns the plan with a border of one regime alone: the same people, the same luck.
func (p *Plan) Under(regime string) (*Plan, error) {
	q, c := *p, p.Border.Config
	c.Regimes = []string{regime}
	q.ID += "/" + regime
	return &q, q.prepare(p.World.Config, c)
}

// Code trains the named scorer as [Plan.Learn] does under v and keeps what it read.
func (p *Plan) Code(ctx context.Context, s *Sample, v View, name string, workers int) (*Coded, error) {
	c := &Coded{plan: p, s: s, view: v}
	var err error
	if c.proxy, err = p.TrainProxy(ctx, s, v, name, workers); err != nil {
		return nil, err
	}
	c.p, c.Knowledge, err = p.LearnFrom(ctx, s, v, c.proxy, workers)
	return c, err
}

// Bills yields the bills of all roles, shard by shard, in each the training bills first. Codes are those that the
// scorer has read.
func (c *Coded) Bills(workers int) iter.Seq2[CodedBill, error] {
	return func(yield func(CodedBill, error) bool) {
		v, at := c.plan.view(c.view), 0
		for k := range c.s.Train {
			for _, part := range []struct {
				rows *Rows
				keep func(*Rows, int) bool
			}{{c.s.Train[k], v.learns}, {c.s.Test[k], closed}} {
				t := v.table([]*Rows{part.rows}, features.NumAll, v.bill, part.keep)
				if err := addProxy(c.proxy.model, t, workers); err != nil {
					yield(CodedBill{}, err)
					return
				}
				for i, row := 0, 0; i < part.rows.Len(); i++ {
					if !part.keep(part.rows, i) {
						continue
					}
					b := c.bill(part.rows, i, t, row)
					row++
					if b.Role == RoleTest {
						b.P = c.p[at]
						at++
					}
					if !yield(b, nil) {
						return
					}
				}
			}
		}
	}
}

// bill returns bill i of rows, row of the coded table.
func (c *Coded) bill(rows *Rows, i int, t *scoring.Table, row int) CodedBill {
	b := CodedBill{Person: record.Person(rows.Person[i]), Ask: record.Day(rows.Day[i]) + 1, Bad: t.Bad[row], Code: t.Row(row), Role: RoleTrain}
	switch {
	case b.Ask >= c.plan.Evaluation.Epoch:
		b.Role = RoleTest
	case b.Ask >= c.plan.Evaluation.CalibrateFrom(c.plan.World.People.Platform.Launch):
		b.Role = RoleCalibrate
	}
	return b
}
