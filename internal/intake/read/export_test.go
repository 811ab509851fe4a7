package read

// What the tests of this package look at, from outside it.
var MailText = mailText
