//go:build slow

package facts

import "testing"

// From two million to 200,000 people no figure turns from deviating to agreeing or back.
func TestVerdictsAtFullSize(t *testing.T) { fewer(t, 200_000, DefaultUsers) }
