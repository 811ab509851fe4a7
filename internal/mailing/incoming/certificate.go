package incoming

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/safefile"
)

const (
	// OwnCertificateName is the file in the data directory with the certificate that Gave made itself, and its key.
	OwnCertificateName = "mail-receive.pem"
	// ownLife is how long one that Gave made itself holds; it is made anew when less than ownLeft of that is left.
	ownLife, ownLeft = 5 * 365 * 24 * time.Hour, 30 * 24 * time.Hour
	// looksAgain is how often the files of a certificate are looked at for another one.
	looksAgain = time.Minute
)

// Certificate is by which mail that comes in is encrypted (STARTTLS, RFC 3207), read from files. Another one that is
// put there is taken within a minute, so that one that is renewed by itself needs no restart.
type Certificate struct {
	certificate, key string

	mu     sync.Mutex
	now    *tls.Certificate
	looked time.Time
	stamp  [2]time.Time // when the files last changed
}

// FileCertificate reads a certificate and its key from files (PEM).
func FileCertificate(certificate, key string) (*Certificate, error) {
	c := &Certificate{certificate: certificate, key: key}
	if err := c.read(); err != nil {
		return nil, fault.Wrap(err, fault.Usage, "The certificate for mail cannot be read from %s and %s.", certificate,
			key).WithHint("Give its file and that of its key, both as PEM.")
	}
	return c, nil
}

// OwnCertificate is one that Gave makes itself for a domain, and keeps in the data directory. Servers that send mail
// encrypt with it; that it is signed by nobody matters to the few alone that insist on one they can check (DANE,
// MTA-STS).
func OwnCertificate(folder, domain string) (*Certificate, error) {
	path := filepath.Join(folder, OwnCertificateName)
	there, err := tls.LoadX509KeyPair(path, path)
	switch {
	case err == nil && there.Leaf.VerifyHostname(domain) == nil && time.Until(there.Leaf.NotAfter) > ownLeft:
		return FileCertificate(path, path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fault.Wrap(err, fault.Usage, "The certificate for mail cannot be read from %s and %s.", path, path).
			WithHint("Remove the file: Gave then makes another.")
	}
	made, err := makeCertificate(domain)
	if err != nil {
		return nil, err
	}
	f, err := safefile.Create(path)
	if err == nil {
		if _, err = f.Write(made); err != nil {
			_ = f.Discard()
		} else {
			err = f.Commit(true)
		}
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The certificate for mail cannot be kept.").
			WithHint("Check that the disk has room.")
	}
	return FileCertificate(path, path)
}

func makeCertificate(domain string) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(ownLife), DNSNames: []string{domain},
		Subject: pkix.Name{CommonName: domain}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = errors.Join(pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		pem.Encode(&b, &pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	return b.Bytes(), err
}

// read reads the files.
func (c *Certificate) read() error {
	stamp, err := c.changed()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.certificate, c.key)
	if err != nil {
		return err
	}
	c.now, c.stamp, c.looked = &pair, stamp, time.Now()
	return nil
}

func (c *Certificate) changed() (stamp [2]time.Time, err error) {
	for i, name := range []string{c.certificate, c.key} {
		info, err := os.Stat(name)
		if err != nil {
			return stamp, err
		}
		stamp[i] = info.ModTime()
	}
	return stamp, nil
}

// Get returns the certificate as it stands in the files now. Where these cannot be read, as while another one is put
// there, the one before holds.
func (c *Certificate) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) < looksAgain {
		return c.now, nil
	}
	c.looked = time.Now()
	if stamp, err := c.changed(); err == nil && stamp == c.stamp {
		return c.now, nil
	}
	if err := c.read(); err != nil {
		slog.Warn("the certificate for mail", "error", fault.Discreet(err))
	}
	return c.now, nil
}
