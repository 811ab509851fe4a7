package ask

// Label says who may see it.
func (a Audience) Label() string {
	switch a {
	case Named:
		return "the people I name"
	case MyTies:
		return "my ties"
	case Friends:
		return "my ties and their ties"
	case InSpace:
		return "everybody in this space"
	case Everyone:
		return "everybody, on a public page"
	}
	return ""
}

// Label says what an act does, on its button.
func (a Act) Label() string {
	switch a {
	case Agree:
		return "I agree"
	case Decline:
		return "Rather not"
	case Withdraw:
		return "Take it back"
	case Make:
		return "They are in touch"
	case Finish:
		return "Thank who introduced you"
	}
	return string(a)
}

func kindTitle(k Kind) string {
	if k == Offering {
		return "An offer"
	}
	return "An ask"
}
