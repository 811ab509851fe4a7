package db

import "reflect"

// looked is how many elements of a list or map are looked at: the others are taken to be like them.
const looked = 64

// overhead is what is added for the room that maps and the allocator leave empty: a map holds up to twice its entries.
const overhead = 16

// Sized says itself how many bytes of memory it takes: what points to much that is kept elsewhere already.
type Sized interface{ Bytes() int64 }

// sizeOf estimates how many bytes of memory a value takes with all that it points to. What two parts of it share counts
// in both.
func sizeOf(value any) int64 {
	if s, ok := value.(Sized); ok {
		return s.Bytes()
	}
	v := reflect.ValueOf(value)
	if !v.IsValid() {
		return 0
	}
	return int64(v.Type().Size()) + below(v, 0)
}

// deepest ends what points to itself.
const deepest = 12

// below is the size of what a value points to.
func below(v reflect.Value, depth int) int64 {
	if depth == deepest {
		return 0
	}
	switch v.Kind() {
	case reflect.String:
		return int64(v.Len())
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return 0
		}
		return overhead + int64(v.Elem().Type().Size()) + below(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		n := int64(0)
		if v.Kind() == reflect.Slice {
			n = int64(v.Cap()) * int64(v.Type().Elem().Size())
		}
		if !points(v.Type().Elem()) || v.Len() == 0 {
			return n
		}
		some, sum := min(v.Len(), looked), int64(0)
		for i := range some {
			sum += below(v.Index(i*v.Len()/some), depth+1)
		}
		return n + sum*int64(v.Len())/int64(some)
	case reflect.Map:
		if v.Len() == 0 {
			return 0
		}
		entry := int64(v.Type().Key().Size()+v.Type().Elem().Size()) * 3 / 2
		n, sum := int64(0), int64(0)
		for it := v.MapRange(); n < looked && it.Next(); n++ {
			sum += entry + below(it.Key(), depth+1) + below(it.Value(), depth+1)
		}
		return sum * int64(v.Len()) / n
	case reflect.Struct:
		n := int64(0)
		for i := range v.NumField() {
			n += below(v.Field(i), depth+1)
		}
		return n
	}
	return 0
}

// points says whether values of a type point to others.
func points(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.String:
		return true
	case reflect.Array:
		return points(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if points(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}
