package ask

import (
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// askShown says what was brought of an ask, in the viewer's language.
func askShown(v op.Viewer, out *room.Shown, kind string, a Ask, said Word, note string) {
	p := v.Printer()
	about := text.Clip(a.Text, 120)
	switch kind {
	case toAnswer:
		out.Title, out.Text, out.Address = p.T("%s asks you something", out.Name), text.Join("\n", a.Text, a.Why),
			"/asks/"+a.ID.String()
		out.Waits = said == "" && a.State != Closed
		out.Acts = actsOf(a)
		if out.Waits {
			for _, word := range words {
				out.Commands = append(out.Commands, "gave ask answer "+a.ID.String()+" "+string(word))
			}
		}
	case toRead:
		out.Address, out.Text = "/asks/"+a.ID.String(), note
		switch said {
		case Yes:
			out.Title = p.T("%s helps you with: %s", out.Name, about)
		case Knows:
			out.Title = p.T("%s knows somebody for: %s", out.Name, about)
		default:
			out.Title = p.T("%s cannot help with: %s", out.Name, about)
		}
	case toHear:
		out.Title, out.Text = p.T("What came of “%s”, with which you helped", about), a.Outcome
	case toThank:
		out.Title = p.T("%s thanks you for your help with: %s", out.Name, about)
	}
}

// brought says what was brought of an introduction, in the viewer's language; ok is false for what is not to be said.
func (i View) brought(v op.Viewer, d room.Delivered) (out room.Shown, ok bool) {
	p := v.Printer()
	out = room.Shown{ID: d.ID, Address: "/introductions"}
	name := func(who string) string {
		if who == "" {
			return p.T("somebody")
		}
		return who
	}
	requester, middle, target := "", "", ""
	if i.Requester != nil {
		requester = i.Requester.Name
	}
	if i.Middle != nil {
		middle = i.Middle.Name
	}
	if i.Target != nil {
		target = i.Target.Name
	}
	switch d.Kind {
	case toAgree:
		if i.You == Requester {
			return out, false
		}
		out.Person, out.Name, out.Title, out.Text = i.Requester.ID, requester, i.Sentence(p), i.Text
		out.Waits = i.may(Agree)
		if out.Waits {
			out.Acts = introductionForms(i, "/inbox")
			for _, act := range []Act{Agree, Decline} {
				out.Commands = append(out.Commands, "gave introductions answer "+i.ID.String()+" "+string(act))
			}
		}
	case toFollow:
		switch {
		case i.Step == Declined || i.Step == Lapsed:
			out.Title = p.T("You do not get to meet %s this way.", name(target))
		case i.Step == Willing:
			out.Title = p.T("%s will introduce you to %s; now %s answers.", name(middle), name(target), name(target))
		case i.Step.bothAgreed() && i.You == Requester:
			out.Title, out.Text = p.T("You can meet %s.", name(target)), i.Address
		case i.Step.bothAgreed():
			out.Title = p.T("%s and %s both want to meet.", name(requester), name(target))
		default:
			return out, false
		}
		if i.You == Requester && i.Target != nil {
			out.Person, out.Name = i.Target.ID, target
		} else if i.Requester != nil {
			out.Person, out.Name = i.Requester.ID, requester
		}
	case toHearOfMiddle:
		if i.Outcome == "" || i.Requester == nil {
			return out, false
		}
		out.Person, out.Name, out.Text = i.Requester.ID, requester, i.Outcome
		if out.Title = p.T("What came of it that %s met you", requester); i.You == Middle {
			out.Title = p.T("What came of it that you introduced %s to %s", requester, name(target))
		}
	case toThankMiddle:
		if i.Requester == nil {
			return out, false
		}
		out.Person, out.Name = i.Requester.ID, requester
		out.Title = p.T("%s thanks you for the introduction to %s", requester, name(target))
	}
	return out, out.Title != ""
}

// may says whether the viewer can do something now.
func (i View) may(act Act) bool {
	for _, can := range i.Can {
		if can == act {
			return true
		}
	}
	return false
}
