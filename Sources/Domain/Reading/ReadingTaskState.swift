// Where a reading task stands.

import Database

/// The line from images to an acknowledged report, and the states beside it. `ReadingTaskStateMachine` draws the arrows.
package enum ReadingTaskState: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    /// 等待影像: the manifest is not complete, or an expected order is still awaited.
    case waitingForImages
    /// 待报告: free to be claimed.
    case ready
    /// 报告中: a radiologist holds it on a lease.
    case claimed
    /// 待审核: the preliminary report is signed. A reviewer claims it without leaving this state.
    case preliminary
    /// 已审核: the final report is signed, its instances are not stored yet.
    case final
    /// 已发布: the report's instances are stored and on their way home.
    case released
    /// 已送达: the report is at the node where the study was acquired.
    case delivered
    /// 已确认: somebody there has seen it.
    case acknowledged

    /// 转交中: offered to another node and frozen here until that node answers.
    case offered
    /// 已转交: owned by another node, whose state is mirrored in `ReadingTask.remoteState`.
    case forwarded
    /// 退回重拍: the images cannot be read; the radiographer takes new ones.
    case returnedForRetake
    /// 已召回: the signed report is wrong and must be corrected.
    case recalled
    case cancelled

    /// Somebody with a reading role has something to do or is doing it.
    package static let onTheReadersDesk: Set<ReadingTaskState> = [.ready, .claimed, .preliminary, .recalled]

    /// Signed for good: years of these lie behind every node.
    package static let read: Set<ReadingTaskState> = [.final, .released, .delivered, .acknowledged]

    /// Neither a reader nor the network has anything left to do.
    package var isDone: Bool { self == .acknowledged || self == .cancelled }
}
