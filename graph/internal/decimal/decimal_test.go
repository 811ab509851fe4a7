package decimal

import (
	"math/big"
	"strconv"
	"testing"
)

func TestIsZero(t *testing.T) {
	for _, text := range []string{
		"0", "-0", "+0.000", "0e5", "0e-9", ".0", "0x0p1", "-0X0.0P-7", "1", "1e-50", "1e-400", "-.0001e-999", "10",
		"0x1p-2000", "0x.aP-3", "-0x0.Fp0", "5e0",
	} {
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			t.Fatal(err)
		}
		exact, _, err := big.ParseFloat(text, 0, 64, big.ToZero)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := IsZero(text), exact.Sign() == 0; got != want {
			t.Errorf("%s is zero: %v, want %v", text, got, want)
		}
	}
}
