// Who may have the bytes that are wanted here.

import Archive
import Database
import Relay
import Vocabulary

enum FileSource: Hashable, Sendable {
    /// A parent to fetch from.
    case above(NodeName)
    /// A child that is asked to send again.
    case below(NodeName)
}

struct FileSources: Sendable {
    static let nobody =
        "no node that this one reaches has proven to hold it; restore it from a backup, or let the hospital send it again"

    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// Whoever has proven to hold it, nearest first; else, for a repair, whoever sent it. In turns where there are both.
    func source(
        of instance: InstanceRecord, _ request: FileRequest, in database: some DatabaseReading
    ) throws -> FileSource? {
        var sources = try above(instance, in: database).map(FileSource.above)
        if request.purpose == .repair, let child = try below(instance, in: database) { sources.append(.below(child)) }
        return sources.isEmpty ? nil : sources[request.attempts % sources.count]
    }

    private func above(_ instance: InstanceRecord, in database: some DatabaseReading) throws -> [NodeName] {
        let parents = flow.node.parents
        if instance.isNetworkMade {
            // Reports came from above without receipts.
            return parents.filter { instance.source == InstanceSource(kind: .node, name: $0.rawValue) }
        }
        let forms = Set(instance.forms)
        let holders = try flow.receipts.receipts(of: instance.sopInstanceUID, in: database).filter { receipt in
            forms.contains(receipt.item.digest) || receipt.item.acquired.map { forms.contains($0.digest) } == true
        }.map(\.node)
        let ways = Set(holders.compactMap { flow.node.topology.parent(towards: $0) })
        // Fetched as an earlier study: whoever lent it has it.
        let lender = try flow.priorLoans.lender(of: instance.studyInstanceUID, in: database)
        return parents.filter { ways.contains($0) || $0 == lender }
    }

    private func below(_ instance: InstanceRecord, in database: some DatabaseReading) throws -> NodeName? {
        let via = try flow.catalogue.origin(of: instance.studyInstanceUID, in: database)?.viaChild
        return via.flatMap { flow.node.children.contains($0) && !instance.isNetworkMade ? $0 : nil }
    }
}
