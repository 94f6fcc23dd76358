// The chain of one study, checked link by link.

import Archive
import Database
import Observability
import Reading
import Relay
import Vocabulary

/// Reads only: files are hashed again, signatures are checked again, and nothing that is written anywhere is taken for
/// granted.
package struct CustodyAudit: Sendable {
    private let flow: FlowContext
    private let verifier: ReceiptVerifier

    package init(_ flow: FlowContext, verifier: ReceiptVerifier) {
        self.flow = flow
        self.verifier = verifier
    }

    /// Blocks for as long as the files take.
    ///
    /// - Returns: `nil` for a study this node has never heard of.
    package func examine(
        _ study: StudyInstanceUID, progress: (_ files: Int, _ of: Int) -> Void = { _, _ in }
    ) throws -> CustodyReport? {
        guard let evidence = try flow.database.readBlocking({ try CustodyEvidence(flow, study, in: $0) }) else {
            return nil
        }
        var findings = Findings()
        let acquired = evidence.acquired
        let proofs = proofs(evidence, acquired, &findings)
        var instances: [InstanceCustody] = []
        let arrivals = Dictionary(evidence.arrivals.map { ($0.sopInstanceUID, $0) }) { first, _ in first }
        for (number, (uid, digest)) in acquired.sorted(by: { $0.key < $1.key }).enumerated() {
            progress(number + 1, acquired.count)
            let proven = proofs.times[uid] ?? [:]
            guard let arrival = arrivals[uid] else {
                findings.add(.notHere, instance: uid)
                continue
            }
            checkRecords(evidence, arrival, digest, &findings)
            let here = try localCopy(evidence.instances[uid], arrival, proven, &findings)
            instances.append(
                InstanceCustody(
                    sopInstanceUID: uid, acquired: digest, size: evidence.instances[uid]?.size,
                    arrivedAt: arrival.receivedAt, source: arrival.source.name, here: here, proven: proven))
        }
        if !evidence.isSettled { findings.add(.stillArriving) }
        let nodes = nodes(evidence, acquired, proofs, &findings)
        let report = try report(evidence, &findings)
        let times = instances.compactMap(\.arrivedAt)
        return CustodyReport(
            study: study, accessionNumber: evidence.study?.accessionNumber, node: flow.node.name,
            origin: evidence.origin.originNode, firstArrival: times.min(), lastArrival: times.max(),
            sources: Set(instances.compactMap(\.source)).sorted(), isSettled: evidence.isSettled,
            instances: instances, nodes: nodes, report: report, findings: findings.sorted)
    }

    // MARK: Signatures

    private struct Proofs {
        /// By instance and node: when it was stored there.
        var times: [SOPInstanceUID: [NodeName: Timestamp]] = [:]
        var verified: [VerifiedReceipt] = []
    }

    private func proofs(
        _ evidence: CustodyEvidence, _ acquired: [SOPInstanceUID: Digest], _ findings: inout Findings
    ) -> Proofs {
        var proofs = Proofs()
        var signed: [NodeName: [SOPInstanceUID: Set<Digest>]] = [:]
        for receipt in evidence.receipts {
            let verified: VerifiedReceipt
            do {
                verified = try verifier.verify(receipt)
            } catch {
                findings.add(.receiptRefused, node: receipt.node, detail: error.sentence)
                continue
            }
            proofs.verified.append(verified)
            for item in verified.items {
                signed[verified.node, default: [:]][item.sopInstanceUID, default: []].insert(item.digest)
                guard let digest = acquired[item.sopInstanceUID] else { continue }
                if item.proves(digest) {
                    let known = proofs.times[item.sopInstanceUID]?[verified.node]
                    proofs.times[item.sopInstanceUID, default: [:]][verified.node] =
                        min(known ?? item.storedAt, item.storedAt)
                } else {
                    findings.add(
                        .digestMismatch, node: verified.node, instance: item.sopInstanceUID,
                        detail: "signed for \(item.digest), acquired \(digest)")
                }
            }
        }
        for (node, item) in evidence.receiptRows
        where signed[node]?[item.sopInstanceUID]?.contains(item.digest) != true {
            findings.add(.receiptUnsupported, node: node, instance: item.sopInstanceUID)
        }
        return proofs
    }

    // MARK: What is here

    private func checkRecords(
        _ evidence: CustodyEvidence, _ arrival: ArrivalRecord, _ acquired: Digest, _ findings: inout Findings
    ) {
        let instance = evidence.instances[arrival.sopInstanceUID]
        if let instance, instance.digest != arrival.digest {
            findings.add(
                .recordsDiffer, instance: arrival.sopInstanceUID,
                detail: "the catalogue has \(instance.digest), \(arrival.digest) arrived")
        }
        if arrival.digest != acquired, instance?.acquired?.digest != acquired {
            findings.add(
                .recordsDiffer, instance: arrival.sopInstanceUID,
                detail: "\(arrival.digest) arrived, the manifest names \(acquired)")
        }
    }

    private func localCopy(
        _ instance: InstanceRecord?, _ arrival: ArrivalRecord, _ proven: [NodeName: Timestamp],
        _ findings: inout Findings
    ) throws -> LocalCopy {
        guard let instance else {
            findings.add(.fileMissing, instance: arrival.sopInstanceUID)
            return .missing
        }
        if instance.fileState.isEvicted || instance.fileState.isDestroyed {
            if proven.isEmpty { findings.add(.evictedUnproven, instance: arrival.sopInstanceUID) }
            return .evicted
        }
        guard let found = try InstanceFile.rehash(instance, in: flow.store) else {
            findings.add(.fileMissing, instance: arrival.sopInstanceUID)
            return .missing
        }
        guard found.digest == arrival.digest else {
            findings.add(
                .fileDifferent, instance: arrival.sopInstanceUID,
                detail: "the file has \(found.digest), \(arrival.digest) arrived")
            return .different
        }
        return .intact
    }

    // MARK: The nodes above

    private func nodes(
        _ evidence: CustodyEvidence, _ acquired: [SOPInstanceUID: Digest], _ proofs: Proofs,
        _ findings: inout Findings
    ) -> [NodeCustody] {
        var names: [NodeName] = []
        for name in evidence.deliveries.map(\.destination) + evidence.onwardHops.map(\.to)
            + evidence.receiptRows.map(\.node) + proofs.verified.map(\.node) where !names.contains(name)
        {
            names.append(name)
        }
        return names.map { name in
            let verified = proofs.verified.filter { $0.node == name }.sorted { $0.signedAt < $1.signedAt }
            let missing = acquired.keys.filter { proofs.times[$0]?[name] == nil }.sorted()
            var node = NodeCustody(
                node: name, proven: acquired.count - missing.count, expected: acquired.count,
                signatures: verified.count, firstSignedAt: verified.first?.signedAt,
                lastSignedAt: verified.last?.signedAt, validity: verified.last?.validity)
            guard let first = missing.first else { return node }
            let owed = evidence.deliveries.filter { $0.destination == name }
            let cancelled = owed.filter { $0.state == .cancelled && missing.contains($0.sopInstance) }
            if let given = cancelled.first {
                findings.add(
                    .givenUp, node: name, count: cancelled.count, since: given.doneAt, instance: given.sopInstance,
                    detail: given.actedBy.map { "cancelled by \($0)" })
            }
            let onward = evidence.onwardHops.first { $0.to == name }
            node.owedBy = owed.isEmpty ? onward?.from : flow.node.name
            node.owedSince = owed.filter { $0.doneAt == nil }.map(\.createdAt).min() ?? onward?.since
            if missing.count > cancelled.count {
                findings.add(
                    .notReceipted, node: name, count: missing.count - cancelled.count, since: node.owedSince,
                    instance: first, detail: owed.compactMap(\.lastError).first)
            }
            return node
        }
    }

    // MARK: The report

    private func report(_ evidence: CustodyEvidence, _ findings: inout Findings) throws -> ReportCustody? {
        guard let known = evidence.report else { return nil }
        let released = known.announcement.report
        var report = ReportCustody(
            readAt: known.announcement.readAt, version: released.version, author: released.author,
            reviewer: released.reviewer, preliminaryAt: released.preliminaryAt, finalAt: released.finalAt,
            arrivedAt: known.arrivedAt, deliveredAt: evidence.task?.deliveredAt,
            acknowledgedAt: evidence.task?.acknowledgedAt, acknowledgedBy: evidence.task?.acknowledgedByName,
            instances: known.announcement.instances.count, intact: 0)
        guard known.arrivedAt != nil else {
            findings.add(
                .reportNotHome, node: known.source, since: known.announcedAt, detail: known.lastError)
            return report
        }
        for item in known.announcement.instances {
            if let state = evidence.instances[item.sopInstanceUID]?.fileState, state.isEvicted || state.isDestroyed {
                continue
            }
            guard let instance = evidence.instances[item.sopInstanceUID],
                let found = try InstanceFile.rehash(instance, in: flow.store)
            else {
                findings.add(.fileMissing, instance: item.sopInstanceUID, detail: "of the report")
                continue
            }
            guard found.digest == item.digest else {
                findings.add(
                    .fileDifferent, instance: item.sopInstanceUID,
                    detail: "of the report: the file has \(found.digest), \(item.digest) was released")
                continue
            }
            report.intact += 1
        }
        return report
    }
}

/// Findings of one kind about one node are one, with a number.
private struct Findings {
    private struct Key: Hashable {
        var kind: CustodyFinding.Kind
        var node: NodeName?
    }

    private var found: [Key: CustodyFinding] = [:]

    mutating func add(
        _ kind: CustodyFinding.Kind, node: NodeName? = nil, count: Int = 1, since: Timestamp? = nil,
        instance: SOPInstanceUID? = nil, detail: String? = nil
    ) {
        let key = Key(kind: kind, node: node)
        guard found[key] == nil else {
            found[key]?.count += count
            return
        }
        found[key] = CustodyFinding(
            kind: kind, node: node, count: count, since: since, instance: instance, detail: detail)
    }

    /// Broken ones first.
    var sorted: [CustodyFinding] {
        let order = CustodyFinding.Kind.allCases
        return found.values.sorted {
            (order.firstIndex(of: $0.kind) ?? 0, $0.node?.rawValue ?? "") < (
                order.firstIndex(of: $1.kind) ?? 0, $1.node?.rawValue ?? ""
            )
        }
    }
}
