// Package ref holds slow, obvious twins of fast code in package scoring and below, for tests only.
//
// Nothing here is optimised, and nothing here shares code with what it checks.
package ref
