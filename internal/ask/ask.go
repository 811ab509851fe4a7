// Package ask is the room of asking: asks and offers, who is most likely to help and how to reach them, introductions to which both sides
// agree, and thanks that become the helper's gift.
package ask
