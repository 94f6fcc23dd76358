import Foundation
import TestSupport
import Testing
import Unpacking

@Suite("Zip files")
struct ZipReaderTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Made by Python, which writes what it is told.
    private func zip(_ script: String) async throws -> String {
        let path = directory.appending("made.zip")
        let opening = "import zipfile, sys\nz = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n"
        let done = try await Program.run(
            ["python3", "-c", "\(opening)\(script)\nz.close()", path], executable: "/usr/bin/env")
        try #require(done.code == 0, "\(done.errors)")
        return path
    }

    private func contents(_ path: String, limits: UnpackingLimits = UnpackingLimits()) throws -> [(String, [UInt8])] {
        let reader = try ZipReader(file: path, limits: limits)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
        defer { buffer.deallocate() }
        var found: [(String, [UInt8])] = []
        while let entry = try reader.next() {
            var bytes: [UInt8] = []
            while true {
                let count = try reader.read(into: buffer)
                if count == 0 { break }
                bytes += buffer[..<count]
            }
            found.append((entry.name, bytes))
        }
        return found
    }

    @Test("hand out their files one after the other, whatever they are called")
    func entries() async throws {
        let path = try await zip(
            """
            z.writestr('a/b.dcm', b'x' * 1000)
            z.writestr('../../etc/passwd', b'evil')
            z.writestr('检查/影像1.dcm', b'y')
            z.writestr('empty/', b'')
            """)
        let found = try contents(path)
        #expect(found.map(\.0) == ["a/b.dcm", "../../etc/passwd", "检查/影像1.dcm"])
        #expect(found.map(\.1.count) == [1000, 4, 1])
    }

    @Test("names in the code page of Chinese Windows are read")
    func gb18030() async throws {
        let path = try await zip("z.writestr('XXXX.dcm', b'y')")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // 张三 in GBK, in the local and in the central header.
        while let place = bytes.range(of: Data("XXXX".utf8)) {
            bytes.replaceSubrange(place, with: [0xD5, 0xC5, 0xC8, 0xFD])
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try contents(path).map(\.0) == ["张三.dcm"])
    }

    @Test("that swell are stopped at the limit")
    func bomb() async throws {
        let path = try await zip("z.writestr('zeros', b'\\0' * 50_000_000)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count < 100_000)
        var limits = UnpackingLimits()
        limits.bytes = 1_000_000
        #expect(throws: UnpackingError(code: .tooLarge, message: "")) { try contents(path, limits: limits) }
        limits = UnpackingLimits()
        limits.entries = 3
        let many = try await zip("for n in range(5): z.writestr(str(n), b'')")
        #expect(throws: UnpackingError(code: .tooLarge, message: "")) { try contents(many, limits: limits) }
    }

    @Test("that are cut off or no zip files are refused")
    func damaged() async throws {
        let path = try await zip("import random\nz.writestr('a', random.randbytes(100_000))")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(50_000).write(to: URL(fileURLWithPath: path))
        #expect(throws: UnpackingError(code: .damaged, message: "")) { try contents(path) }
        try Data("no zip at all, but long enough to be looked at".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: UnpackingError(code: .damaged, message: "")) { try contents(path) }
    }
}
