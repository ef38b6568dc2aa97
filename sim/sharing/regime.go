// Package sharing says what crosses the border. A regime decides, person by person and night by night,
// which records are sent; a view is what a processor then holds when a score is asked for; exposure is
// counted by the same rule that fills the views, over the window and over the whole period.
//
// The package changes nothing in the world and scores nothing.
package sharing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"overshare/sim/people"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Config is the calendar of the score flow and the regimes compared.
type Config struct {
	Regimes   []string
	DailyFrom record.Day // first daily send
	DailyTo   record.Day // last daily send, included
	BulkDays  []record.Day
}

// A Group says whose records a regime sends.
type Group uint8

// The groups.
const (
	Everyone  Group = iota // all live accounts
	InScope                // those registered at the platform, from their first night on
	Sample                 // those in scope, and a fixed share of all others
	OnRequest              // those in scope, last night's record on the day the platform asks
	Nobody
)

// A Regime is a rule of sharing.
type Regime struct {
	Name  string
	Group Group
	Share float64 // of the others, under Sample
	cfg   *Config
	seed  uint64
}

// regimes are the names of the regimes without an argument.
var regimes = map[string]Group{"everyone": Everyone, "in-scope": InScope, "on-request": OnRequest, "none": Nobody}

// Regimes returns the regimes that c names, in its order. A sample is written sample-25: in scope and 25 %
// of the others, who are nested: sample-10 is part of sample-25.
func (c *Config) resolve(seed uint64) ([]Regime, error) {
	var list []Regime
	for _, name := range c.Regimes {
		r := Regime{Name: name, cfg: c, seed: seed}
		group, ok := regimes[name]
		if percent, found := strings.CutPrefix(name, "sample-"); !ok && found {
			p, err := strconv.ParseFloat(percent, 64)
			if err != nil || !(p >= 0 && p <= 100) {
				return nil, fmt.Errorf("sharing.regimes: %q: the share of a sample is a percentage from 0 to 100, such as sample-25", name)
			}
			group, ok, r.Share = Sample, true, p/100
		}
		if !ok {
			return nil, fmt.Errorf("sharing.regimes: %q is not a regime; valid are everyone, in-scope, on-request, none and sample-P", name)
		}
		if slices.ContainsFunc(list, func(x Regime) bool { return x.Name == name }) {
			return nil, fmt.Errorf("sharing.regimes: %q is named twice", name)
		}
		r.Group = group
		list = append(list, r)
	}
	return list, nil
}

// Flowing reports whether records are sent on the night after day d at all.
func (c *Config) Flowing(d record.Day) bool {
	return c.DailyFrom <= d && d <= c.DailyTo || slices.Contains(c.BulkDays, d)
}

// Sent reports whether the record of q as it stands at the end of day d is sent under r without being
// asked for.
func (r *Regime) Sent(q *people.Person, d record.Day) bool {
	return r.cfg.Flowing(d) && q.Live(d) && r.member(q, d)
}

func (r *Regime) member(q *people.Person, d record.Day) bool {
	switch r.Group {
	case Everyone:
		return true
	case InScope:
		return q.Scope <= d
	case Sample:
		return q.Scope <= d || r.sampled(q.ID)
	}
	return false
}

// sampled says whether somebody out of scope belongs to the sample, once and for all.
func (r *Regime) sampled(u record.Person) bool {
	return rng.Open(r.seed, rng.PurposeSharing, uint64(u)).Uniform(0) < r.Share
}
