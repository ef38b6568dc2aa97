package identity

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"

	"github.com/brianvoe/gofakeit/v7/data"

	"overshare/sim/record"
	"overshare/sim/rng"
)

// Account returns the account number of a person at the wallet's parent, ten digits beginning with
// 20. It was sent as it is: no report speaks of hashing it. Two people never have the same one.
func (d *Directory) Account(u record.Person) (string, error) {
	if uint64(u) >= MaxPeople {
		return "", d.tooMany(u)
	}
	return strconv.FormatUint(2_000_000_000+uint64(d.accounts.At(uint32(u))), 10), nil
}

// Verification returns the token that identity verification by mobile telephone gives out for a
// person: 88 characters, 64 random bytes in base64, the form of the Korean connecting information
// (CI). It was reported as sent in clear. It is the same at every company and for life, so it
// identifies as well as a resident number does, and no hashing of other items undoes that.
func (d *Directory) Verification(u record.Person) string {
	var raw [64]byte
	fill(raw[:], rng.Open(d.seed, rng.PurposeSecret, subjectCI+uint64(u)))
	return base64.StdEncoding.EncodeToString(raw[:])
}

// Token returns what stands for a person's telephone number or e-mail address in exported files:
// 16 hexadecimal digits, drawn apart from the value they stand for, so that no search can lead from
// one to the other. Two of n people share one with probability n²/2⁶⁵ (4e-5 for 40 million).
func (d *Directory) Token(item Identifier, u record.Person) string {
	var raw [8]byte
	s := rng.Open(d.seed, rng.PurposeSecret, subjectToken+uint64(u))
	putUint64(raw[:], s.At(uint64(item)))
	return hex.EncodeToString(raw[:])
}

// DisplayName returns a name to show beside a person in exports. It feeds no figure, and the word
// lists it is taken from may change with a new release of gofakeit. Only the lists are imported: the
// faker itself looks up methods by name, which keeps the linker from leaving out any method of the program.
func (d *Directory) DisplayName(u record.Person) string {
	s := rng.Open(d.seed, rng.PurposeName, uint64(u))
	word := func(draw uint64, list []string) string { return list[rng.Below(s.At(draw), uint64(len(list)))] }
	return word(0, data.Person["first"]) + " " + word(1, data.Person["last"])
}

// fill writes the draws of a stream over b, whose length must be a multiple of eight.
func fill(b []byte, s rng.Stream) {
	for i := 0; i < len(b); i += 8 {
		putUint64(b[i:], s.At(uint64(i/8)))
	}
}
