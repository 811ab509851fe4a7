package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// NewSecret returns so many random bytes as text for a link, a cookie or a token.
func NewSecret(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails: see its documentation
	return base64.RawURLEncoding.EncodeToString(b)
}

// Digest is what is stored of a secret.
func Digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
