// What a person may do at a node.

package enum UserRole: String, Hashable, Codable, Sendable, CaseIterable {
    /// 技师: sends studies, writes orders, receives reports.
    case radiographer
    /// 报告医生: claims, drafts, signs preliminary reports.
    case radiologist
    /// 审核医生: everything a radiologist does, and signs final reports.
    case reviewer
    /// 运维: queues, links, conflicts.
    case `operator`
    /// 管理员: accounts and configuration.
    case administrator
}
