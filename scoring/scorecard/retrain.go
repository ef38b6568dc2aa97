package scorecard

import (
	"errors"
	"fmt"

	"overshare/scoring"
)

// Retrain learns c's weights of evidence and coefficients again from the rows of t and keeps its bins and which features
// have no information: the card that a training on slightly other rows (other weights, see package resample)
// would have given if it had cut in the same places.
//
// On the rows that c was trained on it gives c again (TestRetrainGivesTheCardBack). It moves less than a new training: the
// luck of where to cut is not in it.
//
// Errors: as [Train]; a table with other features than the card's.
// Cost: that of [Train] without the search for bins; Options.Tolerance of 1e-6 halves the passes and is
// exact enough for a variance.
func Retrain(t *scoring.Table, c *Card, o Options) (*Card, error) {
	if err := errors.Join(o.check(), checkShapes(t)); err != nil {
		return nil, err
	}
	if len(t.Features) != len(c.Features) {
		return nil, fmt.Errorf("scorecard: table has %d features, card has %d: train again with the features learned from", len(t.Features), len(c.Features))
	}
	n, err := count(t, o.Workers)
	if err != nil {
		return nil, err
	}
	if n.bad == 0 || n.bad == n.all {
		return nil, ErrOneClass
	}
	out := n.cut(t, c, o)
	beta := fit(t, n, out, o)
	out.finish(beta)
	return out, nil
}

// cut returns a card with the bins of c, filled with other rows.
func (n *counts) cut(t *scoring.Table, c *Card, o Options) *Card {
	out := &Card{Scale: o.Scale, All: n.count(), Features: make([]Feature, len(c.Features))}
	for j := range c.Features {
		out.Features[j] = n.again(t.Features[j], &c.Features[j], j, o)
	}
	return out
}

// again fills the bins of a feature with other rows.
func (n *counts) again(f scoring.Feature, old *Feature, j int, o Options) Feature {
	out := Feature{Name: f.Name, Left: old.Left}
	if out.Left == LeftWrongSign { // the fit decides that afresh
		out.Left = ""
	}
	for _, b := range old.Bins {
		b := n.bin(f, &n.level[j], b.Low, b.High, o)
		out.Bins = append(out.Bins, b)
		out.IV += b.IV
	}
	if out.IV == 0 {
		out.Left = LeftNoInformation
	}
	return out
}
