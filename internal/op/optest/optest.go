// Package optest helps to test operations.
package optest

import (
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
)

// Fault fails the test when err is no fault of the code, or does not say the words, as who reads English gets it.
func Fault(t testing.TB, err error, code fault.Code, words string) {
	t.Helper()
	if fault.CodeOf(err) != code || !strings.Contains(locale.New(locale.English, time.UTC).Fault(err), words) {
		t.Errorf("got %v, want %v with %q", err, code, words)
	}
}
