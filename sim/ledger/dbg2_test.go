package ledger_test
import "testing"
func TestDbg(t *testing.T) { for _, s := range []string{"run.seed=1","run.seed=2","run.seed=3","run.seed=4"} { prepare(t, "kakaopay-2024", append(steadyWorld, s)...).DebugPool(t) } }
