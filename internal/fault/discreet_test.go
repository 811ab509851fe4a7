package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gave.network/internal/fault"
)

// Nothing of a person is in what goes to the log, whatever way it came into the error.
func TestDiscreetNamesNobody(t *testing.T) {
	for _, err := range []error{
		fault.New(fault.NotFound, "There is no person %q.", "Zwaantje de Vries"),
		fault.Wrap(errors.New(`open /home/zwaantje/uploads/Zwaantje.vcf: no such file`), fault.Unavailable,
			"%s cannot be read.", "Zwaantje.vcf"),
		fmt.Errorf("outer: %w", fault.Wrap(fault.New(fault.Conflict, "%s is taken.", "zwaantje@example.org"),
			fault.Invalid, "It clashes.")),
		errors.New(`ERROR: duplicate key (SQLSTATE 23505) Key (email)=(Zwaantje de Vries)`),
		errors.New(`parsing "Zwaantje": invalid`),
		errors.New(`cannot send to zwaantje@example.org, or <zwaantje@example.org>`),
	} {
		if said := fault.Discreet(err); strings.Contains(strings.ToLower(said), "zwaantje") || said == "" {
			t.Errorf("%v is logged as %q", err, said)
		}
	}
	if said := fault.Discreet(
		fault.New(fault.NotFound, "There is no person %q.", "x")); said != "There is no person %q." {
		t.Errorf("the kind of the failure is lost: %q", said)
	}
	if stack := fault.Mask("goroutine 1\n\t/src/gave/internal/page/page.go:12 +0x1d"); !strings.Contains(stack,
		"page.go:12") {
		t.Errorf("a stack loses its places: %q", stack)
	}
}
