// The entries of a zip file, one after the other.

import CArchive
import Foundation

/// What bounds reading a stranger's zip file: a small one may hold petabytes.
package struct UnpackingLimits: Hashable, Sendable {
    package var entries = 200_000
    /// Unpacked, all entries together that were read.
    package var bytes: Int64 = 64 << 30

    package init() {}
}

/// Reads a zip file front to back. Names are shown to people and never used as paths. Only zip, and none inside another.
/// Not Sendable: one thread reads. Blocks.
package final class ZipReader {
    package struct Entry: Hashable, Sendable {
        /// As far as it can be read; entries without a name are numbered.
        package var name: String
        /// What the zip file says, which may be wrong; `nil` where it says nothing.
        package var size: Int64?
    }

    private let archive: OpaquePointer
    /// libarchive converts names through the thread's locale, which a daemon has none of.
    private let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
    private let limits: UnpackingLimits
    private var entries = 0
    private var bytes: Int64 = 0

    /// - Throws: `.damaged` where it is no zip file, `.io`.
    package init(file path: String, limits: UnpackingLimits = UnpackingLimits()) throws {
        guard let archive = archive_read_new() else {
            throw UnpackingError(code: .io, message: "there is no memory to read a zip file")
        }
        self.archive = archive
        self.limits = limits
        archive_read_support_format_zip(archive)
        guard archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK else {
            throw failure("the zip file cannot be opened")
        }
    }

    deinit {
        archive_read_free(archive)
        if let locale { freelocale(locale) }
    }

    /// The bytes that every zip file begins with; an empty one holds nothing of interest.
    package static func isZip(_ head: some Sequence<UInt8>) -> Bool {
        head.prefix(4).elementsEqual([0x50, 0x4B, 3, 4])
    }

    /// The next regular file; `nil` at the end.
    ///
    /// - Throws: `.damaged`, `.encrypted`, `.tooLarge`.
    package func next() throws -> Entry? {
        let before = locale.flatMap { uselocale($0) }
        defer { if let before { uselocale(before) } }
        while true {
            var entry: OpaquePointer?
            let status = archive_read_next_header(archive, &entry)
            if status == ARCHIVE_EOF { return nil }
            guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else {
                throw failure("the zip file is damaged")
            }
            entries += 1
            guard entries <= limits.entries else {
                throw UnpackingError(
                    code: .tooLarge, message: "the zip file has more than \(limits.entries) entries, the limit here")
            }
            // AE_IFREG, a macro that Swift does not see.
            guard archive_entry_filetype(entry) & 0o170000 == 0o100000 else { continue }
            if archive_entry_is_encrypted(entry) == 1 {
                throw UnpackingError(code: .encrypted, message: "the zip file has a password; unpack it first")
            }
            let size = archive_entry_size_is_set(entry) != 0 ? Int64(archive_entry_size(entry)) : nil
            return Entry(name: name(of: entry), size: size)
        }
    }

    /// The next bytes of the entry, at most as many as `buffer` holds; 0 at its end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw failure("the zip file is damaged") }
        bytes += Int64(count)
        guard bytes <= limits.bytes else {
            throw UnpackingError(
                code: .tooLarge, message: "the zip file unpacks to more than \(limits.bytes >> 30) GiB, the limit here")
        }
        return count
    }

    private func name(of entry: OpaquePointer) -> String {
        if let text = archive_entry_pathname_utf8(entry) { return String(cString: text) }
        guard let raw = archive_entry_pathname(entry) else { return "#\(entries)" }
        let data = Data(bytes: raw, count: strlen(raw))
        // Chinese Windows writes names in its own code page and doesn't say so.
        let gb18030 = String.Encoding(rawValue: 0x8000_0632)
        return String(data: data, encoding: .utf8) ?? String(data: data, encoding: gb18030)
            ?? String(decoding: data, as: UTF8.self)
    }

    private func failure(_ what: String) -> UnpackingError {
        let why = archive_error_string(archive).map { String(cString: $0) } ?? ""
        let isLocked =
            why.localizedCaseInsensitiveContains("passphrase") || why.localizedCaseInsensitiveContains("encrypt")
        if isLocked { return UnpackingError(code: .encrypted, message: "the zip file has a password; unpack it first") }
        return UnpackingError(code: .damaged, message: "\(what): \(why)")
    }
}
