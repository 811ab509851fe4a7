// Gave-lab makes fictional worlds and measures what Gave promises. It is no part of the product.
package main

import (
	"os"

	"gave.network/internal/cli"
	"gave.network/lab"
)

func main() {
	os.Exit(cli.Run(lab.New(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
