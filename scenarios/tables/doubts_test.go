package tables

import (
	"strings"
	"testing"

	"overshare/scenarios/study"
	"overshare/scoring/scorecard"
)

// A card without information in most columns is named once, with the number of regimes whose cards are alike; a good one is not.
func TestCardsInDoubtAreNamed(t *testing.T) {
	card := func(left ...string) *scorecard.Card {
		c := &scorecard.Card{All: scorecard.Count{Rows: 500, Bads: 20}}
		for k, why := range left {
			c.Features = append(c.Features, scorecard.Feature{Name: string(rune('a' + k)), Left: why})
		}
		return c
	}
	poor, good := card(scorecard.LeftNoInformation, "", scorecard.LeftNoInformation), card("", "", "")
	m := &study.Measured{Scorer: "scorecard"}
	for _, c := range []*scorecard.Card{good, poor, nil, poor, poor} {
		m.Scores = append(m.Scores, study.Score{Knowledge: &study.Knowledge{Regime: "regime", Card: c}})
	}
	got := doubts([]*study.Measured{m}, &study.Truth{})
	text := strings.Join(got, "\n")
	if !strings.Contains(text, "no information in 2 of 3 columns on 500 rows, 20 of them bad: a, c; the same is so of 2 other regimes") || strings.Count(text, "no information") != 1 {
		t.Errorf("%q", got)
	}
}
