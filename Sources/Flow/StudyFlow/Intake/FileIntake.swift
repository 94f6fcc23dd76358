// From a file on some disk into the archive.

import Archive
import Crypto
import DICOM
import Foundation
import Observability
import Vocabulary

/// Takes a Part 10 file that lies anywhere: it is copied into the landing zone, hashed on the way, and goes through
/// `InstanceIntake` like everything else. The file itself is neither changed nor removed. Blocks.
package struct FileIntake: Sendable {
    /// Whom a file comes from; see `Arrival`.
    package struct Origin: Hashable, Sendable {
        package var source: InstanceSource
        package var sender: NodeName?
        package var isNetworkMade = false
        package var issuer: String?
        package var address: String?

        package init(_ source: InstanceSource, issuer: String? = nil) {
            self.source = source
            self.issuer = issuer
        }
    }

    private let flow: FlowContext
    private let reserve: SpaceReserve

    /// - Parameter reserve: of the archive's disk, that no file may use up; the node's own where nothing else is said.
    package init(_ flow: FlowContext, reserve: SpaceReserve? = nil) {
        self.flow = flow
        self.reserve = reserve ?? flow.node.storage.reserve
    }

    /// - Parameters:
    ///   - path: of a regular file that nobody writes to.
    ///   - origin: where it comes from; its landing file, digest and size are filled in.
    /// - Throws: `IntakeError` for a refusal that stays one; `ArchiveError` and `DatabaseError` where storage failed,
    ///   `.full` where the disk has no room.
    package func take(
        _ path: String, origin: Origin, manner: IntakeManner = .keeping
    ) throws -> Accepted {
        do {
            let offset = try FileMetaInformation.read(fromFile: path).dataSetOffset
            return try InstanceIntake(flow).accept(try land(path, hashingFrom: offset, origin), manner: manner)
        } catch let error as DICOMError {
            throw IntakeError(error)
        }
    }

    /// Keeps a copy of a refused file in quarantine, if it says that it is DICOM: whatever else lies in a folder or on a
    /// disc is nobody's study.
    package func quarantine(_ path: String, origin: Origin, for refusal: IntakeError) throws {
        let offset: Int64
        do {
            let (meta, begin) = try FileMetaInformation.read(fromFile: path)
            // The table of contents of a disc (PS3.4 I.4).
            if meta.mediaStorageSOPClassUID == SOPClass.mediaDirectory.rawValue { return }
            offset = begin
        } catch let error as DICOMError {
            if error.code == .notPart10 || error.code == .io { return }
            offset = 0
        }
        try Quarantine(flow).keep(try land(path, hashingFrom: offset, origin), for: refusal)
    }

    private func land(_ path: String, hashingFrom offset: Int64, _ origin: Origin) throws -> Arrival {
        let landing = try flow.store.landing()
        do {
            let (digest, size) = try copy(path, to: landing, hashingFrom: offset)
            return Arrival(
                landing: landing, digest: digest, size: size, source: origin.source, sender: origin.sender,
                isNetworkMade: origin.isNetworkMade, issuer: origin.issuer, address: origin.address)
        } catch {
            try flow.store.discard(landing)
            throw error
        }
    }

    private func copy(
        _ path: String, to landing: LandingFile, hashingFrom offset: Int64
    ) throws -> (digest: Vocabulary.Digest, size: Int64) {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw Self.failure("reading the file") }
        defer { close(source) }
        let target = open(landing.path, O_WRONLY | O_CLOEXEC)
        guard target >= 0 else { throw Self.failure("writing the file") }
        defer { close(target) }
        var facts = stat()
        guard fstat(source, &facts) == 0 else { throw Self.failure("reading the file") }
        guard reserve.admits(Int64(facts.st_size), in: try flow.store.freeSpace()) else {
            throw ArchiveError(code: .full, message: "the archive's disk has no room for the file")
        }
        var hash = SHA256()
        var position: Int64 = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(source, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("reading the file") }
            guard count > 0 else { return (Vocabulary.Digest(hash.finalize()), max(0, position - offset)) }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            try Self.writeAll(bytes, to: target)
            let head = Int(min(max(offset - position, 0), Int64(count)))
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[head...]))
            position += Int64(count)
        }
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("writing the file") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    private static func failure(_ doing: String) -> ArchiveError {
        let number = errno
        return ArchiveError(
            code: number == ENOSPC || number == EDQUOT ? .full : .io,
            message: "\(doing) failed: \(String(cString: strerror(number)))")
    }
}

extension IntakeError {
    /// A file that DICOM cannot be made of.
    package init(_ error: DICOMError) {
        self.init(
            code: error.code == .tooLarge ? .beyondLimits : .unreadable, comment: error.message,
            message: error.sentence)
    }

    /// What an error in the landing zone means: the object's fault, or our disk's, which is no reason to refuse it for good.
    static func judgement(of error: DICOMError) -> any Error {
        switch error.code {
        case .io: ArchiveError(code: .io, message: "a received file cannot be read again", cause: error)
        case .storageFull: ArchiveError(code: .full, message: "a received file cannot be checked", cause: error)
        default: IntakeError(error)
        }
    }
}
