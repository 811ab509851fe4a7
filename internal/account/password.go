package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"gave.network/internal/fault"
)

// The cost of argon2id: the first choice of RFC 9106 scaled to 64 MiB, about 50 ms on one core.
const (
	argonTime    = 3
	argonMemory  = 64 * 1024 // KiB
	argonThreads = 2
	argonKey     = 32
	argonSalt    = 16
)

// The bounds of a password in characters. NIST SP 800-63B asks for at least eight and for no other rules.
const (
	shortestPassword = 10
	longestPassword  = 256
)

// hashing lets two passwords at a time be hashed, so that sign-in attempts cannot eat the memory.
var hashing = make(chan struct{}, 2)

// HashPassword returns the argon2id hash in PHC form. It returns a fault when the password is too short or too long.
func HashPassword(password string) (string, error) {
	switch n := utf8.RuneCountInString(password); {
	case n < shortestPassword:
		return "", fault.New(fault.Invalid, "The password is too short.").WithHint("Take at least ten characters; a few words are easy to remember.").WithField("password")
	case n > longestPassword:
		return "", fault.New(fault.Invalid, "The password is too long.").WithField("password")
	}
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	hashing <- struct{}{}
	defer func() { <-hashing }()
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// decoy is hashed when there is no such account, so that the time taken does not tell which addresses exist.
const decoy = "$argon2id$v=19$m=65536,t=3,p=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// checkPassword says whether the password is the one of the hash. It takes the same time for any wrong one.
func checkPassword(hash, password string) bool {
	known := hash != ""
	if !known {
		hash = decoy
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || len(password) > 4*longestPassword {
		return false
	}
	var memory, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false
	}
	hashing <- struct{}{}
	defer func() { <-hashing }()
	got := argon2.IDKey([]byte(password), salt, passes, memory, threads, uint32(len(want)))
	return known && subtle.ConstantTimeCompare(got, want) == 1
}
