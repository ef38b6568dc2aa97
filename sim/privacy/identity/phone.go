package identity

import (
	"fmt"

	"overshare/sim/record"
)

// A Number is a synthetic telephone number. It prints as "[telephone number]" under every verb and
// in every encoding: it may be assigned to a real subscriber (see the package comment).
type Number struct{ n uint32 }

const withheld = "[telephone number]"

// String withholds the number.
func (Number) String() string { return withheld }

// Format withholds the number under every verb.
func (Number) Format(f fmt.State, _ rune) { fmt.Fprint(f, withheld) }

// MarshalText withholds the number from JSON, YAML and the like.
func (Number) MarshalText() ([]byte, error) { return []byte(withheld), nil }

// Phone returns the telephone number of a person. Two people never have the same one. It fails for
// a person beyond [Directory.People].
func (d *Directory) Phone(u record.Person) (Number, error) {
	if uint64(u) >= d.people {
		return Number{}, d.tooMany(u)
	}
	return Number{d.phones.At(uint32(u))}, nil
}

// Numbers returns the size of the number space.
func (d *Directory) Numbers() uint64 { return d.people }

// Nth returns number i of the space in counting order: what somebody tries who tries them all.
func (d *Directory) Nth(i uint64) Number {
	if i >= d.people {
		panic(fmt.Sprintf("identity: internal error: number %d of %d", i, d.people))
	}
	return Number{uint32(i)}
}

// Holder returns the person to whom a number belongs. It is the experimenter's truth, which nobody
// who received the data has.
func (d *Directory) Holder(x Number) record.Person { return record.Person(d.phones.Inverse(x.n)) }

// AppendDigits appends the number as it goes into a hash: 010 and the digits, no separators, in
// ASCII. Which form was hashed is not published (assumed); trying a few usual forms instead of one
// multiplies the work of a search by their number and changes nothing else. The result is for
// hashing: never write it out.
func (d *Directory) AppendDigits(dst []byte, x Number) []byte {
	dst = append(dst, "010"...)
	if d.digits == 8 {
		hi, lo := x.n/10_000, x.n%10_000
		return appendFour(appendFour(dst, hi), lo)
	}
	for div := uint32(d.people / 10); div > 0; div /= 10 {
		dst = append(dst, byte('0'+x.n/div%10))
	}
	return dst
}

// fourDigits is "0000" to "9999", one after the other.
var fourDigits = func() string {
	b := make([]byte, 0, 40_000)
	for i := range 10_000 {
		b = append(b, byte('0'+i/1000), byte('0'+i/100%10), byte('0'+i/10%10), byte('0'+i%10))
	}
	return string(b)
}()
