// The structure of a stranger's file, checked before anything else parses it.

import Vocabulary

/// What the check found beside what it refuses.
package struct StructureReport: Hashable, Sendable {
    package let transferSyntax: TransferSyntax
    /// Where the data set begins, and its bytes up to the end of the file: what is digested and forwarded.
    package let dataSetOffset: Int
    package let dataSetSize: Int
    /// Irregular but harmless.
    package let notes: Set<StructureNote>
}

/// DCMTK's parser recurses without bound and believes lengths; this walk bounds both, without recursion, in one pass over
/// the element headers.
package enum StructureGuard {
    /// Throws `.notPart10`, `.malformed` or `.tooLarge`, the message being the reason a sender is told.
    @discardableResult
    package static func check(file path: String, limits: StructureLimits = StructureLimits()) throws -> StructureReport
    {
        try check(DICOMFile(path, limits: limits), limits: limits)
    }

    /// As above, for a file that is open already: its header can be read from the same `DICOMFile`.
    @discardableResult
    package static func check(
        _ file: DICOMFile, limits: StructureLimits = StructureLimits()
    ) throws -> StructureReport {
        var walker = file.walker(limits: limits)
        while try walker.next() != nil {}
        return StructureReport(
            transferSyntax: file.meta.transferSyntax, dataSetOffset: file.dataSetOffset, dataSetSize: file.dataSetSize,
            notes: walker.notes.union(file.notes))
    }
}
