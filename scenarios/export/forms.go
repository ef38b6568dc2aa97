package export

import (
	"encoding/hex"
	"fmt"
	"strings"

	"overshare/scenarios/study"
	"overshare/sim/record"
	"overshare/sim/sharing/regime"
)

// Records are exported in the form in which they cross the border, the same that a study's processor reads: a band
// as its lower end, a value answered at random as the lower end of the band that was answered, an identifier under a
// key as its keyed hash.

// protect puts the values of r into the form in which they are sent.
func (c *clerk) protect(r *itemRow) {
	noise := c.flow.Noise(r.person)
	for item, how := range r.how {
		if r.sent.Has(record.Item(item)) {
			r.values[item] = study.Sent(record.Item(item), r.values[item], how, noise, r.night)
		}
	}
}

// underKey returns the keyed hash of an identifier. What would be hashed plainly is hashed under the key once more:
// who does not have the key learns as little from either.
func (c *clerk) underKey(s string) string {
	c.keyed.Reset()
	c.keyed.Write([]byte(s))
	return hex.EncodeToString(c.keyed.Sum(nil))
}

// inForm says in which forms the flows of r send an item, for the meaning of its column; "" if plainly or not at all.
func inForm(r *regime.Regime, item record.Item) (text string) {
	for i := range r.Flows {
		f := &r.Flows[i]
		if !f.Items.Has(item) {
			continue
		}
		ends := strings.Trim(strings.ReplaceAll(fmt.Sprint(item.Info().Bands), " ", ", "), "[]")
		say := ""
		switch how := f.How[item]; how.Form {
		case regime.Keyed:
			say = "; sent as its HMAC-SHA256 under a key that the receiver does not have"
			if item == record.ItemCounterparties7 {
				say = "; with HMAC-SHA256 under a key that the receiver does not have in place of SHA-256"
			}
		case regime.Banded:
			say = "; sent as the lower end of its band: " + ends
		case regime.Noisy:
			say = fmt.Sprintf("; sent as one of %s, the lower end of its band or, at random, of another (epsilon %.4g)", ends, how.Epsilon)
		}
		if !strings.Contains(text, say) {
			text += say
		}
	}
	return text
}
