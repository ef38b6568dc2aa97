package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"strings"

	"golang.org/x/crypto/argon2"
	//lint:ignore SA1019 bcrypt is built on it, and the experiment is about bcrypt
	"golang.org/x/crypto/blowfish"

	"overshare/sim/rng"
)

// An Identifier is a kind of what a person can be known by.
type Identifier uint8

// The identifiers that were sent hashed.
const (
	Phone Identifier = iota + 1
	Email
)

func (i Identifier) String() string {
	switch i {
	case Phone:
		return "phone"
	case Email:
		return "email"
	}
	return fmt.Sprintf("item(%d)", uint8(i))
}

// A Protection is what is done to an identifier before it is sent. All of them give the same value
// for the same identifier every day, as the score needs it: whoever receives the rows must be able
// to join them.
type Protection uint8

// The protections.
const (
	Plain       Protection = iota + 1 // SHA-256 of the identifier: what was sent, by the regulator's account
	Salted                            // SHA-256 of a salt and the identifier; the receiver knows the salt
	Keyed                             // HMAC-SHA-256 under a key that the sender keeps
	Truncated40                       // the first 40 bits of Plain
	Truncated32                       // the first 32 bits of Plain
	Bcrypt                            // bcrypt, cost 10, under the known salt
	Argon2id                          // Argon2id, 19 MiB, two passes, one lane, under the known salt
)

var protectionNames = [...]string{
	Plain: "sha256", Salted: "sha256-salted", Keyed: "hmac-sha256",
	Truncated40: "sha256-40bit", Truncated32: "sha256-32bit", Bcrypt: "bcrypt", Argon2id: "argon2id",
}

// Protections returns all of them.
func Protections() []Protection {
	return []Protection{Plain, Salted, Keyed, Truncated40, Truncated32, Bcrypt, Argon2id}
}

func (p Protection) String() string {
	if p >= Plain && int(p) < len(protectionNames) {
		return protectionNames[p]
	}
	return fmt.Sprintf("protection(%d)", uint8(p))
}

// ParseProtection returns the protection of a name.
func ParseProtection(name string) (Protection, error) {
	for _, p := range Protections() {
		if p.String() == name {
			return p, nil
		}
	}
	return 0, fmt.Errorf("%q is not a protection: use one of %s", name, strings.Join(protectionNames[Plain:], ", "))
}

// Bits returns the length of what is sent.
func (p Protection) Bits() int {
	switch p {
	case Truncated40:
		return 40
	case Truncated32:
		return 32
	case Bcrypt:
		return 8 * bcryptSize
	}
	return 256
}

// Slow reports whether the protection is made to be costly to compute.
func (p Protection) Slow() bool { return p == Bcrypt || p == Argon2id }

// A Secret is a salt (its first 16 bytes) or a key (all 32).
type Secret [32]byte

// Salt returns the salt of the sender.
func (d *Directory) Salt() Secret { return d.secret(subjectSalt) }

// Key returns the key that the sender keeps.
func (d *Directory) Key() Secret { return d.secret(subjectKey) }

// WrongKey returns a key that somebody without the sender's makes up, number i of many.
func (d *Directory) WrongKey(i uint16) Secret { return d.secret(subjectWrong + uint64(i)) }

func (d *Directory) secret(subject uint64) (s Secret) {
	fill(s[:], rng.Open(d.seed, rng.PurposeSecret, subject))
	return s
}

// Secret returns what the sender needs for a protection: the salt, the key, or for Plain and its
// shortened forms nothing that is used.
func (d *Directory) Secret(p Protection) Secret {
	if p == Keyed {
		return d.Key()
	}
	return d.Salt()
}

// maxMessage is the longest identifier that can be sealed.
const maxMessage = 64

const saltSize = 16

// A Sealer applies a protection. It keeps a scratch buffer: use one for each goroutine.
type Sealer struct {
	protection Protection
	mask       uint64
	salt       [saltSize]byte
	short      *summer
	keyed      hash.Hash // remembers the state after the padded key, which halves the work
	sum        [sha256.Size]byte
}

// NewSealer returns a sealer for a protection under a salt or key (see [Directory.Secret]).
func NewSealer(p Protection, secret Secret) *Sealer {
	if p < Plain || p > Argon2id {
		panic("identity: internal error: unknown " + p.String())
	}
	s := &Sealer{protection: p, mask: ^uint64(0)}
	if b := p.Bits(); b < 64 {
		s.mask <<= 64 - b
	}
	copy(s.salt[:], secret[:])
	switch p {
	case Keyed:
		s.keyed = hmac.New(sha256.New, secret[:])
	case Salted:
		s.short = newSummer(s.salt[:])
	default:
		s.short = newSummer(nil)
	}
	return s
}

// Prefix returns the first 64 bits of what is sent for an identifier, most significant first; what
// is shorter is filled up with zeros. The identifier must not be longer than 64 bytes.
func (s *Sealer) Prefix(identifier []byte) uint64 {
	switch s.protection {
	case Bcrypt, Argon2id:
		return binary.BigEndian.Uint64(s.slow(identifier))
	case Keyed:
		h := s.hmac(identifier)
		return binary.BigEndian.Uint64(h[:])
	}
	return s.short.prefix(fits(identifier)) & s.mask
}

// Seal appends to dst what is sent for an identifier: raw bytes, [Protection.Bits] / 8 of them.
func (s *Sealer) Seal(dst, identifier []byte) []byte {
	switch s.protection {
	case Bcrypt, Argon2id:
		return append(dst, s.slow(identifier)...)
	case Keyed:
		h := s.hmac(identifier)
		return append(dst, h[:]...)
	}
	h := s.short.sum(fits(identifier))
	return append(dst, h[:s.protection.Bits()/8]...)
}

func (s *Sealer) hmac(identifier []byte) [sha256.Size]byte {
	s.keyed.Reset()
	s.keyed.Write(fits(identifier))
	return [sha256.Size]byte(s.keyed.Sum(s.sum[:0]))
}

func (s *Sealer) slow(identifier []byte) []byte {
	if s.protection == Bcrypt {
		return bcryptHash(fits(identifier), s.salt[:])
	}
	// The least that OWASP's Password Storage Cheat Sheet (2024) accepts.
	return argon2.IDKey(fits(identifier), s.salt[:], 2, 19*1024, 1, 32)
}

func fits(identifier []byte) []byte {
	if len(identifier) > maxMessage {
		panic(fmt.Sprintf("identity: internal error: identifier of %d bytes", len(identifier)))
	}
	return identifier
}

const (
	bcryptCost = 10 // the least that OWASP accepts, and the default of golang.org/x/crypto
	bcryptSize = 23
)

// bcryptHash returns the 23 bytes of bcrypt, version 2a. The bcrypt package of golang.org/x/crypto
// draws a new salt for every call; what has to be joined day after day needs one salt, so the
// construction is repeated here on the same cipher (TestBcryptAgainstLibrary).
//
// Source: Provos & Mazières 1999, "A future-adaptable password scheme".
func bcryptHash(identifier, salt []byte) []byte {
	key := append(identifier[:len(identifier):len(identifier)], 0)
	c, err := blowfish.NewSaltedCipher(key, salt)
	if err != nil {
		panic("identity: internal error: " + err.Error())
	}
	for range 1 << bcryptCost {
		blowfish.ExpandKey(key, c)
		blowfish.ExpandKey(salt, c)
	}
	out := []byte("OrpheanBeholderScryDoubt")
	for i := 0; i < len(out); i += 8 {
		for range 64 {
			c.Encrypt(out[i:], out[i:])
		}
	}
	return out[:bcryptSize]
}

func putUint64(b []byte, x uint64) { binary.BigEndian.PutUint64(b, x) }
