package sharing_test

import (
	"testing"

	"overshare/scenarios/study"
	"overshare/sim/ledger"
	"overshare/sim/record"
	"overshare/sim/sharing"
)

// pile takes down every scoring record that is asked for.
type pile struct {
	border *sharing.Border
	files  []record.ScoringRecord
	seen   [][]seen // by regime
}

// A seen is what one regime holds.
type seen struct {
	held   record.Mask
	others record.Counterparties
}

func (p *pile) Asked(s *sharing.Sight) int32 {
	p.files = append(p.files, s.File[0])
	var all []seen
	for _, g := range p.border.Regimes {
		var x seen
		if len(g.Parts) > 0 {
			x.held = s.Held[g.Parts[0].Holding]
		}
		if g.Circle >= 0 {
			x.others = s.Others[g.Circle]
		}
		all = append(all, x)
	}
	p.seen = append(p.seen, all)
	return int32(len(p.files) - 1)
}
func (p *pile) Billed(int32, *record.Bill)  {}
func (p *pile) Looked(*sharing.Sight) int32 { return 0 }
func (p *pile) Outcome(int32, uint8)        {}

// live lets four blocks live and returns what was asked for, and the records of everybody on the night of
// the last send.
func live(t *testing.T, p *study.Plan, attach bool) (*pile, map[record.Person]record.Snapshot) {
	t.Helper()
	var b, other ledger.Block
	to, last := &pile{border: p.Border}, map[record.Person]record.Snapshot{}
	c := p.Border.Cross(int(p.Run.Users), to)
	if attach {
		c.Attach(&b)
	}
	n := 0
	other.Mornings(func(night record.Day) {
		if night != p.Border.DailyTo {
			return
		}
		for _, i := range other.Live() {
			var s record.Snapshot
			other.Snapshot(int(i), &s)
			last[other.All[i].ID] = s
		}
	})
	for ; n < 4; n++ {
		b.Simulate(p.World, n, c)
		other.Simulate(p.World, n, nil)
	}
	return to, last
}

// After the last send every score comes from the record of that night, as a second life of the same world
// shows it; who holds it is a matter of the night of the send, and after keep_days nobody does.
func TestScoresGoStale(t *testing.T) {
	const keep = 20
	p := prepare(t, "suspension-2024", "run.users=2048", "sharing.keep_days=20",
		"sharing.regimes=[everyone, in-scope, on-request, none]")
	to, last := live(t, p, true)
	held, late := 0, 0
	for k, d := range to.files {
		ask := d.Night + d.Age + 1
		q := &to.files[k]
		switch {
		case d.Night > p.Border.DailyTo:
			t.Fatalf("a record of %v, after the last send", d.Night)
		case d.Age == 0:
			continue
		case d.Night != p.Border.DailyTo || ask-1-p.Border.DailyTo != d.Age:
			t.Fatalf("asked on %v, record of %v, age %d", ask, d.Night, d.Age)
		case d.Age > keep:
			late++
			for r, s := range to.seen[k] {
				if s != (seen{}) {
					t.Fatalf("regime %d still holds %+v after %d days", r, s, d.Age)
				}
			}
			continue
		}
		want, sent := last[q.Person]
		join, _, scope := p.World.Pop.Life(q.Person)
		if sent = sent && join <= d.Night; sent && d.Now != want {
			t.Fatalf("person %d: held %v, sent %v", q.Person, d.Now, want)
		}
		for r, holds := range []bool{sent, sent && scope <= d.Night, false, false} {
			if got := to.seen[k][r].held&1 != 0; got != holds {
				t.Fatalf("person %d, regime %d: held %v, sent %v", q.Person, r, got, holds)
			}
		}
		if sent {
			held++
		}
	}
	if held < 100 || late < 100 {
		t.Fatalf("only %d bills were scored from an old record and %d after its end", held, late)
	}
}

// Until the last send nothing differs, and the world never does.
func TestStaleFilesTouchNothingElse(t *testing.T) {
	p := prepare(t, "suspension-2024", "run.users=2048")
	a, _ := live(t, p, true)
	b, _ := live(t, p, false)
	if len(a.files) != len(b.files) {
		t.Fatalf("%d scoring records with attached mornings, %d without", len(a.files), len(b.files))
	}
	fresh := 0
	for k, d := range a.files {
		if d.Age > 0 {
			if x := b.files[k]; x.Person != d.Person || x.Night+x.Age != d.Night+d.Age {
				t.Fatalf("bill %d is of person %d on %v, without attached mornings of person %d on %v", k, d.Person, d.Night+d.Age, x.Person, x.Night+x.Age)
			}
			continue
		}
		fresh++
		if d != b.files[k] {
			t.Fatalf("scoring record %d: %+v, without attached mornings %+v", k, d, b.files[k])
		}
		for r := range a.seen[k] {
			if a.seen[k][r] != b.seen[k][r] {
				t.Fatalf("scoring record %d, regime %d: %+v, without attached mornings %+v", k, r, a.seen[k][r], b.seen[k][r])
			}
		}
	}
	if fresh < 100 {
		t.Fatalf("only %d scoring records before the end of the sends", fresh)
	}
}
