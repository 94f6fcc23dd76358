// For whom a child may speak.

import Archive
import Database
import Vocabulary

/// A child speaks for itself and for the nodes below it. This node knows only its neighbours, what its file says of them and
/// what came through them before; whatever contradicts none of these is the child's to say.
struct ChildStanding: Sendable {
    /// Whose patients' studies come through the child.
    enum Issuer: Hashable, Sendable {
        /// The child's own, one that the file names below it, or one whose studies came through it before.
        case below
        /// Nobody here has heard of it.
        case unheard
        /// This node's own, or one below another child.
        case elsewhere
    }

    private let flow: FlowContext
    private let child: NodeName

    init(_ flow: FlowContext, of child: NodeName) {
        self.flow = flow
        self.child = child
    }

    func standing(of issuer: String, in database: some DatabaseReading) throws -> Issuer {
        if names(issuer, below: child) { return .below }
        let others = flow.node.children.filter { $0 != child }
        if issuer == flow.node.issuer || others.contains(where: { names(issuer, below: $0) }) { return .elsewhere }
        if try came(issuer, through: child, in: database) { return .below }
        return try others.contains { try came(issuer, through: $0, in: database) } ? .elsewhere : .unheard
    }

    /// Whether anything of the issuer's is to be found below the child, whoever else has some.
    func holds(_ issuer: String, in database: some DatabaseReading) throws -> Bool {
        try names(issuer, below: child) || came(issuer, through: child, in: database)
    }

    /// The file says so.
    private func names(_ issuer: String, below child: NodeName) -> Bool {
        flow.node.childIssuers[child] == issuer || flow.node.issuersBelow[child]?.contains(issuer) == true
    }

    private func came(
        _ issuer: String, through child: NodeName, in database: some DatabaseReading
    ) throws -> Bool {
        try database.row(
            "SELECT 1 FROM study_origin WHERE issuer = ? AND via_child = ? LIMIT 1", issuer, child) != nil
    }

    // MARK: Checks; each throws what parks the event

    /// Before a study or an order becomes another hospital's than this node took it for.
    func check(issuer: String, origin: NodeName, of what: String, in database: some DatabaseReading) throws {
        try check(origin, issuer: issuer, of: what, in: database)
        guard try standing(of: issuer, in: database) == .elsewhere else { return }
        throw conflict(
            "\(what) has patients of '\(issuer)', which is not below it; if that hospital moved there, list it under "
                + "the child's 'issuersBelow' and apply this again")
    }

    /// - Parameter issuer: of the study, where the event names one.
    func check(
        _ origin: NodeName, issuer: String? = nil, of what: String, in database: some DatabaseReading
    ) throws {
        guard origin != child else { return }
        let node = flow.node
        let isAbove = node.parents.contains(origin) || node.reachable[origin] != nil
        guard origin != node.name, !isAbove, !node.children.contains(origin) else {
            throw conflict("\(what) is said to come from \(origin), which is not below it")
        }
        let ways: [(child: NodeName, issuer: String)] = try database.rows(
            "SELECT DISTINCT via_child, issuer FROM study_origin WHERE origin_node = ? AND via_child IS NOT NULL",
            origin
        ).map { (try $0["via_child"], try $0["issuer"]) }
        guard let other = ways.first?.child, !ways.contains(where: { $0.child == child }) else { return }
        // Somebody wrote down that this hospital is below the child now.
        if let issuer, names(issuer, below: child), ways.contains(where: { $0.issuer == issuer }) { return }
        throw conflict(
            "\(what) is said to come from \(origin), whose studies come through \(other); if it moved, list its issuer "
                + "under the child's 'issuersBelow' and apply this again")
    }

    /// A task or a reminder about a study that came another way is not the child's to send.
    func check(_ study: StudyInstanceUID, origin: NodeName, in database: some DatabaseReading) throws {
        if let known = try flow.catalogue.origin(of: study, in: database) {
            guard known.viaChild == child else { throw conflict("study \(study) did not come through it") }
            // Who acquired it was checked when it was announced.
            guard origin != known.originNode else { return }
        }
        try check(origin, of: "study \(study)", in: database)
    }

    private func conflict(_ what: String) -> EventError {
        EventError(code: .conflict, message: "\(child) speaks for another node: \(what)")
    }
}
