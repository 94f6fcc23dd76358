// Is one file still what was received?

import DICOM
import Foundation
import Vocabulary

/// What is wrong with a file.
package enum FileFault: Hashable, Sendable {
    case missing
    /// Not what the catalogue says: a flipped byte, a cut, a head or a sector that cannot be read.
    case different(reason: String)

    package var state: FileState { self == .missing ? .missing : .damaged }

    /// For the operator; names no patient.
    package var reason: String {
        switch self {
        case .missing: "the file is not at its place"
        case .different(let reason): reason
        }
    }
}

package struct FileCheck: Sendable {
    private let store: any InstanceStore

    package init(_ store: any InstanceStore) { self.store = store }

    /// Reads the file again and holds it against its row. Blocks.
    ///
    /// - Parameter pace: told of each piece that was read; may wait, or throw to stop.
    /// - Returns: `nil` for an intact file.
    /// - Throws: what says nothing about the file: no permission, no descriptor left; and what `pace` throws.
    package func fault(
        of instance: InstanceRecord, pace: (_ bytes: Int) throws -> Void = { _ in }
    ) throws -> FileFault? {
        let path = try store.url(of: instance.path).path
        guard try Files.status(path) != nil else { return .missing }
        do {
            let (digest, size) = try Files.digest(path, from: instance.dataSetOffset, pace: pace)
            guard size == instance.size else {
                return .different(reason: "its data set has \(size) bytes, not \(instance.size)")
            }
            guard digest == instance.digest else {
                return .different(reason: "its data set's SHA-256 is \(digest), not \(instance.digest)")
            }
            let (meta, offset) = try FileMetaInformation.read(fromFile: path)
            guard offset == instance.dataSetOffset, meta.transferSyntax == instance.transferSyntax else {
                return .different(reason: "its head is not the one it came with")
            }
            return nil
        } catch let error as DICOMError {
            return .different(reason: "its head is damaged: \(error)")
        } catch let error as ArchiveError where error.code == .unreadable {
            return .different(reason: "it cannot be read: \(error)")
        }
    }
}
