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
            let encoded = json.encode(try DICOMFile(path).dataSet(truth: truth))
            return Self.adding(instance.transferSyntax, to: encoded)
        }
    }

    /// Available Transfer Syntax UID (0008,3002), which no object holds and every viewer wants to know.
    private static func adding(_ syntax: TransferSyntax, to object: some Collection<UInt8>) -> ByteBuffer {
        let tag = SearchTag.availableTransferSyntaxUID.hexadecimal
        var buffer = ByteBuffer(string: #"{"\#(tag)":{"vr":"UI","Value":["\#(syntax)"]}"#)
        let rest = object.dropFirst()
        if rest.count > 1 { buffer.writeString(",") }
        buffer.writeBytes(rest)
        return buffer
    }
}
