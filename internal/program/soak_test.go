package program_test

import "os"

// soak is how often a campaign tries: the short form in every test run, the long one in make soak.
func soak(short, long int) int {
	if os.Getenv("GAVE_SOAK") != "" {
		return long
	}
	return short
}
