package intake

// Reasons why a sound mail gives no interaction, as counted in Source.Skipped.
const (
	skipSpam       = "spam"
	skipTrash      = "trash"
	skipDraft      = "draft"
	skipDeleted    = "deleted"
	skipRobot      = "robot"
	skipNewsletter = "newsletter"
	skipAutomatic  = "automatic"
	skipInternal   = "mailbox data"
	skipUnfinished = "not yet delivered"
)
