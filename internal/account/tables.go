package account

import "gave.network/internal/room"

// tables says what is kept of spaces, their members and what they may do. None of it is part of a network: a new space
// has its own.
func tables() []room.Table {
	const governs = "accounts and rights belong to this installation"
	return []room.Table{
		room.Of("account", "accounts").Key("id").Own("email", "name").Secret("password").Plain("language",
			"zone", "created", "space", "proved", "reset").
			Anchored(`%s.id in (select account from member where space = $1)`).Withheld(governs),
		room.Of("space", "spaces").Key("id").Kept("name", "the name of the space").Plain("purpose", "created").
			Anchored(`%s.id = $1`).Withheld(governs),
		room.Of("member", "members").Key("id").Link("account", "account").Plain("role").Person("person", room.Cleared).
			Plain("joined", "ended").Withheld(governs),
		room.Of("session", "sessions").Secret("token").Link("account", "account").Link("member", "member").
			Plain("agent", "created", "seen", "expires").
			Anchored(`%s.member in (select id from member where space = $1)`).Withheld(governs),
		room.Of("api_token", "tokens").Secret("token").Key("id").Owner("member").Words("name").Plain("created", "used",
			"expires", "scope", "agent").
			Anchored(`%s.member in (select id from member where space = $1)`).Withheld(governs),
		room.Of("invitation", "invitations").Secret("token").Key("id").Plain("kind", "role").Owner("author").
			Plain("created", "expires", "used").
			Words("email").Plain("sent").
			Withheld(governs),
		room.Of("export_ticket", "exports that were confirmed").Secret("token").Owner("member").Plain("expires").
			Anchored(`%s.member in (select id from member where space = $1)`).Withheld(governs),
		room.Of("throttle", "attempts to come in").Secret("name").Plain("clear").Withheld(governs),
		room.Of("familiar", "known browsers and networks").Link("account", "account").Secret("name").Plain("seen").
			Withheld(governs),
		room.Of("second_step", "second steps").Link("account", "account").Secret("secret").Plain("since", "used").
			Withheld(governs),
		room.Of("recovery_code", "recovery codes").Link("account", "account").Secret("code").Plain("used").
			Withheld(governs),
		room.Of("passkey", "passkeys").Key("id").Link("account", "account").Secret("credential", "state").
			Own("name").Plain("host", "created", "used", "copied").Withheld(governs),
		room.Of("entering", "those on the way in").Secret("token", "state").Plain("kind").Link("account", "account").
			Plain("expires").Withheld(governs),
		room.Of("openid", "accounts of providers").Plain("issuer").Secret("subject").Link("account", "account").
			Own("email").Plain("created", "used").Withheld(governs),
		room.Of("answered", "requests that were answered").Owner("member").Secret("key", "request", "body").
			Plain("status", "at").Withheld(governs),
		room.Of("audit", "lines of the audit trail").Key("id").Owner("author").Plain("at", "action").Words("detail").
			Withheld(governs),
	}
}
