package account

// The tests of this package look at hundreds of passwords; what one costs is not what they are about.
func init() { memory = 64 }
