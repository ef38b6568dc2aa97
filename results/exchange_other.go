//go:build !linux

package results

import "errors"

// exchange is not offered here; the caller renames twice.
func exchange(a, b string) error { return errors.ErrUnsupported }
