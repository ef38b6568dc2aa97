package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// What merge sees is the same for any number of workers, also when shards finish out of order.
func TestMapMergesInOrder(t *testing.T) {
	for _, workers := range []int{1, 2, 7, 64} {
		var got []int
		err := Map(context.Background(), 200, workers, func(_, s int) (int, error) {
			x := 0
			for i := range (200 - s) * 50 { // early shards take longest
				x += i
			}
			return s*s + x*0, nil
		}, func(s, part int) error {
			if part != s*s {
				return fmt.Errorf("shard %d brought %d", s, part)
			}
			got = append(got, s)
			return nil
		})
		if err != nil || len(got) != 200 || !slices.IsSorted(got) {
			t.Fatalf("workers %d: %v, %d shards", workers, err, len(got))
		}
	}
}

func TestMapStopsAtTheFirstError(t *testing.T) {
	fault := errors.New("disk full")
	var calls atomic.Int64
	err := Map(context.Background(), 1_000_000, 2, func(_, s int) (int, error) {
		calls.Add(1)
		if s == 10 {
			return 0, fault
		}
		return 0, nil
	}, func(int, int) error { return nil })
	if !errors.Is(err, fault) {
		t.Errorf("err = %v", err)
	}
	if n := calls.Load(); n > 100 {
		t.Errorf("%d shards were worked on after the error in shard 10", n)
	}
	err = Map(context.Background(), 100, 3, func(_, s int) (int, error) { return s, nil },
		func(s, _ int) error {
			if s == 50 {
				return fault
			}
			return nil
		})
	if !errors.Is(err, fault) {
		t.Errorf("error of merge: %v", err)
	}
}

func TestMapEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	err := Map(ctx, 1_000_000, 2, func(_, s int) (int, error) {
		if s == 20 {
			cancel()
		}
		return 0, nil
	}, func(int, int) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestMapReturnsPanicsAsErrors(t *testing.T) {
	err := Map(context.Background(), 3, 2, func(_, s int) (int, error) { panic("bad shard") },
		func(int, int) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "bad shard") {
		t.Errorf("err = %v", err)
	}
}

func TestMapOfNothing(t *testing.T) {
	if err := Map(context.Background(), 0, 2, func(_, s int) (int, error) { return 0, nil },
		func(int, int) error { return nil }); err != nil {
		t.Error(err)
	}
}
