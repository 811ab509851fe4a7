package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
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

// memory is what hashing a new password takes, in KiB. Tests that need many hashes lower it.
var memory uint32 = argonMemory

// The bounds of a password in characters. NIST SP 800-63B asks for at least eight and for no other rules.
const (
	shortestPassword = 10
	longestPassword  = 256
)

// hashing lets two passwords at a time be hashed, so that sign-in attempts cannot eat the memory.
var hashing = &queue{slots: 2, most: 16, patience: 10 * time.Second}

// HashPassword returns the argon2id hash in PHC form. It returns a fault when the password is too short or too long, or
// easy to guess for who knows what about says of its owner: names and addresses.
func HashPassword(ctx context.Context, password string, about ...string) (string, error) {
	switch n := utf8.RuneCountInString(password); {
	case n < shortestPassword:
		return "", fault.New(fault.Invalid, "The password is too short.").
			WithHint("Take at least ten characters; a few words are easy to remember.").WithField("password")
	case n > longestPassword:
		return "", fault.New(fault.Invalid, "The password is too long.").WithField("password")
	}
	if err := checkChoice(password, about...); err != nil {
		return "", err
	}
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	if err := hashing.enter(ctx, true); err != nil {
		return "", err
	}
	defer hashing.leave()
	key := argon2.IDKey([]byte(password), salt, argonTime, memory, argonThreads, argonKey)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, argonTime, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// decoy is hashed when there is no such account, so that the time taken does not tell which addresses exist.
func decoy() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, argonTime, argonThreads,
		strings.Repeat("A", 22), strings.Repeat("A", 43))
}

// checkPassword says whether the password is the one of the hash. It takes the same time for any wrong one. known lets
// it go before strangers. count counts the attempt when its turn has come: who is sent away before costs no more than
// their place in the line. It returns an error when it did not look, because too many wait or nobody does any more.
func checkPassword(ctx context.Context, hash, password string, known bool, count func() error) (bool, error) {
	if err := hashing.enter(ctx, known); err != nil {
		return false, err
	}
	defer hashing.leave()
	if err := count(); err != nil {
		return false, err
	}
	there := hash != ""
	if !there {
		hash = decoy()
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || len(password) > 4*longestPassword {
		return false, nil
	}
	var cost, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost, &passes, &threads); err != nil {
		return false, nil
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, nil
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, nil
	}
	got := argon2.IDKey([]byte(password), salt, passes, cost, threads, uint32(len(want)))
	return there && subtle.ConstantTimeCompare(got, want) == 1, nil
}
