package sharing_test

import (
	"testing"

	yaml "go.yaml.in/yaml/v3"

	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/sharing"
	"overshare/sim/sharing/regime"
)

// An archivist keeps, in a life of its own, the record of everybody of the night before each ask.
type archivist struct {
	usher
	last map[place]record.Snapshot // by position and day of the ask
}

func (a *archivist) Ask(b *ledger.Block, i int, d record.Day) int32 {
	var now record.Snapshot
	b.Snapshot(i, &now)
	a.last[place{i, d}] = now
	return -1
}

// A historian holds what was asked for against the archive.
type historian struct {
	pile
	t       *testing.T
	b       *ledger.Block
	archive *archivist
	with    [2]int // records of earlier asks, under either regime
}

func (x *historian) Asked(s *sharing.Sight) int32 {
	i := int(s.Person - x.b.First)
	for r, g := range x.border.Regimes {
		part := g.Parts[0]
		held, file := s.Held[part.Holding], &s.File[part.Clock]
		want := record.Mask(0)
		if q := &x.b.All[i]; x.border.Daily(s.Night) && q.InScope(s.Night) {
			want = 1
		}
		for k, lag := range record.Lags {
			back, ok := x.nearest(i, s.Night+1, lag)
			if !ok || want == 0 || part.Retention > 0 && int(back) >= part.Retention {
				continue
			}
			want |= 2 << k
			x.with[r]++
			x.same(file.Past[k], place{i, s.Night + 1 - back})
		}
		if held != want {
			x.t.Errorf("%s, position %d on %v: %b is held, want %b", g.Name, i, s.Night, held, want)
		}
	}
	return 0
}

// nearest returns how many days before day d the platform asked for somebody last, nearest to lag days before: within
// three days, at most 28 back, and answered. Of two as near the later counts.
func (x *historian) nearest(i int, d, lag record.Day) (best record.Day, ok bool) {
	distance := func(back record.Day) record.Day { return max(back-lag, lag-back) }
	for back := max(lag-3, 1); back <= min(lag+3, 28); back++ {
		day, q := d-back, &x.b.All[i]
		if _, asked := x.archive.last[place{i, day}]; !asked || !x.border.Daily(day-1) || !q.InScope(day-1) || !q.InScope(day) {
			continue
		}
		if !ok || distance(back) < distance(best) {
			best, ok = back, true
		}
	}
	return best, ok
}

// same compares a week of history with the record of the ask on a day.
func (x *historian) same(got record.Week, at place) {
	now := x.archive.last[at]
	want := record.Week{}
	for k, to := range []*uint8{&want.Payments, &want.Remittances, &want.Topups, &want.Failed, &want.Received} {
		*to = uint8(now[record.WeekItems[k]])
	}
	if got != want {
		x.t.Errorf("position %d: history of the ask of %v is %+v, the record then said %+v", at.who, at.day, got, want)
	}
}

// A processor that may keep the answers to requests holds those of earlier asks as history, as they were when it was
// sent them and as long as it may keep them; one that may not holds last night's alone.
func TestKeptAnswersAreTheHistory(t *testing.T) {
	const text = `
kept:
  text: one record when the platform asks, which may be kept
  like: on-request
  change: {keep: true}
kept-ten-days:
  text: the same, forgotten after ten days
  like: on-request
  change: {keep: yes, retention_days: 10}
`
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	book, faults := regime.Builtin().With(n.Content[0], "regimes")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	p := prepare(t, "kakaopay-2024", append([]string{"run.users=4096", "platform.oneoff_month=12"}, crowded...)...)
	c := p.Border.Config
	c.Regimes = []string{"kept", "kept-ten-days"}
	b, err := sharing.NewFrom(book, c, p.Border.Window, p.Run.Seed)
	if err != nil {
		t.Fatal(err)
	}
	var block, other ledger.Block
	x := &historian{pile: pile{border: b}, t: t, b: &block}
	crossing := b.Cross(int(p.Run.Users), x)
	for n := range ledger.Blocks(int(p.Run.Users)) {
		x.archive = &archivist{last: map[place]record.Snapshot{}}
		other.Simulate(p.World, n, x.archive)
		block.Simulate(p.World, n, crossing)
		if t.Failed() {
			return
		}
	}
	if x.with[0] < 500 || x.with[1] < 100 || x.with[1] >= x.with[0] {
		t.Errorf("only %d and %d earlier answers seen", x.with[0], x.with[1])
	}
}
