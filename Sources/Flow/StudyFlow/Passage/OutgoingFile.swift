// The bytes behind a delivery.

import Archive
import Foundation
import Relay
import Vocabulary

/// A stored Part 10 file that is to be sent, by whichever way.
package struct OutgoingFile: Hashable, Sendable {
    package var path: String
    /// Where the data set begins; it goes to the end of the file.
    package var dataSetOffset: Int64
    /// Of the data set, as it is sent.
    package var size: Int64
    package var digest: Digest
    package var transferSyntax: TransferSyntax

    /// Why there is none: a sentence for the operator.
    package struct Missing: Error, Hashable {
        package let sentence: String
    }

    /// The file, if it is there and as long as it was: what doesn't hash to its digest any more is found by `verify`.
    package static func locate(
        _ delivery: Delivery, in flow: FlowContext
    ) async throws -> Result<OutgoingFile, Missing> {
        let record = try await flow.database.read { [catalogue = flow.catalogue] in
            try catalogue.instance(delivery.sopInstance, in: $0)
        }
        guard let record, record.digest == delivery.digest else {
            return .failure(Missing(sentence: "the instance is not in the archive; run 'jieli verify'"))
        }
        guard record.isHere else {
            return .failure(
                Missing(
                    sentence: record.fileState.isFault
                        ? "the instance's file was found \(record.fileState.rawValue); it goes on when it is repaired"
                        : "the instance's file was evicted; it goes on when it is back"))
        }
        let path = try flow.store.url(of: record.path).path
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            return .failure(Missing(sentence: "the instance's file is gone; restore it and run 'jieli verify'"))
        }
        guard Int64(facts.st_size) == record.dataSetOffset + record.size else {
            return .failure(
                Missing(sentence: "the instance's file has another length than when it came; run 'jieli verify'"))
        }
        return .success(
            OutgoingFile(
                path: path, dataSetOffset: record.dataSetOffset, size: record.size, digest: record.digest,
                transferSyntax: record.transferSyntax))
    }
}
