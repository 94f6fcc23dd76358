// Everything an instance says but its pixels (PS3.18 10.4.1.1.2).

import Archive
import DICOM
import Foundation
import HTTPService
import Hummingbird
import NIOCore
import Vocabulary

/// What must be known of a study to read its instances' bytes rightly.
struct Reading: Sendable {
    var overlay: IdentityOverlay?
    /// How text is written, where an operator knows.
    var truth: CharacterEncoding?
}

struct MetadataRoutes: Sendable {
    let stored: StoredInstances

    func addRoutes(to group: RouterGroup<JieliRequestContext>) {
        group.get("studies/:study/metadata") { request, context in
            try await metadata(request, context) { try await stored.all(request, in: context) }
        }
        group.get("studies/:study/series/:series/metadata") { request, context in
            try await metadata(request, context) { try await stored.all(request, in: context) }
        }
        group.get("studies/:study/series/:series/instances/:instance/metadata") { request, context in
            try await metadata(request, context) { [try await stored.one(request, in: context)] }
        }
    }

    private func metadata(
        _ request: Request, _ context: JieliRequestContext, _ find: () async throws -> [InstanceRecord]
    ) async throws -> Response {
        let mediaType = try JSONAnswer.mediaType(AcceptHeader(request, QueryItems(request)))
        let instances = try await find()
        let study = try ResourcePath.study(in: context)
        try await stored.trail.note(.studyViewed, to: study, in: context)
        let locations = ResourceLocations(request, context)
        let readings = try await stored.readings(of: study, instances)
        let freshness = freshness(of: instances, "\(mediaType) \(locations.base) \(try Self.variant(readings))")
        return try await freshness.response(to: request) { headers in
            let members = instances.map { instance in
                { @Sendable in
                    try await member(instance, of: study, locations, readings[instance.studyInstanceUID] ?? Reading())
                }
            }
            var response = try await JSONAnswer.response(members, mediaType: mediaType, logger: context.logger)
            response.headers.append(contentsOf: headers)
            return response
        }
    }

    /// Of all that is in the answer. Instances come, an operator may learn how text is written, a patient may be corrected: so
    /// browsers ask each time, and hear in one round trip that nothing has changed.
    private func freshness(of instances: [InstanceRecord], _ variant: String) -> Freshness {
        let digests = instances.map { $0.digest.hexadecimal + $0.transferSyntax.rawValue }.joined()
        return Freshness(Digest(of: digests.utf8), "\(variant) \(Self.build)", mayChange: true)
    }

    /// Another build may write the same otherwise, and a browser keeps what it has for as long as it hears that nothing changed.
    private static let build: String = {
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let values = try? program.resourceValues(forKeys: [.fileSizeKey, .contentModificationDateKey])
        return "\(values?.fileSize ?? 0) \(values?.contentModificationDate?.timeIntervalSince1970 ?? 0)"
    }()

    private static func variant(_ readings: [StudyInstanceUID: Reading]) throws -> String {
        try readings.sorted { $0.key.rawValue < $1.key.rawValue }.map { study, reading in
            let charset = reading.truth.map { "\($0)" } ?? "-"
            return "\(study) \(charset) \(try reading.overlay?.fingerprint() ?? "-")"
        }.joined(separator: "\n")
    }

    private func member(
        _ instance: InstanceRecord, of study: StudyInstanceUID, _ locations: ResourceLocations, _ reading: Reading
    ) async throws -> ByteBuffer {
        let (path, location) = (try stored.path(of: instance), locations.instance(instance, of: study))
        let overlay = reading.overlay
        return try await stored.line.run {
            let json = DICOMJSON { "\(location)/bulkdata/\($0)" }
            let dataSet = try DICOMFile(path).dataSet(truth: instance.isNetworkMade ? nil : reading.truth)
            return Self.adding(
                Self.members(of: instance, missingIn: dataSet, besides: overlay),
                to: try overlay?.apply(to: json, dataSet) ?? json.encode(dataSet))
        }
    }

    /// Available Transfer Syntax UID (0008,3002), which no object holds and every viewer wants to know; and the UIDs that
    /// this object is known by and does not hold.
    private static func members(
        of instance: InstanceRecord, missingIn dataSet: DataSet, besides overlay: IdentityOverlay?
    ) -> [(DICOM.Tag, String)] {
        let identity: [(DICOM.Tag, String)] = [
            (.sopClassUID, instance.sopClass.rawValue), (.sopInstanceUID, instance.sopInstanceUID.rawValue),
            (.studyInstanceUID, instance.studyInstanceUID.rawValue),
            (.seriesInstanceUID, instance.seriesInstanceUID.rawValue),
        ]
        return [(SearchTag.availableTransferSyntaxUID, instance.transferSyntax.rawValue)]
            + identity.filter { dataSet[$0.0] == nil && (overlay == nil || $0.0 != .studyInstanceUID) }
    }

    private static func adding(_ members: [(DICOM.Tag, String)], to object: some Collection<UInt8>) -> ByteBuffer {
        let text = members.map { tag, uid in #""\#(tag.hexadecimal)":{"vr":"UI","Value":["\#(uid)"]}"# }
        var buffer = ByteBuffer(string: "{" + text.joined(separator: ","))
        let rest = object.dropFirst()
        if rest.count > 1 { buffer.writeString(",") }
        buffer.writeBytes(rest)
        return buffer
    }
}
