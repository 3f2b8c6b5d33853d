/// The list of systems as data: one [SystemCard] each, collected in [ModelRegistry].
///
/// `jacquard systems` prints the list, and a test compares it with the table in the README of the
/// module, so that what is claimed and what is tested cannot drift apart.
package dev.jacquard.models.registry;
