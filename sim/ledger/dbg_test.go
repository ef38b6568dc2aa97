package ledger
import ("testing")
func (w *World) DebugPool(t testing.TB) {
	o := w.pool()
	var n, h, l, b [2]int
	min := 1 << 30
	for p := range o.cells { for k := range o.cells[p] { for who, list := range o.cells[p][k] {
		if p < 30 && p > 0 && len(list) < min { min = len(list) }
		for _, d := range list { n[who]++; if d.habit > 0 { h[who]++ }; if d.freeIn > 0 { l[who]++ }; b[who] += int(d.bought) } } } }
	t.Log(n, float64(h[1])/float64(n[1]), float64(l[1])/float64(n[1]), b[1]/n[1], min)
}
