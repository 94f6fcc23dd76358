// Running a program to its end.

import Foundation

/// What a program said and how it ended.
package struct ProgramResult: Sendable {
    package var code: Int32
    package var output: String
    package var errors: String

    package init(code: Int32, output: String, errors: String) {
        self.code = code
        self.output = output
        self.errors = errors
    }
}

package enum Program {
    /// The command line under test, built beside the tests.
    package static var jieli: String {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appending(path: "jieli").path
    }

    /// The root of the package: where TestImages lie.
    package static let packageRoot = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Runs the command line, or another `executable`, and waits for it; a cancelled test ends it.
    package static func run(
        _ arguments: [String], executable: String = jieli, input: String? = nil
    ) async throws -> ProgramResult {
        let directory = try TemporaryDirectory()
        let (output, errors) = (directory.appending("output"), directory.appending("errors"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardOutput = try handle(output)
        process.standardError = try handle(errors)
        let pipe = Pipe()
        process.standardInput = input == nil ? FileHandle.nullDevice : pipe
        let ended = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        if let input {
            try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        }
        for await _ in ended.stream {}
        if process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        return ProgramResult(
            code: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }

    private static func handle(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}
