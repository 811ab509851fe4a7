package text

import "testing"

func TestFamiliar(t *testing.T) {
	for name, want := range map[string]bool{
		"Anna Jansen": true, "Anna": true, "Jan-Willem de Boer": true, "Bo": true, "Øystein Å": true,
		"J. Jansen": false, "J Jansen": false, "A.B. Smit": false, "": false,
		"Person 60": false, "Deelnemer 7": false, "User12": false, "R2 Peters": false,
	} {
		if got := Familiar(name); got != want {
			t.Errorf("Familiar(%q) = %v", name, got)
		}
	}
}
