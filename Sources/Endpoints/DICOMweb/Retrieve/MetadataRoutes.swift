// Everything an instance says but its pixels (PS3.18 10.4.1.1.2).

import Archive
import DICOM
import HTTPService
import Hummingbird
import NIOCore
import Vocabulary

struct MetadataRoutes: Sendable {
    let stored: StoredInstances

    func addRoutes(to group: RouterGroup<JieliRequestContext>) {
        group.get("studies/:study/metadata") { request, context in
            try await metadata(request, context) { try await stored.all(in: context) }
        }
        group.get("studies/:study/series/:series/metadata") { request, context in
            try await metadata(request, context) { try await stored.all(in: context) }
        }
        group.get("studies/:study/series/:series/instances/:instance/metadata") { request, context in
            try await metadata(request, context) { [try await stored.one(in: context)] }
        }
    }

    private func metadata(
        _ request: Request, _ context: JieliRequestContext, _ find: () async throws -> [InstanceRecord]
    ) async throws -> Response {
        let mediaType = try JSONAnswer.mediaType(AcceptHeader(request, QueryItems(request)))
        let instances = try await find()
        try await stored.trail.note(.studyViewed, to: instances[0].studyInstanceUID, in: context)
        let locations = ResourceLocations(request, context)
        return try await JSONAnswer.response(
            instances.map { instance in { try await member(instance, locations) } }, mediaType: mediaType,
            logger: context.logger)
    }

    private func member(_ instance: InstanceRecord, _ locations: ResourceLocations) async throws -> ByteBuffer {
        let (path, location) = (try stored.path(of: instance), locations.instance(instance))
        let truth = try await stored.truth(of: instance)
        return try await stored.line.run {
            let json = DICOMJSON { "\(location)/bulkdata/\($0)" }
            let dataSet = try DICOMFile(path).dataSet(truth: truth)
            return Self.adding(Self.members(of: instance, missingIn: dataSet), to: json.encode(dataSet))
        }
    }

    /// Available Transfer Syntax UID (0008,3002), which no object holds and every viewer wants to know; and the UIDs that
    /// this object is known by and does not hold.
    private static func members(of instance: InstanceRecord, missingIn dataSet: DataSet) -> [(DICOM.Tag, String)] {
        let identity: [(DICOM.Tag, String)] = [
            (.sopClassUID, instance.sopClass.rawValue), (.sopInstanceUID, instance.sopInstanceUID.rawValue),
            (.studyInstanceUID, instance.studyInstanceUID.rawValue),
            (.seriesInstanceUID, instance.seriesInstanceUID.rawValue),
        ]
        return [(SearchTag.availableTransferSyntaxUID, instance.transferSyntax.rawValue)]
            + identity.filter { dataSet[$0.0] == nil }
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
