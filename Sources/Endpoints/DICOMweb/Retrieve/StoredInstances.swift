// From an address to what is kept.

import Archive
import DICOM
import HTTPService
import Hummingbird
import StudyFlow
import Vocabulary

/// Looks up what a path names, notes the access, and opens files off the cooperative pool.
struct StoredInstances: Sendable {
    let flow: FlowContext
    let trail: AccessTrail
    let line: DecodingLine
    let wireFrames = WireFrameCache()

    /// All instances that the study, or the series, that the path names shows.
    ///
    /// - Throws: 404 where there are none.
    func all(_ request: Request, in context: JieliRequestContext) async throws -> [InstanceRecord] {
        let study = try ResourcePath.study(in: context)
        let series = try ResourcePath.series(in: context, isOptional: true)
        let includesWithheld = try WithheldRight.isAsked(QueryItems(request), context, flow.node)
        let found = try await flow.database.read { [catalogue = flow.catalogue] in
            try catalogue.shownInstances(of: study, series: series, includingWithheld: includesWithheld, in: $0)
        }
        if found.isEmpty { throw series == nil ? HTTPProblem.noSuchStudy : HTTPProblem.noSuchSeries }
        let shown = try await hidesReports(found, context) ? found.filter { !$0.isNetworkMade } : found
        if shown.isEmpty { throw HTTPProblem.independentReading }
        for instance in shown { try Self.checkIsHere(instance) }
        return shown
    }

    /// - Throws: 404 unless it is in the very series and study that the path names.
    func one(_ request: Request, in context: JieliRequestContext) async throws -> InstanceRecord {
        let study = try ResourcePath.study(in: context)
        let series = try ResourcePath.series(in: context, isOptional: true)
        let uid = try ResourcePath.instance(in: context)
        let includesWithheld = try WithheldRight.isAsked(QueryItems(request), context, flow.node)
        let found = try await flow.database.read { [catalogue = flow.catalogue] snapshot in
            try catalogue.instance(uid, in: snapshot).flatMap { found in
                try catalogue.shownStudy(of: found, in: snapshot) == study ? found : nil
            }
        }
        guard let found, found.seriesInstanceUID == series, includesWithheld || found.withheld == nil else {
            throw HTTPProblem.noSuchInstance
        }
        if try await hidesReports([found], context) { throw HTTPProblem.independentReading }
        try Self.checkIsHere(found)
        return found
    }

    /// Reports, and whatever else readers made, are among these, and who asks reads the study a second time without them.
    private func hidesReports(_ instances: [InstanceRecord], _ context: JieliRequestContext) async throws -> Bool {
        var studies = Set(instances.filter(\.isNetworkMade).map(\.studyInstanceUID))
        guard !studies.isEmpty else { return false }
        // Of merged studies, one may be read a second time and another not.
        studies.insert(try ResourcePath.study(in: context))
        let user = try context.requireUser().name
        for study in studies {
            if try await PeerReviewDesk(flow).isBlind(user, to: study) { return true }
        }
        return false
    }

    /// Nothing is fetched back by itself: a program that looks through everything would fill line and disk again.
    ///
    /// - Throws: 409.
    private static func checkIsHere(_ instance: InstanceRecord) throws {
        switch instance.fileState {
        case .here: return
        case .evicting, .evicted: throw HTTPProblem.evicted
        case .damaged, .missing: throw HTTPProblem.damaged
        case .destroying, .destroyed: throw HTTPProblem.destroyed
        }
    }

    func path(of instance: InstanceRecord) throws -> String { try flow.store.url(of: instance.path).path }

    /// Length of the whole file, head included.
    func fileSize(of instance: InstanceRecord) -> Int { Int(instance.dataSetOffset + instance.size) }

    /// An image, opened for its frames.
    ///
    /// - Throws: 404 where it is none.
    func image(_ instance: InstanceRecord) async throws -> FrameReader {
        guard instance.isImage else { throw HTTPProblem.noImage }
        let path = try path(of: instance)
        do {
            return try await line.run { try FrameReader(file: path) }
        } catch let error as DICOMError {
            throw HTTPProblem.undecodable(error)
        }
    }

    /// How its text is written, where an operator knows; what the network makes is in UTF-8.
    func truth(of instance: InstanceRecord) async throws -> CharacterEncoding? {
        guard !instance.isNetworkMade else { return nil }
        return try await flow.database.read {
            try flow.charsets.charset(of: instance.studyInstanceUID, in: $0)?.encoding
        }
    }

    /// For the instances that a study shows, by the study that each was stored in: one look instead of one for each.
    func readings(
        of study: StudyInstanceUID, _ instances: [InstanceRecord]
    ) async throws -> [StudyInstanceUID: Reading] {
        try await flow.database.read { snapshot in
            var readings: [StudyInstanceUID: Reading] = [:]
            for instance in instances where readings[instance.studyInstanceUID] == nil {
                readings[instance.studyInstanceUID] = Reading(
                    overlay: try IdentityOverlay(of: study, instance, flow, in: snapshot),
                    truth: try flow.charsets.charset(of: instance.studyInstanceUID, in: snapshot)?.encoding)
            }
            return readings
        }
    }

    func dataSet(of instance: InstanceRecord) async throws -> DataSet {
        let (path, truth) = (try path(of: instance), try await truth(of: instance))
        return try await line.run { try DICOMFile(path).dataSet(truth: truth) }
    }

    /// A native copy, opened; its name is gone already and its bytes go with the last reference.
    func nativeCopy(of instance: InstanceRecord, in syntax: TransferSyntax) async throws -> ByteSource {
        let path = try path(of: instance)
        return try await line.run { [store = flow.store] in
            try Self.withNativeCopy(of: path, in: syntax, acquired: instance.acquired?.digest, store) {
                try ByteSource(file: $0, prefetching: 0)
            }
        }
    }

    /// Copies lie where arriving files lie: on the archive's disk, and cleared when the daemon was killed over one.
    static func withNativeCopy<Result>(
        of path: String, in syntax: TransferSyntax = .explicitVRLittleEndian, acquired: Digest? = nil,
        _ store: any InstanceStore,
        _ use: (String) throws -> Result
    ) throws -> Result {
        let copy = try store.landing()
        do {
            try Transcoder.decompress(file: path, to: syntax, output: copy.path, acquired: acquired)
            let result = try use(copy.path)
            try store.discard(copy)
            return result
        } catch {
            try store.discard(copy)
            throw error
        }
    }
}
