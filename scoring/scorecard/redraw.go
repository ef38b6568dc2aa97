package scorecard

import (
	"fmt"

	"overshare/scoring"
)

// A Redrawer learns a card again and again on draws of its rows, as [Retrain] does, each time starting where the card
// ended: from its coefficients, and with the curvature of a sample of its rows. A draw then costs counting and some four passes over
// its rows.
type Redrawer struct {
	card *Card
	o    Options
	cols []int     // features that h is about
	h    []float64 // curvature of one unit of weight, the intercept first
}

const (
	redrawTolerance = 1e-5    // exact enough for a variance: it moves log-odds by a tenth of what a draw does or less
	redrawSample    = 1 << 14 // rows that the curvature is read from
)

// NewRedrawer prepares draws of the rows of t, on which c was trained with o.
func NewRedrawer(t *scoring.Table, c *Card, o Options) *Redrawer {
	r := &Redrawer{card: c, o: o}
	r.o.Tolerance = max(o.Tolerance, redrawTolerance)
	open := make([]Feature, len(c.Features))
	beta := []float64{c.Intercept}
	for j, x := range c.Features {
		if open[j] = x; x.Left == LeftWrongSign {
			open[j].Left = ""
		}
		if open[j].Left == "" {
			r.cols, beta = append(r.cols, j), append(beta, x.Coefficient)
		}
	}
	f := &fitter{layout: layOut(open), o: o, fit: &Fit{}}
	f.o.Ridge = 0
	s := sample(t, redrawSample, o.Workers)
	var part counts
	for i := range s.Bad {
		part.one(nil, weight(s, i), s.Bad[i])
	}
	r.h = f.hessian(f.pack(s, o.Workers), beta, 1/max(1, float64(part.all)/unit))
	return r
}

// Redraw learns the card's weights of evidence and coefficients from the rows of t.
//
// Errors: as [Retrain].
func (r *Redrawer) Redraw(t *scoring.Table) (*Card, error) {
	if err := checkShapes(t); err != nil {
		return nil, err
	}
	if len(t.Features) != len(r.card.Features) {
		return nil, fmt.Errorf("scorecard: table has %d features, card has %d: draw from the rows learned from", len(t.Features), len(r.card.Features))
	}
	n, err := count(t, r.o.Workers)
	if err != nil {
		return nil, err
	}
	if n.bad == 0 || n.bad == n.all {
		return nil, ErrOneClass
	}
	out := n.cut(t, r.card, r.o)
	out.finish(r.fit(t, n, out))
	return out, nil
}

// fit returns the coefficients of all features of the table, the intercept first.
func (r *Redrawer) fit(t *scoring.Table, n *counts, c *Card) []float64 {
	f := &fitter{layout: layOut(c.Features), o: r.o, fit: &c.Fit, frugal: true}
	beta := []float64{r.card.Intercept}
	at := []int{0} // places of f's coefficients among those of h
	for k, j := range r.cols {
		if c.Features[j].Left == "" {
			at, beta = append(at, k+1), append(beta, r.card.Features[j].Coefficient)
		}
	}
	total, m, old := float64(n.all)/unit, len(at), len(r.cols)+1
	h := make([]float64, m*m)
	for a, x := range at {
		for b, y := range at {
			h[a*m+b] = float64(total * r.h[x*old+y])
		}
		if a > 0 {
			h[a*m+a] += r.o.Ridge
		}
	}
	f.minimise(f.pack(t, r.o.Workers), total, beta, h)
	return f.spread(beta, len(c.Features))
}
