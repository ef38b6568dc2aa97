package gbdt

import (
	"encoding/json"
	"fmt"
	"math"

	"overshare/scoring"
)

// format names the layout of a saved model; a change of layout changes it.
const format = "overshare-gbdt-1"

// The layout of a saved model. Numbers are written so that they read back to the same bits.
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

// UnmarshalJSON reads a model that MarshalJSON wrote. A file that is no such model, or whose trees
// could send a row out of bounds or in circles, is refused.
func (m *Model) UnmarshalJSON(text []byte) error {
	var s savedModel
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("gbdt: cannot read model: %w", err)
	}
	if s.Format != format {
		return fmt.Errorf("gbdt: model has format %q, want %q: save it again with this version", s.Format, format)
	}
	if len(s.Features) == 0 || len(s.Features) > math.MaxUint16 {
		return fmt.Errorf("gbdt: model has %d features, must be 1 to %d", len(s.Features), math.MaxUint16)
	}
	r := Model{base: s.Base, log: s.Log}
	for _, f := range s.Features {
		r.features = append(r.features, scoring.Feature{Name: f.Name, Levels: f.Levels, Monotone: f.Monotone})
	}
	for i, nodes := range s.Trees {
		t, err := readTree(nodes, len(s.Features))
		if err != nil {
			return fmt.Errorf("gbdt: tree %d of the model: %w", i, err)
		}
		r.add(t)
	}
	*m = r
	return nil
}

func readTree(saved []savedNode, features int) (*tree, error) {
	if len(saved) == 0 || len(saved) >= 2*maxLeaves {
		return nil, fmt.Errorf("%d nodes, must be 1 to %d", len(saved), 2*maxLeaves-1)
	}
	t := &tree{}
	for i, s := range saved {
		t.grow()
		if s.Left == 0 && s.Right == 0 {
			t.value[i] = s.Value
			continue
		}
		switch {
		case s.Feature < 0 || s.Feature >= features:
			return nil, fmt.Errorf("node %d splits on feature %d of %d", i, s.Feature, features)
		case s.UpTo < 1 || s.UpTo > 255:
			return nil, fmt.Errorf("node %d splits at %d, must be 1 to 255", i, s.UpTo)
		case s.Left <= i || s.Right <= i || s.Left >= len(saved) || s.Right >= len(saved) || s.Left == s.Right:
			return nil, fmt.Errorf("node %d has children %d and %d, must be two of the nodes after it", i, s.Left, s.Right)
		}
		n := node{feature: uint16(s.Feature), at: uint8(s.UpTo), kids: [2]uint16{uint16(s.Left), uint16(s.Right)}}
		if !s.MissingLeft {
			n.at, n.bias = n.at-1, 1
		}
		t.nodes[i], t.gain[i] = n, s.Gain
	}
	return t, nil
}
