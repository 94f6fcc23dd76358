// What the modality's files came to.

import DIMSEServices
import Foundation
import Vocabulary

/// Accepted instances per study, and every file that is not among them with its reason.
package struct SendReport: Hashable, Sendable {
    package struct Listed: Hashable, Sendable {
        package var path: String
        package var reason: String
    }

    package private(set) var instances: [StudyInstanceUID: Set<SOPInstanceUID>] = [:]
    package private(set) var listed: [Listed] = []
    package private(set) var bytes: Int64 = 0
    package private(set) var files = 0
    /// DICOM files that the peer does not have now: neither accepted nor another copy of an accepted one.
    package private(set) var failedCount = 0
    /// Of the accepted, those that the peer had acknowledged in an earlier run.
    package private(set) var beforeCount = 0

    package init() {}

    package var acceptedCount: Int { instances.values.reduce(0) { $0 + $1.count } }
    package var counts: [StudyInstanceUID: Int] { instances.mapValues(\.count) }

    package mutating func add(_ file: SentFile) {
        files += 1
        if let reason = Self.reason(file.outcome) { listed.append(Listed(path: file.path, reason: reason)) }
        guard file.outcome.isAccepted else {
            switch file.outcome {
            case .duplicate, .notPart10, .mediaDirectory: break
            default: failedCount += 1
            }
            return
        }
        if file.outcome == .acknowledgedBefore { beforeCount += 1 }
        bytes += file.size
        guard let study = file.studyInstanceUID, let instance = file.sopInstanceUID else { return }
        instances[study, default: []].insert(instance)
    }

    /// `nil` when there is nothing to say.
    private static func reason(_ outcome: SendOutcome) -> String? {
        switch outcome {
        case .accepted: nil
        case .warned(let status): "已收，有警告 accepted with a warning: \(status)"
        case .refused(let status, let comment):
            "被拒收 refused: \(status)" + (comment.isEmpty ? "" : ", \(comment)")
        case .duplicate(let path):
            "重复的 UID, not sent: the same SOP Instance UID as \((path as NSString).lastPathComponent)"
        case .mediaDirectory: "光盘目录，不发送 the disc's directory, not sent"
        case .acknowledgedBefore: nil
        case .notPart10: "不是 DICOM 文件 not a DICOM Part 10 file"
        case .unreadable(let why): "无法读取 unreadable: \(why)"
        case .noPresentationContext(let why): "对方不接收 not taken: \(why)"
        case .failed(let why): "发送失败 failed: \(why)"
        }
    }

    package var summary: String {
        "已收 accepted: \(acceptedCount) instances of \(instances.count) studies"
            + (beforeCount > 0 ? " · 其中此前已确认 acknowledged before: \(beforeCount)" : "")
            + (listed.isEmpty ? "" : " · 未收 listed: \(listed.count) files")
    }

    /// One line per file; a long list is cut.
    package func lines(limit: Int = 200) -> [String] {
        let shown = listed.prefix(limit).map { "  \($0.path): \($0.reason)" }
        return listed.count > limit ? shown + ["  … \(listed.count - limit) more"] : Array(shown)
    }
}
