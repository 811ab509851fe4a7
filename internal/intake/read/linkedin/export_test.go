package linkedin

// What the tests of this package look at, from outside it.
const LinkedinMessages = linkedinMessages

var (
	DetectLinkedInTree = detectLinkedInTree
	OwnerOf            = ownerOf
)
