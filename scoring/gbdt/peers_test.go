package gbdt

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unsafe"
)

// The flags below make TestPeer a tool for peers/compare.py; see peers/README.md.
var (
	peerDir   = flag.String("peer.dir", "", "folder to write rows and scores to")
	peerRows  = flag.Int("peer.rows", 1_000_000, "rows to learn from")
	peerTrees = flag.Int("peer.trees", 100, "trees to grow")
	peerSeed  = flag.Uint64("peer.seed", 1, "seed of the rows; the test rows have the next one")
)

const peerTestRows = 1_000_000

// TestPeer writes the rows that the peers read, trains on them, and prints the seconds taken.
func TestPeer(t *testing.T) {
	if *peerDir == "" {
		t.Skip("a tool for peers/compare.py; needs -peer.dir")
	}
	train, test := synth(*peerRows, *peerSeed), synth(peerTestRows, *peerSeed+1)
	if _, err := os.Stat(filepath.Join(*peerDir, "train_codes.npy")); err != nil {
		writeNpy(t, "train_codes", "|u1", train.Code, synthFeatures)
		writeNpy(t, "train_bad", "|b1", asBytes(train.Bad), 0)
		writeNpy(t, "test_codes", "|u1", test.Code, synthFeatures)
		writeNpy(t, "test_bad", "|b1", asBytes(test.Bad), 0)
	}
	o := Defaults()
	o.ValidShare, o.Workers, o.Trees = 0, 2, *peerTrees
	start := time.Now()
	m, err := Train(train, o)
	fit := time.Since(start)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float32, peerTestRows)
	start = time.Now()
	if err := m.ScoreTable(test, out, 2); err != nil {
		t.Fatal(err)
	}
	writeNpy(t, "scores", "<f4", asBytes(out), 0)
	fmt.Printf("fit %.3f predict %.3f\n", fit.Seconds(), time.Since(start).Seconds())
}

func asBytes[T bool | float32](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), len(x)*int(unsafe.Sizeof(x[0])))
}

// writeNpy writes a NumPy array of the given element type; columns 0 makes it one-dimensional.
func writeNpy(t *testing.T, name, kind string, data []byte, columns int) {
	size := int(kind[2] - '0')
	shape := fmt.Sprintf("(%d,)", len(data)/size)
	if columns > 0 {
		shape = fmt.Sprintf("(%d, %d)", len(data)/size/columns, columns)
	}
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", kind, shape)
	head = fmt.Sprintf("%-117s\n", head)
	f, err := os.Create(filepath.Join(*peerDir, name+".npy"))
	if err == nil {
		_, err = f.WriteString("\x93NUMPY\x01\x00\x76\x00" + head)
	}
	if err == nil {
		_, err = f.Write(data)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}
