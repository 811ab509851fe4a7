package dynamic

// Watchers is how many are told of changes.
func Watchers(d *Graph) int { return len(d.watchers) }
