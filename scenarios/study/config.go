// Package study simulates the world of a scenario, lets each sharing regime fill its processor's files,
// trains and tests the score under each, and sets what was detected against what was exposed. It gives
// numbers; package tables puts them into tables and words.
//
//	Plan    config.go    a scenario made ready: world, border, evaluation
//	Shard   collect.go   one pass over some of the people: scoring records, outcomes and exposure
//	Merge   merge.go     samples of different shards become one
//	Fit     fit.go       trains, scores and measures under every regime
//	Result               all numbers: measured.go, verdicts.go, panel.go, incidence.go, groups.go, economics.go,
//	                     curve.go, weeks.go
//
// The same scenario gives the same numbers whatever the number of workers and the order of merging: samples
// keep their shards in order, and everything else is exact or folded in a fixed order.
package study

import (
	"fmt"

	"overshare/scenarios"
	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/rng"
	"overshare/sim/sharing"
	"overshare/sim/sharing/regime"
)

// An Evaluation says when and how the score is judged.
type Evaluation struct {
	Epoch            record.Day // first day of the test window
	WarmupDays       int
	TrainDays        int
	TestDays         int
	TailDays         int
	CalibrationDays  int // the last of the training days, held back to calibrate
	OracleBills      int
	OracleFutures    int
	Studies          []string
	Epochs           []record.Day // test windows of the study of time
	FindAUCLoss      float64      // target of the search for the least exposure; 0: no search
	MarginAUC        float64      // differences in AUC inside plus or minus this are equivalent
	MarginPRAUC      float64      // the same in average precision
	MarginRecall     float64      // in recall at 5 % false positives
	MarginNetBenefit float64      // in won per bill
	VerdictBadPeople int          // fewer people of either outcome carry no verdict
	Alpha            float64
	LeastBadPeople   int // groups with fewer people of either outcome are not reported
	Replicates       int // countries simulated
}

// Start returns the first simulated day.
func (e *Evaluation) Start() record.Day {
	return e.Epoch - record.Day(e.TrainDays) - record.Day(e.WarmupDays)
}

// Days returns the number of simulated days.
func (e *Evaluation) Days() int { return e.WarmupDays + e.TrainDays + e.TestDays + e.TailDays }

// TestEnd returns the first day after the test window.
func (e *Evaluation) TestEnd() record.Day { return e.Epoch + record.Day(e.TestDays) }

// CalibrateFrom returns the first day whose bills calibrate instead of training: at most two thirds of the
// days on which there can have been bills, so that something is left to learn from soon after the launch.
func (e *Evaluation) CalibrateFrom(launch record.Day) record.Day {
	from := min(max(launch, e.Epoch-record.Day(e.TrainDays)), e.Epoch)
	return e.Epoch - min(record.Day(e.CalibrationDays), (e.Epoch-from)*2/3)
}

// A Processor says what the receiver of the records does with them.
type Processor struct {
	Scorers    []string
	ProxyShare float64 // share of the people whose records are held that lend a proxy row
	PriorRate  float64 // what a processor without any outcome assumes

	PlatformHistory bool // whether the score reads what the platform knows without any sending
	Feedback        bool // whether training outcomes are those of bills that an earlier score let be bundled
}

// A Run holds the size and luck of a run.
type Run struct {
	Users int64
	Seed  uint64
}

// A Plan is a scenario made ready to run.
type Plan struct {
	ID         string // says what was planned: the same ID, the same samples
	Training   bool   // keep the probabilities of training bills, too: [Knowledge.Train]
	Name       string
	Run        Run
	Evaluation Evaluation
	Processor  Processor
	Economics  Economics
	Regimes    *regime.Book // that the scenario may name
	World      *ledger.World
	Border     *sharing.Border
}

// NewPlan prepares a scenario. The error is the user's, of the kind that loading a scenario gives: values that
// contradict each other.
func NewPlan(s *scenarios.Scenario) (*Plan, error) {
	p, err := NewCountry(s, 0)
	if err != nil {
		return nil, s.Refuse(err)
	}
	return p, nil
}

// NewCountry prepares one of a scenario's countries, counted from 0. All but the first have luck of their own.
func NewCountry(s *scenarios.Scenario, country int) (*Plan, error) {
	p := &Plan{Name: s.Name}
	var world ledger.Config
	var share sharing.Config
	for prefix, into := range Targets(p, &world, &share) {
		if err := s.Decode(prefix, into); err != nil {
			return nil, err
		}
	}
	p.Regimes = s.Regimes()
	p.Run.Seed = CountrySeed(p.Run.Seed, country)
	world.Seed = p.Run.Seed
	p.ID = fmt.Sprintf("%s/%d", s.Hash(), country)
	return p, p.prepare(world, share)
}

// CountrySeed returns the seed of a country: that of the run for the first, from then on keyed draws, so
// that the countries of neighbouring runs are not the same.
func CountrySeed(seed uint64, country int) uint64 {
	if country == 0 {
		return seed
	}
	return rng.Open(seed, rng.PurposeReplicate, uint64(country)).At(0) >> 1
}

// prepare makes the world and the border for the days that the evaluation asks for.
func (p *Plan) prepare(world ledger.Config, share sharing.Config) (err error) {
	e := &p.Evaluation
	world.Start, world.Days = e.Start(), e.Days()
	if world.Days > 1000 {
		return fmt.Errorf("evaluation: warmup, training, test and tail days add up to %d; at most 1000 can be simulated, shorten one", world.Days)
	}
	if p.World, err = ledger.New(world); err != nil {
		return err
	}
	p.Border, err = sharing.NewFrom(p.Regimes, share, sharing.Window{
		From: e.Epoch - record.Day(e.TrainDays), To: e.TestEnd(),
		ProbeFrom: e.Epoch - record.Day(e.TrainDays), ProbeTo: e.Epoch - ledger.ProxyDays,
		ProbeShare: p.Processor.ProxyShare,
	}, p.Run.Seed)
	return err
}

// Country returns how many people of the country one simulated person stands for: 1 at full scale.
func (p *Plan) Country() float64 { return p.World.Pop.Population.EverSeen / float64(p.Run.Users) }

// Smaller reports whether fewer people are simulated than the country has.
func (p *Plan) Smaller() bool { return p.Country() > 1 }

// At returns the plan with another first day of the test window: the same people, the same luck.
func (p *Plan) At(epoch record.Day) (*Plan, error) {
	q := *p
	q.Evaluation.Epoch = epoch
	q.ID += "@" + epoch.String()
	return &q, q.prepare(p.World.Config, p.Border.Config)
}

// Targets returns, for every group of parameters, the struct that takes it. Every parameter of the
// program has a place in exactly one of them (TestEveryParameterHasAPlace).
func Targets(p *Plan, world *ledger.Config, share *sharing.Config) map[string]any {
	return map[string]any{
		"run":        &p.Run,
		"population": &world.People.Population,
		"people":     &world.People.People,
		"platform":   &world.People.Platform,
		"overseas":   &world.People.Overseas,
		"wallet":     &world.Wallet,
		"bank":       &world.Bank,
		"bills":      &world.Bills,
		"adversary":  &world.Adversary,
		"sharing":    share,
		"processor":  &p.Processor,
		"evaluation": &p.Evaluation,
		"economics":  &p.Economics,
	}
}
