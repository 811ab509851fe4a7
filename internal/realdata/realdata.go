// Package realdata lets tests read the real data sets that lie beside the
// project in ../shared/data. A clone without them skips those tests and says so.
package realdata

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the folder of the real data sets, and skips the test where it is missing.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("realdata: no go.mod above the test's folder")
		}
		dir = parent
	}
	data := filepath.Join(filepath.Dir(dir), "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("the real data sets are not here: ../shared/data is missing beside the project")
	}
	return data
}

// Path returns the path of one file or folder of the real data sets, and skips the test where it is missing.
func Path(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(Dir(t), filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real data set %s is not here", name)
	}
	return path
}
