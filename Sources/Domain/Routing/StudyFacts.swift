// What a rule may ask about a study.

import Vocabulary

/// The facts that routing decides on, gathered by StudyFlow.
package struct StudyFacts: Hashable, Codable, Sendable {
    /// (0008,0060) of all series so far.
    package var modalities: [String]
    /// (0018,0015)
    package var bodyPart: String?
    /// The hospital: the issuer of the patient IDs.
    package var institution: String
    /// The node that acquired the study; a rule may name it as the institution.
    package var origin: NodeName?
    package var priority: Priority
    /// As the order says.
    package var wantedDestination: NodeName?
    package var workType: WorkType?
    /// The child that the study came from; it never goes back there.
    package var cameFrom: NodeName?

    /// When the rules are asked; without it a rule about times does not hold.
    package var time: Timestamp?
    /// Nobody on duty here may read it; `nil` where there is no roster.
    package var isUncovered: Bool?
    /// Predicted reading minutes for each reader on duty here; `nil` where that is not known.
    package var minutesPerReader: Double?
    /// The same of other nodes, as far as they say.
    package var loads: [NodeName: Double]?
    /// Parents that can't be reached just now.
    package var unreachable: [NodeName]?

    package init(
        modalities: [String], bodyPart: String? = nil, institution: String, origin: NodeName? = nil,
        priority: Priority = .routine, wantedDestination: NodeName? = nil, workType: WorkType? = nil,
        cameFrom: NodeName? = nil
    ) {
        self.modalities = modalities
        self.bodyPart = bodyPart
        self.institution = institution
        self.origin = origin
        self.priority = priority
        self.wantedDestination = wantedDestination
        self.workType = workType
        self.cameFrom = cameFrom
    }

    /// Where nobody is on duty, and yet something waits: more than any threshold, and still a number that can be written.
    package static let endless = 1_000_000.0
}

/// Where this node stands: itself and what lies above it.
package struct RoutingTopology: Hashable, Sendable {
    package var node: NodeName
    /// The node has the reading role.
    package var canReadHere: Bool
    /// Nearest first.
    package var parents: [NodeName]
    /// Nodes further up, each with the parent through which it is reached.
    package var reachable: [NodeName: NodeName]
    /// The nodes below, where studies come from.
    package var children: [NodeName]

    package init(
        node: NodeName, canReadHere: Bool, parents: [NodeName], reachable: [NodeName: NodeName] = [:],
        children: [NodeName] = []
    ) {
        self.node = node
        self.canReadHere = canReadHere
        self.parents = parents
        self.reachable = reachable
        self.children = children
    }

    /// The parent that stands on the way to `destination`; `nil` where no way is known.
    package func parent(towards destination: NodeName) -> NodeName? {
        if parents.contains(destination) { return destination }
        guard let via = reachable[destination], parents.contains(via) else { return nil }
        return via
    }
}
