// What operators do about modalities that mislabel their text.

import Archive
import Audit
import DICOM
import Database
import Foundation
import Vocabulary

/// One modality or folder with what is set for it and how far its old studies have been read again.
package struct CharsetSource: Hashable, Sendable {
    package var name: String
    /// `nil` where nothing has come from it yet.
    package var seen: TextSource?
    package var settings: [ModalityCharset]
    package var job: RereadJob?
}

/// One study as the catalogue has it, and as it would read.
package struct CharsetPreview: Hashable, Sendable {
    package var study: StudyInstanceUID
    package var declared: String?
    package var name: String?
    package var description: String?
    package var nameThen: String?
    package var descriptionThen: String?
}

package struct CharsetDesk: Sendable {
    private static let previewed = 10

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Those that sent last first; those that have never sent last.
    package func sources() async throws -> [CharsetSource] {
        try await flow.database.read { snapshot in
            let settings = Dictionary(grouping: try flow.charsets.settings(in: snapshot), by: \.source)
            let jobs = Dictionary(uniqueKeysWithValues: try flow.rereads.jobs(in: snapshot).map { ($0.source, $0) })
            var seen: Set<String> = []
            let senders = try flow.rereads.sources(in: snapshot).filter { seen.insert($0.name).inserted }
            let silent = Set(settings.keys).union(jobs.keys).subtracting(seen).sorted()
            return senders.map {
                CharsetSource(name: $0.name, seen: $0, settings: settings[$0.name] ?? [], job: jobs[$0.name])
            } + silent.map { CharsetSource(name: $0, settings: settings[$0] ?? [], job: jobs[$0]) }
        }
    }

    /// The source's last studies, as they are and as they would be.
    ///
    /// - Parameter encoding: `nil` for as declared.
    package func preview(_ source: String, as encoding: CharacterEncoding?) async throws -> [CharsetPreview] {
        let samples = try await flow.database.read { snapshot in
            try flow.rereads.samples(of: source, limit: Self.previewed, in: snapshot).compactMap { sample in
                try flow.catalogue.study(sample.studyInstanceUID, in: snapshot).map { ($0, sample) }
            }
        }
        return try await UpkeepThread.run { _ in
            try samples.compactMap { study, sample in
                let file = try flow.store.url(of: sample.path).path
                guard FileManager.default.fileExists(atPath: file) else { return nil }
                let header = try InstanceHeader.read(file: file, truth: encoding)
                return CharsetPreview(
                    study: study.studyInstanceUID, declared: header.specificCharacterSet, name: study.patient.name,
                    description: study.studyDescription, nameThen: header.patientName,
                    descriptionThen: header.studyDescription)
            }
        }
    }

    /// Says how a source writes, from now on and for all that has come from it.
    ///
    /// - Parameters:
    ///   - encoding: `nil` takes the word back.
    ///   - station: only what has this Station Name; empty for all. `manufacturer` likewise.
    /// - Returns: whether anything was set or taken back.
    @discardableResult
    package func set(
        _ encoding: CharacterEncoding?, for source: String, station: String = "", manufacturer: String = "",
        by user: String
    ) async throws -> Bool {
        let now = flow.clock.now()
        let isDone = try await flow.database.write { transaction in
            if let encoding {
                try flow.charsets.set(
                    ModalityCharset(
                        source: source, station: station, manufacturer: manufacturer, encoding: encoding, setBy: user,
                        setAt: now), in: transaction)
            } else {
                let isKnown = try flow.charsets.remove(
                    source: source, station: station, manufacturer: manufacturer, in: transaction)
                guard isKnown else { return false }
            }
            try flow.rereads.begin(source: source, by: user, at: now, in: transaction)
            let what = [station, manufacturer].filter { !$0.isEmpty }.map { " (\($0))" }.joined()
            try flow.audit.record(
                AuditEvent(
                    .charsetChanged, by: .user(user), at: now, object: source,
                    detail: (encoding?.rawValue ?? "as declared") + what), in: transaction)
            return true
        }
        flow.signals.texts.ring()
        flow.signals.publish(FlowChange(.storage))
        return isDone
    }
}
