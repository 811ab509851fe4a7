// Gave is a network for people who network by giving.
package main

import (
	"os"

	"gave.network/internal/program"
)

func main() {
	os.Exit(program.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
