// The bytes behind a delivery.

import Archive
import DICOM
import Foundation
import Observability
import Relay
import Vocabulary

/// A stored Part 10 file that is to be sent, by whichever way.
package struct OutgoingFile: Hashable, Sendable {
    package var path: String
    /// Where the data set begins; it goes to the end of the file.
    package var dataSetOffset: Int64
    /// Of the data set, as it is sent.
    package var size: Int64
    /// SHA-256 of the data set that is to be sent.
    package var digest: Digest
    package var transferSyntax: TransferSyntax

    /// Why there is none: a sentence for the operator.
    package struct Missing: Error, Hashable {
        package let sentence: String
        /// Only a compressed copy is lost; the archive has what was acquired.
        package var isCopy = false

        package var outcome: DeliveryOutcome { isCopy ? .copyUnusable(sentence) : .unsendable(sentence) }
    }

    /// The file, if it is there and as long as it was: what doesn't hash to its digest any more is found by `verify`.
    package static func locate(
        _ delivery: Delivery, in flow: FlowContext
    ) async throws -> Result<OutgoingFile, Missing> {
        if delivery.compression == .made, let sent = delivery.sent {
            return try await copy(of: delivery, as: sent, in: flow)
        }
        let wanted = delivery.sent?.digest ?? delivery.digest
        let record = try await flow.database.read { [catalogue = flow.catalogue] in
            try catalogue.instance(delivery.sopInstance, in: $0)
        }
        guard let record, record.digest == wanted else {
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

    /// Hashed before each sending: a copy that was damaged on the disk never leaves.
    private static func copy(
        of delivery: Delivery, as sent: SentForm, in flow: FlowContext
    ) async throws -> Result<OutgoingFile, Missing> {
        let copy = try await flow.database.read { [ledger = flow.compressedCopies] in
            try ledger.copy(of: delivery.sopInstance, in: $0)
        }
        guard let folder = flow.outgoing, let copy, copy.form == sent else {
            return .failure(Missing(sentence: "its compressed copy is gone", isCopy: true))
        }
        let path = folder.file(copy.file)
        do {
            let offset = try FileMetaInformation.read(fromFile: path).dataSetOffset
            guard try InstanceFile.digest(ofFile: path, from: offset) == sent.digest else {
                return .failure(Missing(sentence: "its compressed copy is damaged", isCopy: true))
            }
            return .success(
                OutgoingFile(
                    path: path, dataSetOffset: offset, size: sent.size, digest: sent.digest,
                    transferSyntax: sent.transferSyntax))
        } catch {
            return .failure(Missing(sentence: "its compressed copy cannot be read: \(error.sentence)", isCopy: true))
        }
    }
}
