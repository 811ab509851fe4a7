package read

import "gave.network/internal/text"

// PartyKey identifies a party within ids.
func PartyKey(p Party) string {
	switch {
	case p.Link != "":
		return p.Link
	case p.Address != "":
		return p.Address
	case p.Handle != "":
		return p.Handle
	}
	return text.Fold(p.Name)
}

// HasParty says that a party is already among the others.
func HasParty(parties []Party, p Party) bool {
	// Beyond some dozens the loop would cost the square of their number; the loader joins the rest by address anyway.
	if len(parties) > 100 {
		parties = parties[:100]
	}
	for i := range parties {
		if p.Address != "" && parties[i].Address == p.Address ||
			p.Address == "" && p.Handle != "" && parties[i].Handle == p.Handle {
			return true
		}
	}
	return false
}
