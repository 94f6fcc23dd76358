import HTTPService
import NIOCore
import Testing
import Vocabulary

@testable import DICOMweb

@Suite("Content negotiation")
struct NegotiationTests {
    @Test("orders media ranges by weight, then as the client named them")
    func order() {
        let accept = AcceptHeader("image/png;q=0.5, text/html, image/jpeg; Q=0.9 , */*;q=0, nonsense, a/b;q=2")
        #expect(accept.ranges.map { "\($0.type)/\($0.subtype)" } == ["text/html", "image/jpeg", "image/png"])
        #expect(accept.best(of: ["image/png", "image/jpeg"]) == "image/jpeg")
        #expect(accept.best(of: ["image/gif"]) == nil)
        #expect(AcceptHeader(nil).best(of: ["image/gif"]) == "image/gif")
        #expect(AcceptHeader("nonsense").ranges.isEmpty)
    }

    @Test("reads quoted parameters, with commas and semicolons in them")
    func quoted() throws {
        let accept = AcceptHeader(
            #"multipart/related; type="image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50", "#
                + #"Multipart/Related;TYPE="application/octet-stream";transfer-syntax="*";x="a,\"b""#)
        #expect(accept.ranges.count == 2)
        let jpeg = try #require(accept.ranges[0].ofParts)
        #expect(jpeg.takes("image/jpeg"))
        #expect(jpeg.transferSyntax == "1.2.840.10008.1.2.4.50")
        let octets = try #require(accept.ranges[1].ofParts)
        #expect(octets.takes("application/octet-stream"))
        #expect(octets.transferSyntax == "*")
        #expect(accept.ranges[1].parameters["x"] == #"a,"b"#)
        #expect(MediaRange("image/png")?.ofParts == nil)
        #expect(MediaRange("*/*")?.ofParts?.takes("image/jls") == true)
    }

    @Test(
        "gives stored bytes where they are taken, decoded ones where native is asked for",
        arguments: [
            (everySyntax, TransferSyntax.jpegLSLossless, InstanceForm.stored),
            (#"multipart/related; type="application/dicom""#, .explicitVRLittleEndian, .stored),
            (#"multipart/related; type="application/dicom""#, .jpegLSLossless, .nativeOrStored),
            (#"multipart/related; type="application/dicom""#, .mpeg4HighProfile, .stored),
            ("*/*", .jpegLSLossless, .stored),
            (
                #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1"#, .rleLossless,
                .native(.explicitVRLittleEndian)
            ),
            (
                #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.5"#, .rleLossless,
                .stored
            ),
        ])
    func instances(_ accept: String, _ stored: TransferSyntax, _ form: InstanceForm) throws {
        let negotiation = try InstanceNegotiation(AcceptHeader(accept), stored: [stored])
        #expect(negotiation.forms == [form])
        #expect(negotiation.isMultipart)
    }

    @Test("refuses forms that can't be made")
    func unacceptable() {
        for accept in [
            #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90"#,
            #"multipart/related; type="application/dicom+xml""#, "image/jpeg",
        ] {
            #expect(throws: HTTPProblem.notAcceptable) {
                try InstanceNegotiation(AcceptHeader(accept), stored: [.explicitVRLittleEndian])
            }
        }
        #expect(throws: HTTPProblem.notAcceptable) {
            try InstanceNegotiation(
                AcceptHeader(#"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1"#),
                stored: [.mpeg4HighProfile])
        }
    }

    @Test("lets each instance of a study go by the first range that suits it")
    func mixed() throws {
        let accept = AcceptHeader(
            #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80, "#
                + #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1;q=0.5"#)
        let negotiation = try InstanceNegotiation(
            accept, stored: [.jpegLSLossless, .rleLossless, .explicitVRLittleEndian])
        #expect(negotiation.forms == [.stored, .native(.explicitVRLittleEndian), .stored])
    }

    @Test("gives one instance without an envelope to whoever asks so, several never")
    func single() throws {
        let accept = AcceptHeader("application/dicom; transfer-syntax=*")
        let one = try InstanceNegotiation(accept, stored: [.jpegBaseline])
        #expect(!one.isMultipart)
        #expect(throws: HTTPProblem.notAcceptable) {
            try InstanceNegotiation(accept, stored: [.jpegBaseline, .jpegBaseline])
        }
    }

    @Test("prefers native pixels to stored ones unless the client says what it wants")
    func frames() {
        func forms(_ accept: String, _ stored: TransferSyntax, _ count: Int = 1) -> [String] {
            FrameForm.acceptable(AcceptHeader(accept), stored: stored, frameCount: count)
                .map { "\($0.bytes) \($0.mediaType)\($0.isMultipart ? "" : " alone")" }
        }
        #expect(forms("*/*", .jpegBaseline) == ["native application/octet-stream", "stored image/jpeg"])
        #expect(forms(nativeFrames, .jpegBaseline) == ["native application/octet-stream"])
        #expect(
            forms(#"multipart/related; type="application/octet-stream"; transfer-syntax=*"#, .jpegLSLossless) == [
                "stored application/octet-stream", "native application/octet-stream",
            ])
        #expect(forms(#"multipart/related; type="image/jls""#, .jpegLSLossless) == ["stored image/jls"])
        #expect(forms(#"multipart/related; type="image/*""#, .rleLossless) == ["stored image/dicom-rle"])
        #expect(forms(#"multipart/related; type="image/jp2""#, .jpegLSLossless) == [])
        #expect(
            forms(
                #"multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.70"#, .jpegBaseline) == [])
        #expect(forms("application/octet-stream", .explicitVRLittleEndian) == ["native application/octet-stream alone"])
        #expect(forms("application/octet-stream", .explicitVRLittleEndian, 2) == [])
        #expect(forms(#"multipart/related; type="image/jpeg""#, .explicitVRLittleEndian) == [])
    }

    @Test("gives addresses as the client reached us")
    func locations() throws {
        func base(_ authority: String?, _ ip: String, _ port: Int) throws -> String {
            ResourceLocations(authority: authority, reached: try SocketAddress(ipAddress: ip, port: port)).base
        }
        #expect(try base("puning.example:8443", "10.0.0.5", 8443) == "https://puning.example:8443/dicom-web")
        // Behind something that listens on 443.
        #expect(try base("puning.example", "10.0.0.5", 8443) == "https://puning.example/dicom-web")
        #expect(try base("10.0.0.5", "10.0.0.5", 8443) == "https://10.0.0.5:8443/dicom-web")
        #expect(try base("localhost", "127.0.0.1", 8443) == "https://localhost:8443/dicom-web")
        #expect(try base(nil, "10.0.0.5", 8443) == "/dicom-web")
    }
}
