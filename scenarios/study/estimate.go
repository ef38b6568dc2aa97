package study

import (
	"reflect"

	"overshare/scoring/features"
	"overshare/sim/ledger"
)

// What a run takes, per row unless said otherwise, in bytes. A row that is kept holds its own codes and those of
// every clock of the border; the widest table that is learnt from or scored holds its codes once more, those of the proxy
// model beside it, and a score or two; what is judged has an outcome, a cluster and a weight, and a probability
// for every score. Checked against measured peaks by TestEstimateAgainstPeak.
var (
	keptBytes  = 4 + 4 + 4 + 1 + 1                                              // Seen, Person, Day, State, Inside; own codes are NumOwn more per clock
	tableBytes = features.NumAll + features.NumBase + 1 + 4 + 2*4               // codes, those of the proxy model, outcome, weight, scores
	billBytes  = features.NumKnown + 1 + int(reflect.TypeFor[BillRow]().Size()) // of a test bill besides
)

const (
	judgedBytes = 64 // outcomes, bill and the orders of the measures, per test row
	scoreBytes  = 8  // per test row, regime and scorer: the probability, and its rank
)

const (
	programBytes = 26 << 20 // of a run of nobody
	workerBytes  = 3 << 20  // of every worker: a block of people, and shards under way
	garbage      = 1.25     // what the collector lets grow before it collects: GOGC=25
	runDisk      = 8 << 20  // tables and pictures of a run, whatever its size
)

// pilotPeople is how many people are lived through to see how many rows a person brings.
const pilotPeople = 8 * ledger.BlockSize

// Estimate returns about how much memory and disk a run takes, in bytes, from the rows that its first people
// bring: a few hundredths of a second. Of further countries and epochs one is in memory at a time.
func (p *Plan) Estimate(workers int) (memory, disk int64) {
	pilot := *p
	pilot.Run.Users = min(p.Run.Users, pilotPeople)
	rows := pilot.shard(&desk{}, 0)
	train, test, probes := rows.Train[0].Len(), rows.Test[0].Len(), rows.Probes[0].Len()
	regimes := len(p.Border.Regimes)
	bytes := (train+test+probes)*(keptBytes+features.NumOwn*p.Border.Clocks()) + test*billBytes
	bytes += train * (features.NumKnown + 1)
	bytes += max(train, test, probes) * tableBytes
	bytes += test * (judgedBytes + scoreBytes*regimes*len(p.Processor.Scorers))
	people := float64(p.Run.Users) / float64(pilot.Run.Users)
	return programBytes + int64(workers)*workerBytes + int64(garbage*float64(bytes)*people), runDisk
}
