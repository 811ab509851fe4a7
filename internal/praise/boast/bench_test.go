package boast

import "testing"

func BenchmarkSentence(b *testing.B) {
	for b.Loop() {
		Sentence("Proud to say that I closed the biggest deal in our company's history this week, thanks to nobody "+
			"but myself.", "en")
	}
}
