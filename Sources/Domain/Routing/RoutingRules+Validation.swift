// Whether rules can be followed where they are to stand.

import Vocabulary

extension RoutingRules {
    /// Checks what a rule list can't know by itself: that each node it names can be reached from here and is none that
    /// studies come from, that it reads here only where somebody can, and asks about readers only where they are known.
    ///
    /// - Parameters:
    ///   - workTypes: all there are; `nil` leaves them unchecked.
    ///   - hasRoster: readers and shifts are known.
    /// - Throws: `RoutingError` with the place in the file.
    package func validate(
        in topology: RoutingTopology, workTypes: Set<WorkType>? = nil, hasRoster: Bool = true
    ) throws {
        for rule in rules {
            if let known = workTypes, let unknown = rule.conditions.workType?.subtracting(known).sorted().first {
                throw RoutingError(
                    code: .unknownWorkType,
                    message:
                        "\(rule.location): rule '\(rule.name)' names the work type '\(unknown)', which no time limit "
                        + "knows; these are known: \(known.sorted().map(\.rawValue).joined(separator: ", "))")
            }
            if rule.conditions.isAboutReaders, !hasRoster {
                throw RoutingError(
                    code: .noRoster,
                    message: "\(rule.location): rule '\(rule.name)' asks about the readers on duty, and "
                        + "\(topology.node) has no roster; name one in node.yaml (roster: roster.yaml)")
            }
            switch rule.consequence {
            case .readHere:
                guard topology.canReadHere else {
                    throw RoutingError(
                        code: .noReadingRole,
                        message:
                            "\(rule.location): rule '\(rule.name)' reads here, but \(topology.node) has no reading "
                            + "role; forward to a parent or give the node the role")
                }
            case .forward(let destinations):
                for destination in destinations { try validate(destination, of: rule, in: topology) }
            }
        }
    }

    private func validate(_ destination: NodeName, of rule: RoutingRule, in topology: RoutingTopology) throws {
        if destination == topology.node || topology.children.contains(destination) {
            throw RoutingError(
                code: .cycle,
                message: "\(rule.location): rule '\(rule.name)' forwards to '\(destination)', "
                    + (destination == topology.node
                        ? "which is this node itself; write 'read: here'"
                        : "which sends its studies here: they would go round in a circle"))
        }
        guard topology.parent(towards: destination) == nil else { return }
        let known = (topology.parents + topology.reachable.keys.sorted()).map(\.rawValue)
        throw RoutingError(
            code: .unknownNode,
            message: "\(rule.location): rule '\(rule.name)' forwards to '\(destination)', which can't be "
                + "reached from \(topology.node); "
                + (known.isEmpty ? "it has no parent" : "these can: \(known.joined(separator: ", "))"))
    }

    /// Checks the rules of several nodes against one another: no study may go round in a circle because of rules that
    /// hold whatever the hour and the readers.
    ///
    /// - Throws: `RoutingError.cycle` at the rule that closes the circle.
    package static func validateTogether(_ nodes: [NodeName: RoutingRules]) throws {
        for start in nodes.keys.sorted() { try follow(from: start, path: [start], nodes) }
    }

    private static func follow(from node: NodeName, path: [NodeName], _ nodes: [NodeName: RoutingRules]) throws {
        for rule in nodes[node]?.rules ?? [] where !rule.isDynamic {
            guard case .forward(let destinations) = rule.consequence else { continue }
            for destination in destinations {
                if path.contains(destination) {
                    throw RoutingError(
                        code: .cycle,
                        message: "\(rule.location): rule '\(rule.name)' closes a circle: "
                            + (path + [destination]).map(\.rawValue).joined(separator: " → "))
                }
                try follow(from: destination, path: path + [destination], nodes)
            }
        }
    }
}
