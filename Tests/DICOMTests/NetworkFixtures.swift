// Certificates, files, bare sockets and foreign tools for the network's tests.

import DICOM
import Foundation
import Glibc
import Logging
import Observability
import Testing
import Vocabulary

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A directory of its own, removed afterwards.
func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = NSTemporaryDirectory() + "/dicom-network-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path)") }
    }
    return try await body(path)
}

struct ToolFailure: Error { var output: String }

/// Runs a program to its end, off the cooperative pool. Returns its exit code and everything it printed.
func run(_ program: String, _ arguments: [String], in directory: String) async throws -> (code: Int32, output: String) {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/" + program)
            process.arguments = arguments
            process.currentDirectoryURL = URL(fileURLWithPath: directory)
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            do {
                try process.run()
                let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
                process.waitUntilExit()
                continuation.resume(
                    returning: (process.terminationStatus, String(decoding: output, as: UTF8.self)))
            } catch {
                continuation.resume(throwing: error)
            }
        }
        thread.start()
    }
}

// MARK: Certificates

/// An authority and certificates below it, made with the openssl program.
struct TestAuthority {
    let directory: String
    let name: String
    var file: String { "\(directory)/\(name).pem" }

    init(_ name: String, in directory: String) async throws {
        self.directory = directory
        self.name = name
        try await openssl(
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)"]
                + ["-keyout", "\(name).key", "-out", "\(name).pem"])
    }

    func credentials(
        _ subject: String, names: String = "IP:127.0.0.1,DNS:localhost"
    ) async throws -> TLSCredentials {
        let extensions = "subjectAltName=\(names),URI:urn:jieli:node:\(subject)\n"
        try extensions.write(toFile: "\(directory)/\(subject).ext", atomically: true, encoding: .utf8)
        try await openssl(
            ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(subject)"]
                + ["-keyout", "\(subject).key", "-out", "\(subject).csr"])
        try await openssl(
            ["x509", "-req", "-in", "\(subject).csr", "-CA", "\(name).pem", "-CAkey", "\(name).key"]
                + ["-CAcreateserial", "-days", "2", "-extfile", "\(subject).ext", "-out", "\(subject).pem"])
        return TLSCredentials(
            certificateFile: "\(directory)/\(subject).pem", privateKeyFile: "\(directory)/\(subject).key",
            certificateAuthorityFile: file)
    }

    private func openssl(_ arguments: [String]) async throws {
        let result = try await run("openssl", arguments, in: directory)
        guard result.code == 0 else { throw ToolFailure(output: result.output) }
    }
}

// MARK: Files

/// A Part 10 file with a sequence of undefined length, whose bytes a re-encoding sender would change.
struct TestInstance {
    let path: String
    let study: String
    let sopInstanceUID: String
    let digest: Vocabulary.Digest

    var outgoing: OutgoingInstance { OutgoingInstance(path: path) }

    init(
        in directory: String, pixelBytes: Int = 4096, syntax: TransferSyntax = .explicitVRLittleEndian,
        study: StudyInstanceUID = .generate()
    ) throws {
        let uid = SOPInstanceUID.generate().rawValue
        var data = Data()
        func add(_ group: UInt16, _ element: UInt16, _ vr: String, _ value: [UInt8], length: UInt32? = nil) {
            data.append(contentsOf: [UInt8(group & 255), UInt8(group >> 8), UInt8(element & 255), UInt8(element >> 8)])
            let length = length ?? UInt32(value.count)
            let long = (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
            if syntax.isImplicitVR {
                data.append(contentsOf: long)
            } else {
                data.append(contentsOf: Array(vr.utf8))
                data.append(contentsOf: ["OW", "SQ", "OB"].contains(vr) ? [0, 0] + long : Array(long.prefix(2)))
            }
            data.append(contentsOf: value)
        }
        func text(_ value: String) -> [UInt8] { Array(value.utf8) + (value.utf8.count % 2 == 1 ? [0] : []) }
        func number(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
        add(0x0008, 0x0016, "UI", text(SOPClass.secondaryCapture.rawValue))
        add(0x0008, 0x0018, "UI", text(uid))
        add(0x0008, 0x1140, "SQ", [], length: 0xFFFF_FFFF)
        data.append(contentsOf: [0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF])
        add(0x0008, 0x1155, "UI", text("1.2.3"))
        data.append(contentsOf: [0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0])
        add(0x0020, 0x000D, "UI", text(study.rawValue))
        add(0x0020, 0x000E, "UI", text(study.rawValue + ".1"))
        add(0x0028, 0x0002, "US", number(1))
        add(0x0028, 0x0010, "US", number(1))
        add(0x0028, 0x0011, "US", number(UInt16(clamping: pixelBytes)))
        add(0x0028, 0x0100, "US", number(8))
        var generator = SystemRandomNumberGenerator()
        var pixels = [UInt8](repeating: 0, count: pixelBytes)
        for index in stride(from: 0, to: pixelBytes, by: 97) {
            pixels[index] = UInt8.random(in: 0...255, using: &generator)
        }
        add(0x7FE0, 0x0010, "OW", pixels)

        let meta = FileMetaInformation(
            mediaStorageSOPClassUID: SOPClass.secondaryCapture.rawValue, mediaStorageSOPInstanceUID: uid,
            transferSyntax: syntax)
        path = "\(directory)/\(uid).dcm"
        self.study = study.rawValue
        sopInstanceUID = uid
        digest = Vocabulary.Digest(of: data)
        try (meta.encoded() + data).write(to: URL(fileURLWithPath: path))
    }
}

/// The digest of the data set in a Part 10 file.
func dataSetDigest(ofFile path: String) throws -> Vocabulary.Digest {
    let offset = try FileMetaInformation.read(fromFile: path).dataSetOffset
    return Vocabulary.Digest(of: try Data(contentsOf: URL(fileURLWithPath: path)).dropFirst(Int(offset)))
}

// MARK: Serving

/// A listener that serves while `body` runs.
func withListener<Result: Sendable>(
    _ handler: any AssociationHandler, tls: TLSCredentials? = nil, logger: Logger = quiet,
    configure: (inout ListenerConfiguration) -> Void = { _ in },
    _ body: (_ port: Int, _ listener: AssociationListener) async throws -> Result
) async throws -> Result {
    var configuration = ListenerConfiguration(port: 0, tls: tls)
    configuration.gracePeriod = .seconds(1)
    configure(&configuration)
    let listener = try AssociationListener(configuration: configuration, handler: handler, logger: logger)
    let port = try listener.start()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await listener.run() }
        let result = try await body(port, listener)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

func target(
    _ port: Int, tls: TLSCredentials? = nil,
    contexts: [ProposedContext] = [
        .verification,
        ProposedContext(sopClass: .secondaryCapture, transferSyntaxes: [.explicitVRLittleEndian]),
        ProposedContext(sopClass: .secondaryCapture, transferSyntaxes: [.implicitVRLittleEndian]),
    ]
) throws -> AssociationTarget {
    guard let calling = AETitle(rawValue: "SCU"), let called = AETitle(rawValue: "SCP") else {
        throw ToolFailure(output: "AE titles")
    }
    return AssociationTarget(
        address: PeerAddress(host: "127.0.0.1", port: port), calling: calling, called: called, contexts: contexts,
        tls: tls)
}

/// In closures whose only `try` would stand inside the macro, where the compiler does not look for it.
func expectSuccess(_ status: DIMSEStatus, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(status == .success, sourceLocation: sourceLocation)
}

// MARK: Bare sockets

/// A TCP client that says what it is told to, and nothing else.
final class RawClient: Sendable {
    let descriptor: Int32

    /// - Parameter source: an address of this machine to call from, in host order.
    init(port: Int, from source: UInt32 = 0) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if source != 0 {
            var own = sockaddr_in()
            own.sin_family = sa_family_t(AF_INET)
            own.sin_addr.s_addr = in_addr_t(source).bigEndian
            let status = withUnsafePointer(to: &own) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else { throw ToolFailure(output: "bind: \(errno)") }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw ToolFailure(output: "connect: \(errno)") }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// What comes next; `nil` at the end.
    func receive() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            Thread { [descriptor] in
                var buffer = [UInt8](repeating: 0, count: 65536)
                let count = recv(descriptor, &buffer, buffer.count, 0)
                continuation.resume(returning: count > 0 ? Array(buffer[..<count]) : nil)
            }.start()
        }
    }

    /// Reads until the peer closes.
    func readToEnd() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            Thread { [descriptor] in
                var all: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = recv(descriptor, &buffer, buffer.count, 0)
                    if count <= 0 { break }
                    all += buffer[..<count]
                }
                continuation.resume(returning: all)
            }.start()
        }
    }
}
