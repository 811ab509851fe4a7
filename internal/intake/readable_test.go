package intake

import "testing"

// Files of which none can be read are not offered to be brought in.
func TestOnlyReadableFilesAreOffered(t *testing.T) {
	wrong, right := FileReport{State: Failed}, FileReport{State: Waiting}
	if readable(Report{Files: []FileReport{wrong}}) || readable(Report{}) {
		t.Error("what cannot be read is offered")
	}
	if !readable(Report{Files: []FileReport{wrong, right}}) {
		t.Error("a file that can be read is not offered")
	}
}
