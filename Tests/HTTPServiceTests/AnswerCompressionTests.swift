import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite("Answers made smaller")
struct AnswerCompressionTests {
    private static let line = #"{"00080018":{"vr":"UI","Value":["1.2.3"]}},"#

    private func withClient(
        _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let router = Router(context: JieliRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AnswerCompression())
        router.get("/json") { _, _ in
            let body = ResponseBody { writer in
                for _ in 0..<500 { try await writer.write(ByteBuffer(string: Self.line)) }
                try await writer.finish(nil)
            }
            return Response(
                status: .ok, headers: [.contentType: "application/dicom+json", .eTag: "\"a\"", .vary: "Accept"],
                body: body)
        }
        router.get("/small") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: .init(string: "{}")))
        }
        for (path, type) in [("/pixels", "application/octet-stream"), ("/events", "text/event-stream; charset=utf-8")] {
            router.get(RouterPath(path)) { _, _ in
                Response(
                    status: .ok, headers: [.contentType: type],
                    body: .init(byteBuffer: ByteBuffer(repeating: 7, count: 5000)))
            }
        }
        try await Application(router: router).test(.router, body)
    }

    @Test("text that comes in pieces goes out as gzip to whoever takes it")
    func text() async throws {
        try await withClient { client in
            let packed = try await client.execute(uri: "/json", method: .get, headers: [.acceptEncoding: "br, gzip"])
            #expect(packed.headers[.contentEncoding] == "gzip")
            #expect(packed.headers[.eTag] == "W/\"a\"")
            #expect(packed.headers[.vary] == "Accept, Accept-Encoding")
            #expect(packed.headers[.contentLength] == nil)
            #expect(Array(packed.body.readableBytesView.prefix(2)) == [0x1f, 0x8b])
            #expect(packed.body.readableBytes < 500 * Self.line.utf8.count / 20)
            for headers: HTTPFields in [[:], [.acceptEncoding: "br"], [.acceptEncoding: "gzip;q=0, *;q=0"]] {
                let plain = try await client.execute(uri: "/json", method: .get, headers: headers)
                #expect(plain.headers[.contentEncoding] == nil)
                #expect(plain.headers[.vary]?.contains("Accept-Encoding") == true)
                #expect(plain.body.readableBytes == 500 * Self.line.utf8.count)
            }
        }
    }

    @Test("what is small, no text, or must not wait is left alone", arguments: ["/small", "/pixels", "/events"])
    func others(path: String) async throws {
        try await withClient { client in
            let answer = try await client.execute(uri: path, method: .get, headers: [.acceptEncoding: "gzip"])
            #expect(answer.headers[.contentEncoding] == nil)
        }
    }

    @Test("reads Accept-Encoding as it is meant")
    func acceptance() {
        let taken = ["gzip", "GZIP;q=0.5", "deflate, gzip", "*", "br;q=1, x-gzip"]
        let refused = [nil, "", "br", "gzip;q=0", "*;q=0", "gzip; q=0.000, *", "identity"]
        #expect(taken.allSatisfy { AcceptedEncoding.gzip(in: $0) })
        #expect(refused.filter { AcceptedEncoding.gzip(in: $0) } == [])
    }
}
