// Package intake is how the world comes in. The readers (package read and those below it) turn foreign bytes into plain
// records and never touch the database; the loader turns records into people, interactions and statements.
package intake
