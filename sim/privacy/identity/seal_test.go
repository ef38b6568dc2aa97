package identity

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

var message = []byte("01000000000") // the counter's first; nobody's in particular

// slowSeal is the obvious twin of Seal for the fast protections.
func slowSeal(p Protection, secret Secret, msg []byte) []byte {
	switch p {
	case Salted:
		h := sha256.New()
		h.Write(secret[:16])
		h.Write(msg)
		return h.Sum(nil)
	case Keyed:
		h := hmac.New(sha256.New, secret[:])
		h.Write(msg)
		return h.Sum(nil)
	}
	h := sha256.Sum256(msg)
	return h[:p.Bits()/8]
}

func TestSealAgainstTheObviousTwin(t *testing.T) {
	d := New(1)
	for _, p := range []Protection{Plain, Salted, Keyed, Truncated40, Truncated32} {
		secret := d.Secret(p)
		s := NewSealer(p, secret)
		for n := range maxMessage + 1 { // lengths fall and rise, so that leftovers in a buffer would show
			msg := bytes.Repeat([]byte{byte(n)}, (n*29)%(maxMessage+1))
			want := slowSeal(p, secret, msg)
			if got := s.Seal(nil, msg); !bytes.Equal(got, want) {
				t.Fatalf("%v of %d bytes: %x, want %x", p, len(msg), got, want)
			}
			first := make([]byte, 8)
			copy(first, want)
			if got := s.Prefix(msg); got != binary.BigEndian.Uint64(first) {
				t.Fatalf("%v of %d bytes: prefix %x, want %x", p, len(msg), got, first)
			}
		}
	}
}

// Vectors from FIPS 180-4 ("abc") and RFC 4231 (case 2, whose key "Jefe" is the key padded with zeros).
func TestKnownAnswers(t *testing.T) {
	got := hex.EncodeToString(NewSealer(Plain, Secret{}).Seal(nil, []byte("abc")))
	if want := "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; got != want {
		t.Errorf("SHA-256: %s", got)
	}
	var key Secret
	copy(key[:], "Jefe")
	got = hex.EncodeToString(NewSealer(Keyed, key).Seal(nil, []byte("what do ya want for nothing?")))
	if want := "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"; got != want {
		t.Errorf("HMAC-SHA-256: %s", got)
	}
}

func TestBcryptAgainstLibrary(t *testing.T) {
	secret := New(1).Salt()
	h := NewSealer(Bcrypt, secret).Seal(nil, message)
	enc := base64.NewEncoding("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789").WithPadding(base64.NoPadding)
	text := []byte("$2a$10$" + enc.EncodeToString(secret[:16]) + enc.EncodeToString(h))
	if err := bcrypt.CompareHashAndPassword(text, message); err != nil {
		t.Error(err)
	}
	if err := bcrypt.CompareHashAndPassword(text, append(message, '1')); err == nil {
		t.Error("another number passes too")
	}
}

func TestArgon2Parameters(t *testing.T) {
	secret := New(1).Salt()
	want := argon2.IDKey(message, secret[:16], 2, 19456, 1, 32)
	if got := NewSealer(Argon2id, secret).Seal(nil, message); !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

func TestSecretsDiffer(t *testing.T) {
	seen := map[Secret]bool{}
	for _, s := range []Secret{New(1).Salt(), New(1).Key(), New(1).WrongKey(0), New(1).WrongKey(1), New(2).Salt(), New(2).Key()} {
		if seen[s] {
			t.Error("two secrets are equal")
		}
		seen[s] = true
	}
}

func TestParseProtection(t *testing.T) {
	for _, p := range Protections() {
		if got, err := ParseProtection(p.String()); got != p || err != nil {
			t.Errorf("%v: %v, %v", p, got, err)
		}
	}
	if _, err := ParseProtection("md5"); err == nil {
		t.Error("md5 is accepted")
	}
}

func BenchmarkPrefix(b *testing.B) {
	for _, p := range Protections() {
		b.Run(p.String(), func(b *testing.B) {
			b.ReportAllocs()
			s := NewSealer(p, New(1).Secret(p))
			msg := bytes.Clone(message)
			for i := range b.N {
				msg[10] = '0' + byte(i%10)
				sink += s.Prefix(msg)
			}
		})
	}
}
