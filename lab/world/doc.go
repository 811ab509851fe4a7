// Package world makes a fictional Dutch communication professional and the people around: clients, colleagues, a
// professional association, neighbours, former colleagues and family. It writes the files that such a person could have
// at home (mail, calendar, address books, LinkedIn archive, chats, notes) and beside them the truth: who is who, who
// knows whom how well, what was given and what came back. Whatever Gave finds in the files can be measured against that
// truth.
//
// Nobody in it exists. Names are combined by chance from lists of common names, addresses end in .example or .invalid
// (RFC 2606), telephone numbers carry digits that are given to nobody.
//
// The same options give the same bytes, on any machine, in any time zone. Each part draws from its own stream of random
// numbers, named after its purpose and the thing it is for.
//
// # Files
//
// Below Dir/files, to import:
//
//	mail/All mail Including Spam and Trash.mbox   all mail since the change of jobs, as Google Takeout gives it
//	mail/gemeente-waterstad.mbox                  the mailbox of the former employer
//	mail/vrij-contact-leden.mbox                  the archive of the association's list: questions and who answered
//	calendar.ics                                  meetings, lunches, borrels, calls; repeated, cancelled, private
//	contacts.vcf, google-contacts.csv             two address books that disagree about names and addresses
//	linkedin.zip                                  connections, messages, invitations, recommendations, positions
//	whatsapp/*.txt                                chats as Android and iOS export them
//	slack-vrij-contact.zip                        the public channels of the association
//	gastenlijst-borrel.csv                        who comes to the borrel six days after the end
//	organisatie-bureau-helder.csv                 the formal chart of the owner's organisation
//	survey-bureau-helder.csv                      who works with, asks, trusts and lunches with whom there
//	network/nodes.csv, network/edges.csv          people and ties further away, numbered as in the truth
//	directory.vcf                                 some of the people further away
//
// Beside them Dir/captures.txt: lines that the owner typed, each with its day (see CaptureLines). Below Dir/truth:
// truth.json (type Truth) and outer.csv, the people further away with all their names.
//
// # How it is made
//
// The owner knows some thousand people at most ([near]); of a million the rest is a network of organisations, made one
// at a time. Each tie of the owner follows a plan: strong, moderate, weak, a project long ago, growing, drifting apart,
// dormant, only in the address book, or none. From the plan come windows with a rhythm, from these contacts with
// gamma-distributed gaps, from each contact a mail thread, a meeting, a call, a chat. People near know each other by
// groups, with closed triangles and a few bridges between groups.
//
// Gifts go out at a steady pace. With Effect, a gift comes back with a chance of about a third, after a log-normal
// delay with a median of a year, from the receiver or from somebody one or two steps further, along strong ties alive
// all the while. Without it as many returns come from people near all the time, at times drawn evenly; who gets and who
// brings does not depend on time, so that a permutation of receivers within any period is a fair test.
//
// A favour is granted when what speaks for it outweighs what speaks against it: a book of what is owed, which is paid
// off and forgotten, busy weeks, bad months, and where the two stand. None of it is what Gave computes (see
// favours.go). A question to the list is answered with a chance that grows with skill, willingness, activity and the
// tie with the asker.
package world
