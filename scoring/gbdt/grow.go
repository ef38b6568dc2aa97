package gbdt

// maxLeaves is the most leaves of a tree: a row's leaf fits into a byte.
const maxLeaves = 256

// pieceRows is the least number of rows worth handing to another worker.
const pieceRows = 1 << 13

// A leaf is a node of the growing tree that is not split yet.
type leaf struct {
	node     int // its place in the tree
	from, to int // its rows: grower.rows[from:to]
	depth    int
	sum      int64 // packed sum of its rows
	bounds   bounds
	hist     histogram // nil when it cannot be split
	best     cut
}

// A grower grows one tree after another on the same data.
type grower struct {
	d       *data
	o       *Options
	c       crew
	search  searcher
	rows    []int32 // training rows, those of a leaf side by side
	moved   []int32 // scratch for moving rows
	pieces  []piece
	part    []histogram // one a worker, for large leaves
	free    []histogram
	room    [][256]int64 // scratch of each worker: sums of one feature of a bundle
	found   []cut        // scratch: best cut of each feature, for two leaves
	inLeaf  []uint8
	values  [maxLeaves]float64 // of the tree grown last, by inLeaf
	stopped error
}

// A piece is a part of a leaf's rows while they are moved to its children.
type piece struct{ from, to, left int }

func newGrower(d *data, o *Options) *grower {
	g := &grower{d: d, o: o, c: o.crew(), found: make([]cut, 2*len(d.active))}
	g.rows, g.moved = make([]int32, d.n), make([]int32, d.n)
	g.inLeaf, g.room = make([]uint8, d.n), make([][256]int64, g.c)
	for range g.c {
		g.part = append(g.part, make(histogram, len(d.bundle)))
	}
	g.search.l2, g.search.minH, g.search.minGain = o.L2, o.MinLeafHessian, o.MinGain
	return g
}

// take returns a cleared histogram, release gives it back.
func (g *grower) take() histogram {
	n := len(g.free)
	if n == 0 {
		return make(histogram, len(g.d.bundle))
	}
	h := g.free[n-1]
	g.free = g.free[:n-1]
	h.clear(g.d.last)
	return h
}

func (g *grower) release(l *leaf) {
	if l.hist != nil {
		g.free = append(g.free, l.hist)
		l.hist = nil
	}
}

// grow returns a tree for the gradients in the records. root has their histogram and sum their sum.
// It leaves every row's leaf in inLeaf and the leaves' values in values. A tree that could not be cut
// even once is nil.
func (g *grower) grow(root histogram, sum int64) *tree {
	t := newTree()
	leaves := []*leaf{{to: g.d.n, sum: sum, bounds: unbounded, hist: root, best: noCut}}
	g.findBest(leaves)
	for len(leaves) < g.o.MaxLeaves {
		i := bestLeaf(leaves)
		if leaves[i].best.feature < 0 {
			break
		}
		if g.stopped = g.o.cancelled(); g.stopped != nil {
			return nil
		}
		left, right := g.split(t, leaves[i], len(leaves)+1 < g.o.MaxLeaves)
		leaves[i] = left
		leaves = append(leaves, right)
	}
	g.finish(t, leaves)
	if len(leaves) == 1 {
		return nil
	}
	return t
}

// bestLeaf returns the leaf with the largest gain, the oldest among equals.
func bestLeaf(leaves []*leaf) int {
	best := 0
	for i, l := range leaves {
		if l.best.gain > leaves[best].best.gain {
			best = i
		}
	}
	return best
}

// finish writes the leaves' values into the tree and the rows' leaves into inLeaf.
func (g *grower) finish(t *tree, leaves []*leaf) {
	for i, l := range leaves {
		g.release(l)
		v := g.o.LearningRate * g.search.value(l.sum, l.bounds)
		t.value[l.node], g.values[i] = v, v
		rows := g.rows[l.from:l.to]
		g.c.chunks(len(rows), 1<<16, func(_, from, to int) {
			for _, r := range rows[from:to] {
				g.inLeaf[r] = uint8(i)
			}
		})
	}
}

// split splits a leaf at its best cut. more tells whether the children may be split in turn.
func (g *grower) split(t *tree, l *leaf, more bool) (left, right *leaf) {
	f, c := l.best.feature, l.best
	lower, upper := t.split(l.node, g.d.active[f], c)
	mid := g.move(l, f, c)
	bl, br := g.search.children(c, l.sum, g.d.mono[f], l.bounds)
	left = &leaf{node: lower, from: l.from, to: mid, depth: l.depth + 1, sum: c.left, bounds: bl, best: noCut}
	right = &leaf{node: upper, from: mid, to: l.to, depth: l.depth + 1, sum: l.sum - c.left, bounds: br, best: noCut}
	if !more || !g.splittable(left) && !g.splittable(right) {
		g.release(l)
		return left, right
	}
	small, large := left, right
	if right.to-right.from < left.to-left.from {
		small, large = right, left
	}
	small.hist = g.histogramOf(small)
	l.hist.subtract(small.hist, g.d.last)
	large.hist, l.hist = l.hist, nil
	g.findBest([]*leaf{left, right})
	return left, right
}

// splittable tells whether a leaf is large and shallow enough to be split.
func (g *grower) splittable(l *leaf) bool {
	_, h := g.search.sums(l.sum)
	return l.depth < g.o.MaxDepth && h >= 2*g.search.minH
}

// findBest finds the best cut of one or two leaves, feature by feature. Ties between features go to
// the first. A leaf that cannot be split gives its histogram back.
func (g *grower) findBest(leaves []*leaf) {
	width := len(g.d.active)
	g.c.each(len(leaves)*width, func(w, task int) {
		l, f := leaves[task/width], task%width
		g.found[task] = noCut
		if g.splittable(l) {
			at := &g.d.where[f]
			sums := at.sums(l.hist, g.d.bundle[at.bundle].size, &g.room[w])
			g.found[task] = g.search.best(f, g.d.levels[f], sums, l.sum, g.d.mono[f], l.bounds)
		}
	})
	for i, l := range leaves {
		for _, c := range g.found[i*width : (i+1)*width] {
			if c.gain > l.best.gain {
				l.best = c
			}
		}
		if l.best.feature < 0 {
			g.release(l)
		}
	}
}

// histogramOf adds up the rows of a leaf.
func (g *grower) histogramOf(l *leaf) histogram {
	h, rows := g.take(), g.rows[l.from:l.to]
	if g.c == 1 || len(rows) < 2*pieceRows {
		h.addRows(g.d, rows)
		return h
	}
	used := make([]bool, g.c)
	g.c.chunks(len(rows), pieceSize(len(rows), g.c), func(w, from, to int) {
		if !used[w] {
			used[w] = true
			g.part[w].clear(g.d.last)
		}
		g.part[w].addRows(g.d, rows[from:to])
	})
	for w, p := range g.part {
		if used[w] {
			h.add(p, g.d.last)
		}
	}
	return h
}

// pieceSize cuts n rows into a few pieces a worker, so that a slow worker gets fewer of them.
func pieceSize(n int, c crew) int { return max(pieceRows, n/(4*int(c))+1) }

// move puts the rows of a leaf that go left before those that go right, keeping their order, and
// returns the place of the first on the right.
func (g *grower) move(l *leaf, feature int, c cut) int {
	rows, moved := g.rows[l.from:l.to], g.moved[l.from:l.to]
	side, col := c.sides(), g.d.column(feature)
	size := pieceSize(len(rows), g.c)
	g.pieces = g.pieces[:0]
	for from := 0; from < len(rows); from += size {
		g.pieces = append(g.pieces, piece{from: from, to: min(len(rows), from+size)})
	}
	g.c.each(len(g.pieces), func(_, task int) {
		p := &g.pieces[task]
		if l.node == 0 {
			for i := p.from; i < p.to; i++ {
				rows[i] = int32(i)
			}
		}
		p.left = divide(moved[p.from:p.to], rows[p.from:p.to], col, &side)
	})
	lefts := 0
	for _, p := range g.pieces {
		lefts += p.left
	}
	g.c.each(len(g.pieces), func(_, task int) {
		p, l, r := g.pieces[task], 0, lefts
		for _, q := range g.pieces[:task] {
			l, r = l+q.left, r+q.to-q.from-q.left
		}
		copy(rows[l:], moved[p.from:p.from+p.left])
		for i := p.to - 1; i >= p.from+p.left; i-- {
			rows[r] = moved[i]
			r++
		}
	})
	return l.from + lefts
}

// sides returns 1 for every code that goes left.
func (c *cut) sides() (side [256]uint8) {
	for code := 1; code <= int(c.at); code++ {
		side[code] = 1
	}
	if c.missLeft {
		side[0] = 1
	}
	return side
}

// divide writes the rows that go left to the front of dst in order, the others to its back in reverse,
// and returns how many went left. Both places are written for every row: there is no branch to
// mispredict.
func divide(dst, rows []int32, col []uint8, side *[256]uint8) int {
	left, right := 0, len(dst)-1
	for _, r := range rows {
		goes := int(side[col[r]])
		dst[left] = r
		dst[right] = r
		left += goes
		right += goes - 1
	}
	return left
}
