// Package gen holds what is generated from the description of the Suger API, its types and a service for each group of operations,
// and what they share.
//
// Programs reach the services through package api, which adds access and errors. The types are plain structs:
// optional fields are pointers, slices or maps, and each struct has nil-safe getters, so that a chain of them may
// start at nil and run through fields that the server left out. Enums are string types with a constant for each
// known value; a value that is not known yet decodes like any other.
//
// Ids of a body that repeat the path or the organization of the client may be left empty: a method fills in those that are
// required, and refuses any that contradicts the call. An empty enum is not sent, and a required list or map that is nil is
// sent as an empty one.
package gen
