// Package identity gives synthetic people what would identify them: a telephone number, an e-mail
// address, an account number, a token of identity verification, a name to show. It also holds the
// ways in which such a value can be protected before it is sent (see [Sealer]).
//
// Everything is a pure function of (seed, person). Nothing here can reach anyone: e-mail addresses
// lie in reserved domains only (RFC 2606, RFC 6761), and a telephone number has no printable form.
// Every one of the 10⁸ numbers 010-xxxx-xxxx may be assigned to a real subscriber, so a synthetic
// number is used for hashing and counting and for nothing else. A masked form (010-****-1234) would
// still hand out a quarter of the digits, and the plain hash would hand out all of them: that it can
// be undone is what package reidentify shows. What is exported is therefore a [Directory.Token], which
// is drawn on its own and says nothing about the number.
//
// Identities are drawn apart from the other attributes of a person: the birth year in an address is
// not the person's own. Whoever guesses addresses from lists does not use it either.
package identity

import (
	"fmt"

	"overshare/sim/record"
	"overshare/sim/rng"
)

// MaxPeople is the number of people who can be told apart: the Korean mobile space has 010 and
// eight digits.
const MaxPeople = 100_000_000

// A Directory knows the identity of every synthetic person of one seed. It is never changed after
// [New] and may be used from any number of goroutines. It holds about 0.4 MB.
type Directory struct {
	seed     uint64
	digits   int
	people   uint64 // that the telephone numbers can tell apart
	phones   *Permutation
	mails    *Permutation
	accounts *Permutation
}

// New returns the directory of a seed.
func New(seed uint64) *Directory {
	d, err := NewSmall(seed, 8)
	if err != nil {
		panic("identity: internal error: " + err.Error())
	}
	return d
}

// NewSmall returns a directory whose telephone numbers have only the given number of digits after
// 010, so that the whole space can be searched in no time. The digits must be 2, 4, 6 or 8; there
// are then 10^digits people. With 8 digits it is the directory of [New].
func NewSmall(seed uint64, digits int) (*Directory, error) {
	if digits < 2 || digits > 8 || digits%2 != 0 {
		return nil, fmt.Errorf("a telephone number cannot have %d digits after 010: choose 2, 4, 6 or 8", digits)
	}
	side := uint32(1)
	for range digits / 2 {
		side *= 10
	}
	return &Directory{
		seed:     seed,
		digits:   digits,
		people:   uint64(side) * uint64(side),
		phones:   NewPermutation(seed, rng.PurposePhone, 0, side),
		mails:    NewPermutation(seed, rng.PurposeEmail, 0, 10_000),
		accounts: NewPermutation(seed, rng.PurposeSecret, subjectAccount, 10_000),
	}, nil
}

// People returns how many people the directory can tell apart.
func (d *Directory) People() uint64 { return d.people }

// tooMany refuses a person beyond the end of the directory.
func (d *Directory) tooMany(u record.Person) error {
	return fmt.Errorf("person %d has no identity: 010 and %d digits tell %d people apart; use fewer people",
		u, d.digits, d.people)
}

// Subjects of the draws for [rng.PurposeSecret]: below 2³² the secrets of the sender, above them
// what belongs to one person.
const (
	subjectSalt    = 0
	subjectKey     = 1
	subjectWrong   = 1 << 16 // and following: keys somebody made up
	subjectAccount = 1 << 32 // and following: rounds of the permutation
	subjectCI      = 2 << 32 // plus person
	subjectToken   = 3 << 32 // plus person
)
