package gbdt

import "overshare/scoring"

// Train learns a model for the outcome Bad from the rows of a table. The table is not changed.
//
// The model is a function of the rows as a set (not of their order) and of the options other than
// Workers, to the last bit and on every processor.
//
// Errors: options or table with faults (all of them are named), [ErrNoRows], [ErrOneClass], the
// cause of Options.Context.
//
// Cost: memory besides the table: for each row one byte a feature, a record of 8 bytes and one a bundle
// rounded up to a multiple of 8, and 22 bytes for scores, order and leaves (8 more with weights); 78
// bytes for 24 features of 255 codes. Time: about 50 ns a row and tree of 31 leaves, divided by the
// workers; see peers/README.md.
func Train(t *scoring.Table, o Options) (*Model, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := checkTable(t, o.ValidShare > 0); err != nil {
		return nil, err
	}
	m, err := once(t, &o)
	if err != nil || !o.AllRows || m.log.HeldOut == 0 || len(m.trees) == 0 {
		return m, err
	}
	all := o
	all.ValidShare, all.Trees = 0, len(m.trees)
	whole, err := once(t, &all)
	if err != nil {
		return nil, err
	}
	held := m.log // says how the number of trees was found
	held.Rows, held.Constant, held.Trees = whole.log.Rows, whole.log.Constant, whole.log.Trees
	whole.log = held
	return whole, nil
}

// once trains on the rows that the options do not hold out.
func once(t *scoring.Table, o *Options) (*Model, error) {
	train, valid := split(t, o.ValidShare)
	d, err := newData(t, train, o.crew())
	if err != nil {
		return nil, err
	}
	b := newBooster(d, o, t)
	v := newValidation(t, valid, b.model, o)
	return b.boost(v)
}

// A booster holds the state of a training between trees.
type booster struct {
	*grower
	model        *Model
	score        []float64 // log-odds of each training row without the tree grown last
	sumG, sumH   float64   // Σ|g|, Σh over the training rows as of the last tree, weights in d.unit
	slack        float64   // the most that rounding adds to a scaled sum
	hasNew       bool      // inLeaf and values belong to a tree not yet added to score
	scaleG       float64
	scaleH       float64
	totalG, totH []int64 // scratch of each worker: Σ|qg|, Σqh
}

func newBooster(d *data, o *Options, t *scoring.Table) *booster {
	b := &booster{grower: newGrower(d, o), model: newModel(t)}
	p := d.badW / d.sumW
	b.model.base = log(p / (1 - p))
	b.score = make([]float64, d.n)
	for i := range b.score {
		b.score[i] = b.model.base
	}
	units := d.sumW / d.unit
	b.sumG, b.sumH = 2*units*float64(p*(1-p)), units*float64(p*(1-p))
	b.slack = (units + float64(d.n)) / 2
	b.totalG, b.totH = make([]int64, b.c), make([]int64, b.c)
	return b
}

// boost adds trees until there are enough, none can be cut, or the validation loss stops falling.
func (b *booster) boost(v *validation) (*Model, error) {
	m, stopped := b.model, "all trees"
	for len(m.trees) < b.o.Trees {
		root := b.gradients()
		t := b.grow(root, rootSum(root))
		if b.stopped != nil {
			return nil, b.stopped
		}
		if t == nil {
			stopped = "no split left"
			break
		}
		m.add(t)
		b.hasNew = true
		v.add(t)
		if b.o.Progress != nil {
			b.o.Progress(len(m.trees), v.last())
		}
		if v.stale() >= b.o.Patience && len(v.rows) > 0 {
			stopped = "validation loss"
			break
		}
	}
	m.finish(v, b.d, stopped)
	return m, nil
}

// rootSum is the sum of all rows: that of any one feature's codes.
func rootSum(h histogram) int64 {
	sum := int64(0)
	if len(h) > 0 {
		for _, v := range h[0] {
			sum += v
		}
	}
	return sum
}

// gradients writes every row's packed gradient into its record and returns the histogram of all rows.
// If a sum is above its limit it halves that scale and starts again, so the sums are exact for sure.
func (b *booster) gradients() histogram {
	b.scaleG = scaleFor(b.sumG, b.slack, maxG)
	b.scaleH = scaleFor(b.sumH, b.slack, maxH)
	for {
		root, g, h := b.pass()
		if g <= maxG && h <= maxH {
			b.sumG, b.sumH = float64(g)/b.scaleG, float64(h)/b.scaleH
			b.search.perG, b.search.perH = b.d.unit/b.scaleG, b.d.unit/b.scaleH
			return root
		}
		if g > maxG {
			b.scaleG /= 2
		}
		if h > maxH {
			b.scaleH /= 2
		}
		b.free = append(b.free, root)
	}
}

// blockRows is how many rows are given their gradient before they are added up: few enough to be
// still in the first-level cache.
const blockRows = 128

// pass makes the gradients once; it returns also Σ|qg| and Σqh.
func (b *booster) pass() (root histogram, g, h int64) {
	for w := range b.part {
		b.part[w].clear(b.d.last)
		b.totalG[w], b.totH[w] = 0, 0
	}
	b.c.chunks(b.d.n, pieceSize(b.d.n, b.c), func(w, from, to int) {
		for at := from; at < to; at += blockRows {
			end := min(to, at+blockRows)
			if b.hasNew {
				b.addTree(at, end)
			}
			g, h := b.gradientsOf(at, end)
			b.totalG[w] += g
			b.totH[w] += h
			b.part[w].addRange(b.d, at, end)
		}
	})
	b.hasNew = false
	root = b.take()
	for w, p := range b.part {
		root.add(p, b.d.last)
		g, h = g+b.totalG[w], h+b.totH[w]
	}
	return root, g, h
}

// addTree adds the values of the tree grown last to the scores of some rows.
func (b *booster) addTree(from, to int) {
	score, in := b.score[from:to], b.inLeaf[from:to]
	for i := range score {
		score[i] += b.values[in[i]]
	}
}

// gradientsOf makes the packed gradients of some rows and returns their Σ|qg| and Σqh.
func (b *booster) gradientsOf(from, to int) (sumG, sumH int64) {
	d := b.d
	rec, stride := d.rec[from*d.stride:to*d.stride], d.stride
	score, bad := b.score[from:to], d.bad[from:to]
	outcome := [2]float64{0, 1}
	for i, x := range score {
		p := sigmoid(x)
		g := round((p - outcome[bad[i]&1]) * b.scaleG)
		h := round(float64(p*(1-p)) * b.scaleH)
		if d.weight != nil {
			g, h = roundWeighted(g, d.weight[from+i]), roundWeighted(h, d.weight[from+i])
		}
		sumG += max(g, -g)
		sumH += h
		putGradient(rec[i*stride:], pack(g, h))
	}
	return sumG, sumH
}
