package world

import (
	"context"
	"fmt"
	"testing"
)

func BenchmarkGenerate(b *testing.B) {
	for _, people := range []int{200, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			o := small
			o.People, o.Dir = people, b.TempDir()
			for b.Loop() {
				if _, err := Generate(context.Background(), o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
