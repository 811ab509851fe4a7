package colleagues

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"gave.network/internal/fault"
	"gave.network/internal/id"
)

// KeyName is the file in the data directory with the key of private notes. It is not in the database: who has a copy of
// that alone reads no note.
const KeyName = "private.key"

// keySize is the size of keys, in bytes.
const keySize = 32

// seal seals notes for their authors, each with a key of their own, which comes from the one in the file.
type seal struct {
	folder string // of the file; empty for a key that is forgotten with the program, for tests
	mu     sync.Mutex
	root   []byte
}

// key returns the key of the file, which the first to ask makes.
func (s *seal) key() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.root != nil {
		return s.root, nil
	}
	fresh := make([]byte, keySize)
	if _, err := rand.Read(fresh); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	if s.folder == "" {
		s.root = fresh
		return s.root, nil
	}
	path := filepath.Join(s.folder, KeyName)
	found, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		found, err = placed(path, fresh)
	}
	if err != nil || len(found) != keySize {
		return nil, fault.Wrap(err, fault.Unavailable, "The file %s cannot be read.", KeyName)
	}
	s.root = found
	return s.root, nil
}

// placed writes a key where there is none, and returns the one that stands there then: another program may have been
// first. It appears whole.
func placed(path string, key []byte) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".private-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(key)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// of returns the keys of an author for a purpose: to seal with, and to mark with.
func (s *seal) of(space, author id.ID, purpose string) (box cipher.AEAD, mark []byte, err error) {
	root, err := s.key()
	if err != nil {
		return nil, nil, err
	}
	keys, err := hkdf.Key(sha256.New, root, space[:], purpose+" "+author.String(), 2*keySize)
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	block, err := aes.NewCipher(keys[:keySize])
	if err == nil {
		box, err = cipher.NewGCM(block)
	}
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return box, keys[keySize:], nil
}

// shut seals a pair for its author.
func (s *seal) shut(space, author id.ID, x pair) (mark, sealed []byte, err error) {
	box, key, err := s.of(space, author, "apart")
	if err != nil {
		return nil, nil, err
	}
	plain := append(append([]byte{}, x.a[:]...), x.b[:]...)
	mac := hmac.New(sha256.New, key)
	mac.Write(plain)
	mark = mac.Sum(nil)
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return mark, box.Seal(nonce, nonce, plain, mark), nil
}

// open reads a pair that was sealed for an author. A key that is not the one it was sealed with is a fault: a team must
// not be made as if nothing were noted.
func (s *seal) open(space, author id.ID, mark, sealed []byte) (x pair, err error) {
	box, _, err := s.of(space, author, "apart")
	if err != nil {
		return x, err
	}
	n := box.NonceSize()
	if len(sealed) < n {
		return x, unreadable(nil)
	}
	plain, err := box.Open(nil, sealed[:n], sealed[n:], mark)
	if err != nil || len(plain) != len(x.a)+len(x.b) {
		return x, unreadable(err)
	}
	copy(x.a[:], plain)
	copy(x.b[:], plain[len(x.a):])
	return x, nil
}

// Seal seals what another room keeps for one member alone, with the key that the data directory has.
func (s *Service) Seal(space, member id.ID, purpose string, plain []byte) ([]byte, error) {
	box, _, err := s.seal.of(space, member, purpose)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	return box.Seal(nonce, nonce, plain, nil), nil
}

// Unseal reads what was sealed so; ok is false when it is not what was sealed, or not with this key.
func (s *Service) Unseal(space, member id.ID, purpose string, sealed []byte) (plain []byte, ok bool) {
	box, _, err := s.seal.of(space, member, purpose)
	if err != nil || len(sealed) < box.NonceSize() {
		return nil, false
	}
	n := box.NonceSize()
	plain, err = box.Open(nil, sealed[:n], sealed[n:], nil)
	return plain, err == nil
}

func unreadable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "Private notes cannot be read: the file %s is not the one that they "+
		"were sealed with.", KeyName).WithHint("Put it back in the data directory, on every node.")
}
