// A PDF as its readers take it (PS3.18 8.7.4, "Text": application/pdf).

import Archive
import DICOM
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary

/// The document inside an Encapsulated PDF, for the browser's own reader in a pane of the viewer.
///
/// Only what begins as a PDF does goes out under its name. Pages of this node may frame it and no others: the page's own policy
/// would keep the browser's reader from running, so the document has a policy of its own, and the reader keeps whatever is in the
/// document from the page around it.
struct EncapsulatedDocument: Sendable {
    let stored: StoredInstances

    static let mediaType = "application/pdf"
    static let policy = "frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
    private static let largest = 512 << 20

    /// - Throws: 406 where a PDF is not wanted, 404 where it is none.
    func rendered(
        _ instance: InstanceRecord, _ request: Request, _ context: JieliRequestContext
    ) async throws -> Response {
        guard AcceptHeader(request, try QueryItems(request)).best(of: [Self.mediaType]) != nil else {
            throw HTTPProblem.notAcceptable
        }
        try await stored.trail.note(.studyViewed, to: instance.studyInstanceUID, in: context)
        return try await Freshness(instance.digest, Self.mediaType).response(to: request) {
            var headers = $0
            headers[.contentType] = Self.mediaType
            headers[.contentSecurityPolicy] = Self.policy
            headers[.known("X-Frame-Options")] = "SAMEORIGIN"
            headers[.contentDisposition] = "inline; filename=\"document.pdf\""
            let content = try await content(of: instance)
            return Response(status: .ok, headers: headers, body: content.body(logger: context.logger))
        }
    }

    private func content(of instance: InstanceRecord) async throws -> BodyContent {
        let dataSet = try await stored.dataSet(of: instance)
        let found = try await stored.line.run { () -> (BulkContent, Bool)? in
            guard case .bytes(let offset, let count)? = dataSet[.encapsulatedDocument]?.content,
                offset + count <= dataSet.source.count, count <= Self.largest
            else { return nil }
            // One byte may pad it to an even length.
            let written = try dataSet.integer(.encapsulatedDocumentLength) ?? count
            let range = offset..<offset + min(count, max(0, written))
            let head = try dataSet.source.bytes(at: offset, count: min(range.count, 1024))
            return (BulkContent(source: dataSet.source, range: range), Self.isPDF(head))
        }
        guard let (content, isPDF) = found, isPDF else { throw HTTPProblem.noSuchValue }
        return .range(content.source, content.range)
    }

    private struct BulkContent: Sendable {
        let source: ByteSource
        let range: Range<Int>
    }

    /// "%PDF-" within the first kilobyte, as readers look for it.
    static func isPDF(_ head: [UInt8]) -> Bool {
        let mark = Array("%PDF-".utf8)
        return head.indices.contains { head[$0...].starts(with: mark) }
    }
}
