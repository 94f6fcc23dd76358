// The state of a node in the words of the operator's page.

import Archive
import Outbox
import Relay
import StudyFlow
import Vocabulary

struct OverviewFields {
    private let overview: NodeOverview
    private let words: Words

    init(_ overview: NodeOverview, words: Words) {
        self.overview = overview
        self.words = words
    }

    var fields: Fields {
        let queues = QueueAnswer.answers(overview.links, now: overview.now)
        var fields: Fields = [
            "disk": disk, "counts": counts, "attention": attention, "reading": reading,
            "queues": queues.map(queue), "hasQueues": !queues.isEmpty, "links": overview.links.map(link),
            "hasLinks": !overview.links.isEmpty,
        ]
        func list(_ name: String, _ items: [Fields]) {
            if !items.isEmpty { fields[name] = ["count": items.count, "items": items] as Fields }
        }
        fields.put("alarms", overview.alarms.flatMap { words.alarmFields($0) })
        list("damagedFiles", overview.files.troubles.map { words.fields($0) })
        list("ranges", overview.deliveriesInRanges.map(inRanges))
        list("folders", overview.folders.map(folder))
        if overview.refusedFileCount > 0 {
            fields["refusedFiles"] =
                ["count": overview.refusedFileCount, "items": overview.refusedFiles.map(refusedFile)] as Fields
        }
        if overview.quarantine.entries > 0 {
            fields["quarantine"] =
                [
                    "count": overview.quarantine.entries,
                    "text": words(
                        "operator.quarantineText",
                        ["count": overview.quarantine.entries, "bytes": words.bytes(overview.quarantine.bytes)]),
                ] as Fields
        }
        list("parkedDeliveries", overview.parkedDeliveries.map(delivery))
        list("conflicts", overview.unresolvedConflicts.map(conflict))
        list("parkedEvents", overview.parkedEvents.map(event))
        return fields
    }

    // MARK: Tiles

    private var disk: Fields {
        let (free, total) = (overview.space.free, max(1, overview.space.total))
        let used = Int((total - min(free, total)) * 100 / total)
        let (forecast, evicted) = (overview.files.forecast, overview.files.files.evicted)
        return [
            "free": words.bytes(free), "of": words("operator.diskOf", ["total": words.bytes(total)]),
            "usedPercent": used, "tone": words.tone(forecast), "left": words.timeLeft(forecast),
            "evicted": evicted > 0 ? words("disk.evicted", ["count": evicted]) : "",
        ]
    }

    private var counts: Fields {
        [
            "studies": overview.storage.studies,
            "text": words(
                "operator.instances",
                ["instances": overview.storage.instances, "bytes": words.bytes(overview.storage.bytes)]),
        ]
    }

    private var attention: Fields {
        let count =
            overview.parkedDeliveries.count + overview.unresolvedConflicts.count + overview.parkedEvents.count
            + overview.refusedFileCount + overview.quarantine.entries
            + overview.files.files.faults
        return [
            "count": count, "tone": count > 0 ? "failed" : "done", "icon": count > 0 ? "alert" : "check",
            "text": words[count > 0 ? "operator.seeBelow" : "operator.attentionNone"],
        ]
    }

    private var reading: Fields {
        [
            "ready": overview.worklist[.ready],
            "text": words(
                "operator.readingText",
                ["preliminary": overview.worklist[.preliminary], "claimed": overview.worklist[.claimed]]),
        ]
    }

    // MARK: Tables

    private func tone(_ state: LinkState) -> Fields {
        switch state {
        case .up: ["tone": "done", "stateLabel": words["operator.linkUp"]]
        case .down: ["tone": "failed", "stateLabel": words["operator.linkDown"]]
        case .unknown: ["tone": "waiting", "stateLabel": words["operator.linkUnknown"]]
        }
    }

    private func queue(_ answer: QueueAnswer) -> Fields {
        var fields = tone(answer.state).merged(with: [
            "node": answer.node.rawValue, "waiting": answer.waiting + answer.held, "sending": answer.sending,
            "sent": answer.sent, "parked": answer.parked, "bytes": words.bytes(answer.bytes),
            "lastError": answer.lastError ?? "",
        ])
        fields["rate"] = answer.bytesPerSecond.map { words("operator.perSecond", ["bytes": words.bytes($0)]) } ?? ""
        fields["emptyIn"] = answer.emptyInSeconds.map { words.span(.seconds($0)) } ?? ""
        fields["limit"] = answer.limitBitsPerSecond.map { DataRate(bitsPerSecond: $0).description } ?? ""
        fields["associations"] = answer.associations.map(String.init) ?? ""
        if answer.isIdle { fields["stateLabel"] = words["operator.queueEmpty"] }
        fields.put("oldestAt", answer.oldestAt)
        fields.put("downSince", answer.downSince)
        return fields
    }

    /// Seconds: below it is the way of the message itself.
    private static let remarkableSkew = 60.0

    private func link(_ link: LinkOverview) -> Fields {
        let answer = LinkAnswer(link)
        var fields = tone(answer.state).merged(with: [
            "node": answer.node.rawValue, "directionLabel": words[link.isParent ? "operator.parent" : "operator.child"],
            "eventsWaiting": answer.eventsWaiting, "version": answer.version ?? "",
        ])
        fields.put("lastHeardAt", answer.lastHeardAt)
        if let skew = answer.clockSkewSeconds, abs(skew) >= Self.remarkableSkew {
            let away = words.span(.milliseconds(Int64(abs(skew) * 1000)))
            fields["skew"] = words(skew > 0 ? "operator.clockAhead" : "operator.clockBehind", ["span": away])
        }
        fields.put("downSince", answer.downSince)
        fields.put("oldestEventAt", answer.oldestEventAt)
        fields.put("certificateExpiresAt", answer.certificateExpiresAt)
        return fields
    }

    private func delivery(_ delivery: Delivery) -> Fields {
        [
            "id": delivery.id, "node": delivery.destination.rawValue, "studyHref": "/studies/\(delivery.study)",
            "sopInstanceUID": delivery.sopInstance.rawValue, "lastStatus": delivery.lastStatus?.description ?? "",
            "attempts": delivery.attempts, "lastError": delivery.lastError ?? "",
        ]
    }

    private func inRanges(_ row: Delivery) -> Fields {
        let megabyte = Double(1 << 20)
        func megabytes(_ bytes: Int64) -> Int { Int((Double(bytes) / megabyte).rounded()) }
        return delivery(row).merged(with: [
            "carried": row.bytesCarried, "bytes": row.size, "interruptions": row.interruptions,
            "text": words(
                "operator.rangesProgress",
                ["carried": megabytes(row.bytesCarried), "total": megabytes(row.size)]),
        ])
    }

    private func folder(_ state: WatchedFolderState) -> Fields {
        var fields: Fields = [
            "path": state.path, "waiting": state.waiting, "taken": state.taken, "refused": state.refused,
            "problem": state.problem ?? "",
        ]
        fields.put("lastTakenAt", state.lastTakenAt?.description)
        return fields
    }

    private func refusedFile(_ file: RefusedFile) -> Fields {
        [
            "id": file.id.uuidString.lowercased(), "at": file.at.description, "folder": file.folder, "name": file.name,
            "reason": file.reason,
        ]
    }

    private func conflict(_ conflict: Conflict) -> Fields {
        [
            "id": conflict.id.uuidString.lowercased(), "at": conflict.lastAt.description,
            "studyHref": "/studies/\(conflict.studyInstanceUID)", "sopInstanceUID": conflict.sopInstanceUID.rawValue,
            "reason": words["conflict.\(conflict.reason.rawValue)"], "sender": conflict.sender.name,
            "times": conflict.times,
        ]
    }

    private func event(_ event: ParkedEvent) -> Fields {
        [
            "id": event.id.uuidString.lowercased(), "at": event.parkedAt.description, "type": event.envelope.type,
            "origin": event.peer.rawValue, "reason": event.reason,
        ]
    }
}
