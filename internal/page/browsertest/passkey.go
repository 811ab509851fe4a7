package browsertest

import (
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Authenticator gives the browser a device that makes passkeys, with a finger on it, and returns its name.
func (b *Browser) Authenticator() webauthn.AuthenticatorID {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		b.fail(err)
	}
	made, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	})
	if err != nil {
		b.fail(err)
	}
	return made.AuthenticatorID
}

// Verified says whether the device finds that whoever holds it is its owner.
func (b *Browser) Verified(device webauthn.AuthenticatorID, yes bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, webauthn.SetUserVerified,
		webauthn.SetUserVerifiedParams{AuthenticatorID: device, IsUserVerified: yes}); err != nil {
		b.fail(err)
	}
}

// addCredential is webauthn.AddCredential without what that always asks of a device, and this one does not have.
var addCredential = cdp.Command[added, cdp.Empty]{Method: webauthn.CommandAddCredential}

type added struct {
	Device     webauthn.AuthenticatorID `json:"authenticatorId"`
	Credential copied                   `json:"credential"`
}

type copied struct {
	ID       []byte  `json:"credentialId"`
	Resident bool    `json:"isResidentCredential"`
	Host     string  `json:"rpId"`
	Key      []byte  `json:"privateKey"`
	User     []byte  `json:"userHandle"`
	Count    float64 `json:"signCount"`
}

// Recount puts in place of every passkey of the device a copy whose counter stands at n.
func (b *Browser) Recount(device webauthn.AuthenticatorID, n float64) {
	b.t.Helper()
	found, err := chromedp.Call(b.ctx, webauthn.GetCredentials,
		webauthn.GetCredentialsParams{AuthenticatorID: device})
	if err != nil {
		b.fail(err)
	}
	for _, one := range found.Credentials {
		if _, err := chromedp.Call(b.ctx, webauthn.RemoveCredential, webauthn.RemoveCredentialParams{
			AuthenticatorID: device, CredentialID: one.CredentialID,
		}); err != nil {
			b.fail(err)
		}
		if _, err := chromedp.Call(b.ctx, addCredential, added{device, copied{
			one.CredentialID, true, one.RpID, one.PrivateKey, one.UserHandle, n,
		}}); err != nil {
			b.fail(err)
		}
	}
}
