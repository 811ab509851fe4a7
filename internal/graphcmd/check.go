package graphcmd

import (
	"math"
	"slices"

	"gave.network/internal/fault"
)

// Check says what is wrong with a request before any file is read: no such kernel, a flag that this kernel does not
// take, a value that cannot be. Given are the names of the flags that the user gave.
func Check(request Request, given []string) error {
	kernel, err := find(request.Kernel)
	if err != nil {
		return err
	}
	for _, f := range Flags() {
		if !slices.Contains(given, f.Name) {
			continue
		}
		if !f.Every && !slices.Contains(kernel.Flags, f.Name) {
			return fault.New(fault.Usage, "The kernel %s does not take --%s.", kernel.Name, f.Name).
				WithHint("gave graph lists the kernels with their flags.")
		}
		good, shown := true, any("")
		switch value := f.Value(&request).(type) {
		case *int:
			shown = *value
			good = *value > 0 || *value == 0 && f.Zero
			if f.Name == "bits" {
				good = *value == 32 || *value == 64
			}
		case *float64:
			shown = *value
			// Zero would be taken for the default. A coefficient may be negative, the rest may not.
			good = *value > 0 && !math.IsInf(*value, 0) || f.Name == "beta" && *value < 0 && !math.IsInf(*value, 0)
		case *string:
			good, shown = *value != "", `""`
		}
		if !good {
			return fault.New(fault.Usage, "--%s cannot be %v.", f.Name, shown)
		}
	}
	return nil
}
