// Where in the tree a node stands.

/// A label for people: every node runs the same code, with roles switched on by configuration.
package enum Tier: String, Hashable, Codable, Sendable, CaseIterable {
    case edge
    case county
    case city
}
