// Objects that this node makes, as files at the door.

import Archive
import DICOM
import Foundation
import Vocabulary

/// Writes a data set into the landing zone, signed where this node signs; intake takes it from there like any other.
struct MadeInstance {
    let store: any InstanceStore
    let seal: SigningKeyFiles?

    func land(_ dataSet: DataSetBuilder, isStructuredReport: Bool, for purpose: String) throws -> Arrival {
        let landing = try store.landing()
        let file =
            try seal.map { try dataSet.signedPart10(with: $0, isStructuredReport: isStructuredReport) }
            ?? dataSet.part10()
        try file.write(to: URL(fileURLWithPath: landing.path))
        let offset = try FileMetaInformation.read(fromFile: landing.path).dataSetOffset
        let bytes = file.dropFirst(Int(offset))
        return Arrival(
            landing: landing, digest: Digest(of: bytes), size: Int64(bytes.count),
            source: InstanceSource(kind: .made, name: purpose), isNetworkMade: true)
    }

    /// The same for the same words, so that what is repeated after a crash makes the same instances.
    static func uid<UID: UniqueIdentifier>(of words: String) -> UID {
        let digest = Digest(of: words.utf8).hexadecimal
        return UID(unchecked: "2.25.\(UInt128(digest.prefix(32), radix: 16) ?? 1)")
    }
}
