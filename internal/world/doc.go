// Package world makes a fictional Dutch communication professional and the people around: clients, colleagues, a professional
// association, neighbours, former colleagues and family. It writes the files that such a person could have at home (mail,
// calendar, address books, LinkedIn archive, chats, notes) and beside them the truth: who is who, who knows whom how well,
// what was given and what came back. Whatever Gave finds in the files can be measured against that truth.
//
// Nobody in it exists. Names are combined by chance from lists of common names, addresses end in .example or .invalid (RFC 2606),
// telephone numbers carry digits that are given to nobody.
//
// The same options give the same bytes, on any machine, in any time zone. Each part draws from its own stream of random
// numbers, named after its purpose and the thing it is for.
package world
