package facts

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"overshare/sim/record"
	"overshare/sim/rng"
)

func near(a, b, relative float64) bool { return math.Abs(a-b) <= relative*math.Abs(b) }

// For a mean over groups of equal size the jackknife is the textbook standard error: s/√G.
func TestJackknifeOfMean(t *testing.T) {
	s, luck := &sample{}, rng.Open(1, rng.PurposeBootstrap, 1)
	var means []float64
	for shard := range 3 * maxGroups {
		c := &counts{}
		c.Base.People, c.Base.Records = 100, int64(rng.Below(luck.At(uint64(shard)), 1000))
		s.add(shard, c)
		if shard < maxGroups {
			means = append(means, 0)
		}
		means[shard%maxGroups] += float64(c.Base.Records) / 300
	}
	mean, sum := 0.0, 0.0
	for _, m := range means {
		mean += m / maxGroups
	}
	for _, m := range means {
		sum += (m - mean) * (m - mean)
	}
	value, se := s.estimate(s.leaveOneOut(), sampleBase, func(c *counts) float64 { return ratio(c.Base.Records, c.Base.People) })
	if want := math.Sqrt(sum / (maxGroups - 1) / maxGroups); !near(value, mean, 1e-12) || !near(se, want, 1e-9) {
		t.Errorf("mean %v ± %v, want %v ± %v", value, se, mean, want)
	}
}

func TestJackknifeNeedsGroups(t *testing.T) {
	s := &sample{}
	s.add(0, &counts{Base: baseCounts{People: 5, Records: 10}})
	value, se := s.estimate(s.leaveOneOut(), sampleBase, func(c *counts) float64 { return ratio(c.Base.Records, c.Base.People) })
	if value != 2 || !math.IsNaN(se) {
		t.Errorf("one group: %v ± %v, want 2 and no error", value, se)
	}
}

// Groups in which a survey counts nobody do not enter its errors.
func TestJackknifeSkipsEmptyGroups(t *testing.T) {
	mean := func(c *counts) float64 { return ratio(c.Year.ByUser[1], c.Year.People) }
	few, many := &sample{}, &sample{}
	for part := range maxGroups {
		c := &counts{Base: baseCounts{People: 1}}
		if part < 5 {
			c.Year.People, c.Year.ByUser[1] = 10, int64(part*part)
			few.add(part, c)
		}
		many.add(part, c)
	}
	_, want := few.estimate(few.leaveOneOut(), sampleYear, mean)
	if _, se := many.estimate(many.leaveOneOut(), sampleYear, mean); !near(se, want, 1e-12) || want == 0 {
		t.Errorf("standard error %v, of the five groups alone %v", se, want)
	}
}

// Adding reaches every number of the counts, and taking away undoes it.
func TestPlusReachesEverything(t *testing.T) {
	var one, two counts
	one.Base.Live[2], one.Month.ByPerson[countTop], one.Year.ByUser[failTop-1], one.Path.Spent[3][7] = 1, 2, 3, 4
	plus(&two, &one, 1)
	plus(&two, &one, 1)
	if two.Base.Live[2] != 2 || two.Month.ByPerson[countTop] != 4 || two.Year.ByUser[failTop-1] != 6 || two.Path.Spent[3][7] != 8 {
		t.Errorf("twice the counts are %v", two.Path.Spent)
	}
	plus(&two, &one, -1)
	if two != one {
		t.Error("taking away does not undo adding")
	}
}

func TestShards(t *testing.T) {
	for _, c := range []struct{ parts, want int }{{1, 1}, {31, 31}, {32, 32}, {63, 32}, {64, 64}, {1954, 128}} {
		if got := shards(c.parts); got != c.want {
			t.Errorf("shards(%d) = %d, want %d", c.parts, got, c.want)
		}
	}
}

// draws returns heavy-tailed counts below the open cell of a histogram, some above, and the histogram.
func draws(n int) (list []int64, byCount []int64, most int64) {
	luck := rng.Open(7, rng.PurposeBootstrap, 2)
	byCount = make([]int64, countTop+1)
	for i := range n {
		x := int64(2 / luck.Uniform(uint64(i)))
		list = append(list, x)
		byCount[min(x, countTop)]++
		if x >= countTop {
			most += x
		}
	}
	slices.Sort(list)
	return list, byCount, most
}

// The slow twin compares all pairs: G = Σ|x−y| / (2 n² mean).
func TestGiniAgainstAllPairs(t *testing.T) {
	list, _, _ := draws(1500)
	list = list[:1490] // the open cell is taken as equal, so leave it empty here
	byCount, most := make([]int64, countTop+1), int64(0)
	sum, total := 0.0, 0.0
	for _, x := range list {
		byCount[x]++
		total += float64(x)
		for _, y := range list {
			sum += math.Abs(float64(x - y))
		}
	}
	want := sum / (2 * float64(len(list)) * total)
	if got := gini(byCount, most); !near(got, want, 1e-12) || want < 0.3 {
		t.Errorf("Gini %v, all pairs give %v", got, want)
	}
}

func TestActiveShareAgainstSorting(t *testing.T) {
	list, byCount, most := draws(2000)
	top, total := 0.0, 0.0
	for i, x := range list {
		total += float64(x)
		if i >= 1800 {
			top += float64(x)
		}
	}
	if got := activeShare(byCount, most, 0.1); !near(got, top/total, 1e-12) {
		t.Errorf("share of the top tenth %v, sorting gives %v", got, top/total)
	}
	if got := activeShare(byCount, most, 1); !near(got, 1, 1e-12) {
		t.Errorf("share of all %v", got)
	}
}

func TestTopShareAgainstSorting(t *testing.T) {
	byUser := []int64{900, 60, 20, 10, 10}
	// 95 of 1,000 users: ten with 4, ten with 3, twenty with 2, 55 of the sixty with 1.
	want := (40.0 + 30 + 40 + 55) / (40 + 30 + 40 + 60)
	if got := topShare(byUser, 0.095); !near(got, want, 1e-12) {
		t.Errorf("share %v, want %v", got, want)
	}
	if got := topShare([]int64{10, 0}, 0.1); !math.IsNaN(got) {
		t.Errorf("share of no failures %v", got)
	}
}

// Cells are where their starts say, and quantiles of evenly spread amounts are where they belong.
func TestQuantiles(t *testing.T) {
	var h [octaves * perOctave]int64
	for won := record.Won(1); won <= 1<<20; won += 3 {
		k := cell(won)
		if float64(won) < cellStart(k) || float64(won) >= cellStart(k+1) {
			t.Fatalf("%d won in cell %d, which begins at %v", won, k, cellStart(k))
		}
		h[k]++
	}
	for _, q := range []float64{0.1, 0.5, 0.99} {
		if got, want := quantile(h[:], q), q*(1<<20); !near(got, want, 1e-3) {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
	if k := cell(math.MaxInt64); k != len(h)-1 {
		t.Errorf("largest amount in cell %d of %d (%d bits)", k, len(h), bits.UintSize)
	}
}

// A power law has its own exponent; the histogram costs less than 2 %.
func TestTailExponent(t *testing.T) {
	var h [octaves * perOctave]int64
	for i := range 200_000 {
		u := (float64(i) + 0.5) / 200_000
		h[cell(record.Won(1000*math.Pow(u, -1/1.7)))]++
	}
	if got := tailExponent(h[:]); !near(got, 1.7, 0.02) {
		t.Errorf("exponent %v, want 1.7", got)
	}
}

func TestBurstiness(t *testing.T) {
	var clock, burst, poisson, few gaps
	luck, at := rng.Open(3, rng.PurposeBootstrap, 3), 0.0
	for i := range int64(20_000) {
		clock.event(i * 10)
		burst.event(i/100*100_000 + i%100)
		at += -1000 * math.Log(luck.Uniform(uint64(i)))
		poisson.event(int64(at))
		if i < minEvents-1 {
			few.event(i)
		}
	}
	if b, ok := clock.burstiness(); !ok || b != -1 {
		t.Errorf("a clock has burstiness %v", b)
	}
	// Gaps: 99 of one minute, then one of 99,901: mean 1,000, deviation 9,941; one short of whole rounds.
	if b, ok := burst.burstiness(); !ok || math.Abs(b-0.8168) > 1e-2 {
		t.Errorf("bursts have burstiness %v", b)
	}
	// σ/m of n exponential gaps has standard error 1/√n, so B about 1/(2√n) = 0.0035; the limit is 5 of them,
	// a false-alarm rate of 6e-7. Seed 3, chosen before looking.
	if b, ok := poisson.burstiness(); !ok || math.Abs(b) > 5*0.0036 {
		t.Errorf("a Poisson process has burstiness %v", b)
	}
	if _, ok := few.burstiness(); ok {
		t.Error("too few events have a burstiness")
	}
}

func TestSalaryGone(t *testing.T) {
	var c monthCounts
	c.Salaries, c.Gone[5], c.Gone[10], c.Gone[20], c.Gone[28] = 100, 4, 30, 50, 6 // and 10 never
	if got, want := goneMean(&c), (4*5+30*10+50*20+6*28.0)/90; !near(got, want, 1e-12) {
		t.Errorf("mean %v, want %v", got, want)
	}
	if got := goneBetween(&c, 9, 12); !near(got, 30.0/80, 1e-12) {
		t.Errorf("about day 10: %v", got)
	}
}

// One salary is followed night by night. Written by hand: day 0 is the first of the month that is followed.
func TestSalaryIsFollowed(t *testing.T) {
	type night struct {
		day, arrived   int
		balance, floor record.Won
	}
	for _, c := range []struct {
		name   string
		nights []night
		begun  bool
		gone   int // −1 never
	}{
		{"spent to nothing on the third night", []night{{4, 4, 900, 0}, {5, 4, 500, 0}, {6, 4, 0, 0}, {7, 4, 0, 0}}, true, 2},
		{"the floor is not part of the salary", []night{{4, 4, 900, 300}, {5, 4, 300, 300}}, true, 1},
		{"the wallet may take more than that", []night{{4, 4, 900, 300}, {5, 4, 120, 300}}, true, 1},
		{"one won left", []night{{4, 4, 900, 300}, {5, 4, 301, 300}}, true, -1},
		{"money received after it was gone", []night{{4, 4, 900, 0}, {5, 4, 0, 0}, {6, 4, 800, 0}, {7, 4, 0, 0}}, true, 1},
		{"the next salary comes first", []night{{0, 0, 900, 0}, {29, 0, 100, 0}, {30, 30, 0, 0}}, true, -1},
		{"a floor that a shock lowers later belongs to the next month", []night{{4, 4, 900, 300}, {20, 20, 900, 0}, {21, 20, 0, 0}}, true, -1},
		{"paid before the month", []night{{0, -3, 900, 0}, {1, -3, 0, 0}}, false, -1},
		{"paid after the month", []night{{31, 31, 900, 0}, {32, 31, 0, 0}}, false, -1},
		{"empty before the month's salary", []night{{0, -3, 0, 0}, {9, 9, 500, 0}, {12, 9, 0, 0}}, true, 3},
	} {
		var s salary
		begun, gone := 0, -1
		for _, n := range c.nights {
			if s.over {
				break
			}
			first, g := s.night(salaryMonth.First+record.Day(n.day), salaryMonth.First+record.Day(n.arrived), n.balance, n.floor)
			begun += int(one(first))
			gone = max(gone, g)
		}
		if begun != int(one(c.begun)) || gone != c.gone {
			t.Errorf("%s: begun %d times, gone after %d days; want %d", c.name, begun, gone, c.gone)
		}
	}
}
