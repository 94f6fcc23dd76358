// application/dicom+json.

import HTTPService
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

enum JSONAnswer {
    static let dicom = "application/dicom+json"

    /// What to call DICOM JSON for this client. XML is not written here.
    ///
    /// - Throws: 406.
    static func mediaType(_ accept: AcceptHeader) throws -> String {
        guard let found = accept.best(of: [dicom, "application/json"]) else { throw HTTPProblem.notAcceptable }
        return found
    }

    /// An empty list where nothing was found.
    static func response(_ dataSets: [JSONDataSet], mediaType: String) throws -> Response {
        Response(
            status: .ok, headers: [.contentType: mediaType],
            body: ResponseBody(byteBuffer: try JSONBody.encode(dataSets)))
    }

    /// A list whose members are made one at a time, the first before the answer begins.
    static func response(
        _ members: [@Sendable () async throws -> ByteBuffer], mediaType: String, logger: Logger
    ) async throws -> Response {
        let first = try await members.first?()
        let body = ResponseBody.reporting(to: logger) { writer in
            try await writer.write(ByteBuffer(string: "["))
            if let first { try await writer.write(first) }
            for member in members.dropFirst() {
                try await writer.write(ByteBuffer(string: ","))
                try await writer.write(try await member())
            }
            try await writer.write(ByteBuffer(string: "]"))
        }
        return Response(status: .ok, headers: [.contentType: mediaType], body: body)
    }
}
