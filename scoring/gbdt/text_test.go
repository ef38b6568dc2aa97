package gbdt

// What tests see of a model: its text and the gains of its features.

import "encoding/json"

const format = "overshare-gbdt-1"

type (
	savedModel struct {
		Format   string         `json:"format"`
		Features []savedFeature `json:"features"`
		Base     float64        `json:"base_log_odds"`
		Trees    [][]savedNode  `json:"trees"`
		Log      Log            `json:"log"`
	}
	savedFeature struct {
		Name     string `json:"name"`
		Levels   int    `json:"levels"`
		Monotone int8   `json:"monotone"`
	}
	// A savedNode is a leaf when Left is 0: children come after their parents.
	savedNode struct {
		Feature     int     `json:"feature,omitempty"`
		UpTo        int     `json:"up_to,omitempty"` // codes from 1 to this go left
		MissingLeft bool    `json:"missing_left,omitempty"`
		Left        int     `json:"left,omitempty"`
		Right       int     `json:"right,omitempty"`
		Gain        float64 `json:"gain,omitempty"`
		Value       float64 `json:"value,omitempty"` // log-odds added by a leaf
	}
)

// MarshalJSON writes the model; equal models give equal bytes.
func (m *Model) MarshalJSON() ([]byte, error) {
	s := savedModel{Format: format, Base: m.base, Log: m.log, Trees: [][]savedNode{}}
	for _, f := range m.features {
		s.Features = append(s.Features, savedFeature{f.Name, f.Levels, f.Monotone})
	}
	for _, t := range m.trees {
		nodes := make([]savedNode, len(t.nodes))
		for i, n := range t.nodes {
			if t.isLeaf(i) {
				nodes[i] = savedNode{Value: t.value[i]}
				continue
			}
			at, missLeft := n.cutOf()
			nodes[i] = savedNode{Feature: int(n.feature), UpTo: int(at), MissingLeft: missLeft,
				Left: int(n.kids[0]), Right: int(n.kids[1]), Gain: t.gain[i]}
		}
		s.Trees = append(s.Trees, nodes)
	}
	return json.Marshal(s)
}

// Importance returns for each feature the sum of the gains of its splits: by how much they lowered
// twice the penalised training loss. Gains favour features with many codes; use them to order features,
// not to test them.
func (m *Model) Importance() []float64 {
	gain := make([]float64, len(m.features))
	for _, t := range m.trees {
		for i, g := range t.gain {
			if !t.isLeaf(i) {
				gain[t.nodes[i].feature] += g
			}
		}
	}
	return gain
}
