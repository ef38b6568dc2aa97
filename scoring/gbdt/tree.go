package gbdt

// A node of a tree, 8 bytes. A code goes left when
//
//	uint8(code − bias) ≤ at
//
// in wrapping arithmetic: with bias 1 a missing value (code 0) becomes 255, the highest, and goes right;
// with bias 0 it is the lowest and goes left. A leaf has itself as both children.
type node struct {
	feature uint16
	at      uint8
	bias    uint8
	kids    [2]uint16 // left, right
}

// next returns the place of the child that the row goes to. No branch, so nothing to mispredict.
func (n *node) next(row []uint8) uint16 {
	right := (uint32(n.at) - uint32(row[n.feature]-n.bias)) >> 31
	return n.kids[right&1]
}

// A tree has its root at node 0, and children after their parents.
type tree struct {
	nodes []node
	value []float64 // of a leaf, shrunk; 0 for other nodes
	gain  []float64 // of a split; 0 for leaves
	depth int       // splits on the longest path
}

func newTree() *tree {
	t := &tree{}
	t.grow()
	return t
}

// grow adds a node, a leaf of value 0 for now, and returns its place.
func (t *tree) grow() int {
	at := len(t.nodes)
	t.nodes = append(t.nodes, node{at: 255, kids: [2]uint16{uint16(at), uint16(at)}})
	t.value, t.gain = append(t.value, 0), append(t.gain, 0)
	return at
}

// split turns a leaf into a split on a feature of the table and returns the places of its children.
func (t *tree) split(at, feature int, c cut) (left, right int) {
	left, right = t.grow(), t.grow()
	n := node{feature: uint16(feature), at: c.at, kids: [2]uint16{uint16(left), uint16(right)}}
	if !c.missLeft {
		n.at, n.bias = c.at-1, 1
	}
	t.nodes[at], t.gain[at] = n, c.gain
	return left, right
}

// cutOf returns place and direction of a split, the inverse of what split does.
func (n *node) cutOf() (at uint8, missLeft bool) { return n.at + n.bias, n.bias == 0 }

func (t *tree) isLeaf(at int) bool { return int(t.nodes[at].kids[0]) == at }

// measure sets the depth once the tree is complete.
func (t *tree) measure() {
	depth := make([]int, len(t.nodes))
	for i, n := range t.nodes {
		t.depth = max(t.depth, depth[i])
		if !t.isLeaf(i) {
			for _, k := range n.kids {
				depth[k] = max(depth[k], depth[i]+1)
			}
		}
	}
}

// valueOf returns the value of the leaf that the row falls into.
func (t *tree) valueOf(row []uint8) float64 {
	at := uint16(0)
	for {
		next := t.nodes[at].next(row)
		if next == at {
			return t.value[at]
		}
		at = next
	}
}

// addTo adds the tree's value to the score of each row of a block. Four rows go down together until
// all are in a leaf, which keeps four independent chains of loads in flight.
func (t *tree) addTo(score []float64, code []uint8, width int) {
	nodes := t.nodes
	i := 0
	for ; i+4 <= len(score); i += 4 {
		r0, r1 := code[i*width:(i+1)*width], code[(i+1)*width:(i+2)*width]
		r2, r3 := code[(i+2)*width:(i+3)*width], code[(i+3)*width:(i+4)*width]
		var a, b, c, d uint16
		for {
			a1, b1 := nodes[a].next(r0), nodes[b].next(r1)
			c1, d1 := nodes[c].next(r2), nodes[d].next(r3)
			if (a^a1)|(b^b1)|(c^c1)|(d^d1) == 0 {
				break
			}
			a, b, c, d = a1, b1, c1, d1
		}
		score[i] += t.value[a]
		score[i+1] += t.value[b]
		score[i+2] += t.value[c]
		score[i+3] += t.value[d]
	}
	for ; i < len(score); i++ {
		score[i] += t.valueOf(code[i*width : (i+1)*width])
	}
}
