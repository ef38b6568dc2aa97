package metric

import (
	"math"
	"testing"

	"overshare/sim/portable"
	"overshare/sim/rng"
)

// A study draws many small worlds whose true AUC is known.
//
// Bad rows score N(separation, 1), good rows N(0, 1), so AUC = Φ(separation/√2) whatever the rest. Persons
// of one kind are mostly bad, of the other mostly good; rows of a person share the part together of their
// score's variance. The second score is the first plus noise: AUC = Φ(separation/√(2 + 2·noise²)).
type study struct {
	worlds, people, each int
	badKind              float64 // share of persons who are mostly bad
	separation, together float64
}

const studyNoise = 0.7

// draw returns one world.
func (st study) draw(seed uint64) (a, b []float32, o Outcomes) {
	for u := range st.people {
		s := rng.Open(seed, rng.PurposeModel, uint64(u))
		p := 0.05
		if s.Uniform(0) < st.badKind {
			p = 0.8
		}
		own := math.Sqrt(st.together) * normal(s, 1)
		for k := range uint64(st.each) {
			bad := s.Uniform(100+k) < p
			x := own + math.Sqrt(1-st.together)*normal(s, 200+2*k)
			if bad {
				x += st.separation
			}
			a, b = append(a, float32(x)), append(b, float32(x+studyNoise*normal(s, 201+2*k)))
			o.Bad, o.Cluster = append(o.Bad, bad), append(o.Cluster, uint32(u))
		}
	}
	return a, b, o
}

// truth returns the AUC of either score and their difference.
func (st study) truth() (first, difference float64) {
	first = 1 - portable.NormalTail(st.separation/math.Sqrt2)
	return first, first - (1 - portable.NormalTail(st.separation/math.Sqrt(2*(1+studyNoise*studyNoise))))
}

// coverage returns how often the two intervals held the truth.
func (st study) coverage(clustered bool) (single, paired int) {
	first, difference := st.truth()
	for i := range st.worlds {
		a, b, o := st.draw(uint64(1000 + i))
		if !clustered {
			o.Cluster = nil
		}
		if e := AUCInterval(a, o, 0.05); e.HasInterval && e.Low <= first && first <= e.High {
			single++
		}
		if e := PairedAUC(a, b, o, 0.05); e.HasInterval && e.Low <= difference && difference <= e.High {
			paired++
		}
	}
	return single, paired
}

// nominal says whether hits of worlds fit an interval of level 95 %: within 4.892 binomial standard errors
// (false-alarm rate 1e-6) of the range 0.935 to 0.96, which is what DeLong's interval is known to keep at
// some 20 to 60 bad rows. 4,000 worlds see a coverage of 0.90 or 0.985 999 times in 1,000, 2,000 worlds
// one of 0.89 or 0.99.
func nominal(hits, worlds int) bool {
	p := float64(hits) / float64(worlds)
	slack := 4.892 * math.Sqrt(0.95*0.05/float64(worlds))
	return p >= 0.935-slack && p <= 0.96+slack
}

// Rows that are independent: DeLong covers. Seeds 1000 and up.
func TestDeLongCoverage(t *testing.T) {
	st := study{worlds: 4000, people: 150, each: 1, badKind: 0.4, separation: 1}
	single, paired := st.coverage(false)
	t.Logf("%d worlds: AUC %d, difference %d", st.worlds, single, paired)
	if !nominal(single, st.worlds) || !nominal(paired, st.worlds) {
		t.Errorf("of %d intervals at 95 %%, %d hold the AUC, %d the difference", st.worlds, single, paired)
	}
}

// Few bad rows and a high AUC, where the interval is made on the log-odds scale.
func TestLogitCoverage(t *testing.T) {
	st := study{worlds: 4000, people: 120, each: 1, badKind: 0.15, separation: 2}
	single, _ := st.coverage(false)
	t.Logf("%d worlds: AUC %d", st.worlds, single)
	if !nominal(single, st.worlds) {
		t.Errorf("of %d intervals at 95 %%, %d hold the AUC", st.worlds, single)
	}
}

// Rows that come in clusters: the clustered interval covers, and the test sees that the independent one
// does not, so it could tell.
func TestClusteredCoverage(t *testing.T) {
	st := study{worlds: 2000, people: 150, each: 4, badKind: 0.3, separation: 1, together: 0.8}
	single, paired := st.coverage(true)
	wrong, _ := st.coverage(false)
	t.Logf("%d worlds: AUC %d, difference %d; as if independent %d", st.worlds, single, paired, wrong)
	if !nominal(single, st.worlds) || !nominal(paired, st.worlds) {
		t.Errorf("of %d intervals at 95 %%, %d hold the AUC, %d the difference", st.worlds, single, paired)
	}
	if nominal(wrong, st.worlds) {
		t.Errorf("of %d intervals that ignore clusters, %d hold the AUC: the test cannot see the mistake", st.worlds, wrong)
	}
}
