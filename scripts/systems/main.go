// Systems looks whether the program and its tests are right for other operating systems: it checks the types of all
// that would be compiled there, libraries too, from their sources. Compiling them all, as go vet does, takes minutes.
//
//	go run . windows darwin
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"
)

func main() {
	failed := false
	for _, system := range os.Args[1:] {
		errors, n := check(system)
		for _, e := range errors {
			fmt.Fprintf(os.Stderr, "%s: %s\n", system, e)
		}
		if failed = failed || len(errors) > 0; len(errors) == 0 {
			fmt.Printf("%s: %d packages are right\n", system, n)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// check returns what is wrong for a system, each once, and how many packages it looked at.
func check(system string) (errors []string, n int) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return []string{err.Error()}, 0
	}
	all, err := packages.Load(&packages.Config{
		Mode:  packages.LoadAllSyntax &^ packages.NeedTypesInfo,
		Dir:   root,
		Env:   append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0", "GOWORK=off"),
		Tests: true,
	}, "./...")
	if err != nil {
		return []string{err.Error()}, 0
	}
	packages.Visit(all, nil, func(p *packages.Package) {
		n++
		for _, e := range p.Errors {
			if !slices.Contains(errors, e.Error()) {
				errors = append(errors, e.Error())
			}
		}
	})
	if n < 100 { // that all were found is part of the answer
		errors = append(errors, fmt.Sprintf("only %d packages were found", n))
	}
	return errors, n
}
