package intake

import (
	"gave.network/internal/id"
	"gave.network/internal/job"
)

// claim says which process works on an import.
type claim struct {
	ID id.ID
	job.Claim
}

// row is an import as work that one process does.
func row(space, importID id.ID) job.Row { return job.Row{Table: "import", Space: space, ID: importID} }
