package temporal

// arrival is what gets to a node when a contact ends; label says when.
type arrival[T any] struct {
	label int64
	to    uint32
	load  T
}

// queue is a binary heap of arrivals, the earliest first. Contacts that last equally long come in that order, and then
// adding one costs nothing but its place.
type queue[T any] []arrival[T]

func (q *queue[T]) push(a arrival[T]) {
	*q = append(*q, a)
	list := *q
	at := len(list) - 1
	for at > 0 && list[(at-1)/2].label > a.label {
		list[at] = list[(at-1)/2]
		at = (at - 1) / 2
	}
	list[at] = a
}

func (q *queue[T]) pop() arrival[T] {
	list := *q
	first, moved := list[0], list[len(list)-1]
	list = list[:len(list)-1]
	*q = list
	at := 0
	for {
		child := 2*at + 1
		if child >= len(list) {
			break
		}
		if child+1 < len(list) && list[child+1].label < list[child].label {
			child++
		}
		if list[child].label >= moved.label {
			break
		}
		list[at] = list[child]
		at = child
	}
	if len(list) > 0 {
		list[at] = moved
	}
	return first
}
