// Values that metadata gives addresses of (PS3.18 10.4.1.1.5).

import Archive
import DICOM
import HTTPService
import Hummingbird
import NIOCore
import Vocabulary

struct BulkDataRoutes: Sendable {
    let stored: StoredInstances
    let frames: FrameRoutes
    private static let largestValue = 512 << 20

    func addRoutes(to group: RouterGroup<JieliRequestContext>) {
        group.get("studies/:study/series/:series/instances/:instance/bulkdata/**") { request, context in
            let instance = try await stored.one(request, in: context)
            try await stored.trail.note(.studyRetrieved, to: instance.studyInstanceUID, in: context)
            let path = context.parameters.getCatchAll().joined(separator: "/")
            return try await retrieve(path, of: instance, request, context)
        }
    }

    /// `path` as `DICOMJSON` writes it.
    private func retrieve(
        _ path: String, of instance: InstanceRecord, _ request: Request, _ context: JieliRequestContext
    ) async throws -> Response {
        // Compressed pixel data is no value by itself: it goes out frame by frame.
        if path == Tag.pixelData.hexadecimal, instance.isImage, instance.transferSyntax.isEncapsulated {
            return try await frames.retrieve(nil, of: instance, request, context)
        }
        let isMultipart = try Self.negotiate(AcceptHeader(request, QueryItems(request)))
        return try await Freshness(instance.digest, "\(path) \(isMultipart)").response(to: request) { headers in
            let part = MultipartAnswer.Part(
                contentType: FrameForm.octets,
                location: "\(ResourceLocations(request, context).instance(instance))/bulkdata/\(path)",
                content: try await content(path, of: instance))
            if isMultipart {
                return try await MultipartAnswer(mediaType: FrameForm.octets, parts: [.ready(part)])
                    .response(headers: headers, logger: context.logger)
            }
            var headers = headers
            headers[.contentType] = part.contentType
            return Response(status: .ok, headers: headers, body: part.content.body(logger: context.logger))
        }
    }

    private static func negotiate(_ accept: AcceptHeader) throws -> Bool {
        for range in accept.ranges {
            if let parts = range.ofParts {
                if parts.takes(FrameForm.octets) { return true }
            } else if range.takes(FrameForm.octets) {
                return false
            }
        }
        throw HTTPProblem.notAcceptable
    }

    private func content(_ path: String, of instance: InstanceRecord) async throws -> BodyContent {
        let dataSet = try await stored.dataSet(of: instance)
        if let tag = Tag(hexadecimal: path), !instance.transferSyntax.isBigEndian,
            case .bytes(let offset, let count)? = dataSet[tag]?.content
        {
            guard offset + count <= dataSet.source.count else { throw HTTPProblem.noSuchValue }
            return .range(dataSet.source, offset..<offset + count)
        }
        let value = try await stored.line.run { try dataSet.bulkData(at: path, limit: Self.largestValue) }
        guard let value else { throw HTTPProblem.noSuchValue }
        return .bytes(ByteBuffer(bytes: value.bytes))
    }
}
