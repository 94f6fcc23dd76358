// Where the tests' DICOM files lie.

import Foundation
import Testing

/// The real and the malformed files that stand beside the checkout on a developer's machine, with their manifest.
enum RealFiles {
    struct Entry: Sendable, CustomTestStringConvertible {
        let file: String
        let path: String
        let expect: String
        let transferSyntax: String
        let hasPixels: Bool
        /// Reports, waveforms, plans, and images that have lost their pixels; by the manifest.
        let hasNoPixels: Bool

        var testDescription: String { file }
    }

    static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let root = packageRoot.deletingLastPathComponent().appending(path: "shared/dicom")

    static let entries: [Entry] = {
        guard let text = try? String(contentsOf: root.appending(path: "MANIFEST.tsv"), encoding: .utf8) else {
            return []
        }
        let lines = text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        guard let head = lines.first?.map(String.init) else { return [] }
        func column(_ name: String) -> Int { head.firstIndex(of: name) ?? 0 }
        return lines.dropFirst().map { line in
            let (file, pixels) = (String(line[column("file")]), line[column("pixels")])
            return Entry(
                file: file, path: root.appending(path: file).path,
                expect: String(line[column("expect")]), transferSyntax: String(line[column("transfer_syntax")]),
                hasPixels: pixels.hasPrefix("decoded"),
                hasNoPixels: line[column("rows_x_cols_x_frames")].isEmpty || pixels.isEmpty && !file.contains("float"))
        }
    }()

    static var arePresent: Bool { !entries.isEmpty }
    /// Said of a test that is left out.
    static let wanted: Comment = "needs ../shared/dicom"
    static let good = entries.filter { $0.expect == "ok" }
    static let bad = entries.filter { $0.expect != "ok" }

    static func path(_ file: String) -> String { root.appending(path: file).path }
}

/// One of DCMTK's tools, or another program, as a second opinion.
struct Tool {
    struct Result {
        let status: Int32
        let output: String
    }

    static func isInstalled(_ name: String) -> Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/\(name)") }

    @discardableResult
    static func run(_ name: String, _ arguments: String...) throws -> Result { try run(name, arguments) }

    @discardableResult
    static func run(_ name: String, _ arguments: [String]) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(name)")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }
}
