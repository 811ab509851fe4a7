// A program that prints what a language adds that was not there when the source was written; see newlanguage_test.go.
package main

import (
	"fmt"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/text"
	"gave.network/internal/text/grammar"
	"gave.network/internal/text/when"
)

func main() {
	now := time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)
	fmt.Println(locale.Names())
	fmt.Println(locale.New("eo", nil).T("Sign in"), locale.New("eo", nil).Date(now))
	day, _ := when.Parse("3 majo", now, when.Past)
	fmt.Println(day)
	read, _ := grammar.Parse("babilis @anna hierau", now, nil)
	fmt.Println(read.Items[0].Medium, read.Items[0].When)
	fmt.Println(text.Language("la domo estas granda kaj bela"))
}
