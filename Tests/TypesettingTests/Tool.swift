import Foundation
import Testing

/// Another program that judges our files.
enum Tool {
    /// Standard output; the test fails if the program does.
    static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(arguments[0]) failed")
        return String(decoding: data, as: UTF8.self)
    }

    /// Of Debian's libpdfbox2-java, and the two that Java no longer brings itself.
    static let javaLibraries = [
        "preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api",
    ].map { "/usr/share/java/\($0).jar" }

    static var hasPreflight: Bool { javaLibraries.allSatisfy { FileManager.default.fileExists(atPath: $0) } }

    /// What PDFBox Preflight says of each file as PDF/A-1b.
    static func preflight(_ paths: [String]) throws -> [String] {
        let program = try #require(
            Bundle.module.url(forResource: "ValidateArchival", withExtension: "java", subdirectory: "Resources"))
        let classes = javaLibraries.joined(separator: ":")
        return try run(["java", "-cp", classes, program.path] + paths).split(separator: "\n").map(String.init)
    }
}
