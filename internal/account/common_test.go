package account

import (
	"testing"

	"gave.network/internal/fault"
)

func TestCommonPasswordsAreRefused(t *testing.T) {
	about := []string{"Barbara van Dijk-Jansen", "b.vandijk@bureau-helder.example"}
	for _, weak := range []string{
		"1234567890", "0987654321", "password123", "Password2024!", "P@ssw0rd2024", "qwertyuiop", "QWERTYUIOP",
		"1q2w3e4r5t", "1qaz2wsx3edc", "abcdefghij", "aaaaaaaaaa",
		"abababababab", "passwordpassword", "Welkom2024!", "wachtwoord1", "!!geheim!!99", "iloveyou123", "0612345678",
		"19-03-1974", "1111111111", "asdfghjkl;",
		"letmein12345", "dragondragon", "123456789password", "zyxwvutsrq", "w3lk0m2025", "!@#$%^&*()",
		"barbara1974", "BarbaraJansen", "vandijk-2024", "Barbara.Jansen1", "bureauhelder",
		"b.vandijk@bureau-helder.example", "gavegavegave", "gave.network!", "Gave2024Gave", "Bárbara-1974",
	} {
		if err := checkChoice(weak, about...); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q is taken: %v", weak, err)
		}
	}
	for _, good := range []string{
		"een lang wachtwoord", "correct horse battery", "a long enough password", "another long one",
		"the train to Gouda was late", "kfP2-xqV9-mmT4", "zwaluw fiets kaneel",
		"barbara houdt van zwaluwen", "Tr0ub4dor&3-maar-dan-langer", "x7#pQ!2vLm", "48213907-dragonfly-kelp",
		"日本語のながいことば", "gave people read this twice",
	} {
		if err := checkChoice(good, about...); err != nil {
			t.Errorf("%q is refused: %v", good, err)
		}
	}
	if n := len(commonPasswords()); n < 40_000 {
		t.Errorf("the list holds %d", n)
	}
}

func FuzzCheckChoice(f *testing.F) {
	for _, seed := range []string{"password", "", "\xff\xfe", "aaaa", "日本", "1234567890"} {
		f.Add(seed, "Barbara", "b@example.org")
	}
	f.Fuzz(func(t *testing.T, password, name, address string) {
		if err := checkChoice(password, name, address); err != nil && fault.FieldOf(err) != "password" {
			t.Fatal(err)
		}
	})
}
