// How long an association to a parent may stand still.

import DICOM
import Observability
import Vocabulary

/// A parent answers within seconds, so that silence means a line that forgot the connection; TCP does not show it where
/// something on the way still acknowledges. A parent that is slow after all gets twice the time with each failure, and the
/// usual time again once it has answered.
final class ParentPatience: Sendable {
    private static let longest = Duration.seconds(300)

    private let usual: Duration
    private let limits = LockedBox<[NodeName: Duration]>([:])

    init(usual: Duration) { self.usual = usual }

    func limit(for parent: NodeName) -> Duration { limits.withLock { $0[parent] ?? usual } }

    /// Learns from how an operation ends. Associations that end together count once.
    func watch<Result>(
        _ parent: NodeName, of association: Association, _ operation: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await operation()
            limits.withLock { _ = $0.removeValue(forKey: parent) }
            return result
        } catch let error as DICOMError where error.code == .timedOut {
            let limit = association.target.timeouts.standstill ?? usual
            limits.withLock { $0[parent] = max($0[parent] ?? usual, min(limit * 2, Self.longest)) }
            throw error
        }
    }
}
