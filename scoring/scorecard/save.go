package scorecard

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// Save writes the card as JSON. Numbers are written so that [Load] gives the same bits.
func (c *Card) Save(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(c)
}

// Load reads a card that [Card.Save] wrote, and refuses one that cannot be a card.
func Load(r io.Reader) (*Card, error) {
	c := new(Card)
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, fmt.Errorf("scorecard: file is no card: %w; write it with Save", err)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	c.build()
	return c, nil
}

// check tells whether the bins of every feature cover all codes and all scores are on the grid.
func (c *Card) check() error {
	if !onGrid(c.Intercept) {
		return fmt.Errorf("scorecard: intercept %v is no multiple of 2^-20 below 2048; train the card again", c.Intercept)
	}
	for _, f := range c.Features {
		if len(f.Bins) == 0 || f.Bins[0].Low != 0 || f.Bins[0].High != 0 {
			return fmt.Errorf("scorecard: feature %q does not start with its missing bin; train the card again", f.Name)
		}
		next := 1
		for k, b := range f.Bins {
			if k > 0 && (int(b.Low) != next || b.High < b.Low) {
				return fmt.Errorf("scorecard: feature %q bin %d covers codes %d to %d, must start at %d; train the card again",
					f.Name, k, b.Low, b.High, next)
			}
			if !onGrid(b.LogOdds) {
				return fmt.Errorf("scorecard: feature %q bin %d adds %v, no multiple of 2^-20 below 2048; train the card again",
					f.Name, k, b.LogOdds)
			}
			next = int(b.High) + 1
		}
		if len(f.Bins) > 1 && next != 256 {
			return fmt.Errorf("scorecard: feature %q ends at code %d, must end at 255; train the card again", f.Name, next-1)
		}
	}
	return nil
}

func onGrid(x float64) bool { return math.Abs(x) < 1<<11 && grid(x) == x }
