package identity

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"hash"
)

// A summer computes the first 64 bits of SHA-256 of short messages. For a message that fits one block
// it pads the block itself and reads the first two words from the state of the hash, which costs about
// two thirds of [sha256.Sum256]. How the library lays out its state is not promised, so newSummer tries
// it on one message and otherwise leaves everything to the library.
type summer struct {
	hash  hash.Hash
	state encoding.BinaryAppender // nil: use the library as it is
	block [sha256.BlockSize]byte  // the fixed beginning of every message, then the message
	fixed int
	out   [128]byte
}

const stateStart = 4 // the state begins behind a magic word of four bytes

// newSummer returns a summer for messages that follow a fixed beginning, a salt or nothing.
func newSummer(beginning []byte) *summer {
	s := &summer{hash: sha256.New()}
	s.fixed = copy(s.block[:], beginning)
	s.state, _ = s.hash.(encoding.BinaryAppender)
	probe := []byte("probe")
	want := sha256.Sum256(append(beginning[:len(beginning):len(beginning)], probe...))
	if s.state != nil && s.oneBlock(probe) != binary.BigEndian.Uint64(want[:]) {
		s.state = nil
	}
	return s
}

// prefix returns the first 64 bits of SHA-256 of the fixed beginning and the message.
func (s *summer) prefix(message []byte) uint64 {
	if s.state != nil && s.fixed+len(message) <= len(s.block)-9 {
		return s.oneBlock(message)
	}
	h := s.sum(message)
	return binary.BigEndian.Uint64(h[:])
}

// oneBlock pads as FIPS 180-4, 5.1.1 says: a one, zeros, the length in bits.
func (s *summer) oneBlock(message []byte) uint64 {
	n := s.fixed + copy(s.block[s.fixed:], message)
	s.block[n] = 0x80
	clear(s.block[n+1 : len(s.block)-8])
	binary.BigEndian.PutUint64(s.block[len(s.block)-8:], uint64(8*n))
	s.hash.Reset()
	s.hash.Write(s.block[:])
	out, err := s.state.AppendBinary(s.out[:0])
	if err != nil || len(out) < stateStart+8 {
		return 0
	}
	return binary.BigEndian.Uint64(out[stateStart:])
}

// sum returns the whole of it, from the library.
func (s *summer) sum(message []byte) [sha256.Size]byte {
	if s.fixed == 0 {
		return sha256.Sum256(message)
	}
	var whole [sha256.BlockSize + maxMessage]byte
	n := copy(whole[:], s.block[:s.fixed])
	n += copy(whole[n:], message)
	return sha256.Sum256(whole[:n])
}
