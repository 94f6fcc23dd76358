// What is written beside a refused file.

import Foundation
import Vocabulary

enum RefusalText {
    /// Plain words for whoever dropped the file; the exact reason in English for whoever is asked.
    static func text(_ reason: String, at time: Timestamp) -> String {
        [
            "接力没有接收这个文件。", chinese(reason), "请在设备上重新导出后再放入本文件夹；仍不成功时，请把本说明交给运维人员。", "",
            "Jieli did not take this file.", "Reason: \(reason)",
            "Export it again and drop it once more; if that does not help,"
                + " show this note to the operator.", "Time: \(time)",
        ].joined(separator: "\r\n")
    }

    private static func chinese(_ reason: String) -> String {
        let known: [(String, String)] = [
            ("not a DICOM", "原因：不是 DICOM 文件。"), ("Part 10", "原因：不是 DICOM 文件。"), ("cut off", "原因：文件不完整（可能没有复制完）。"),
            ("beyond the end", "原因：文件不完整（可能没有复制完）。"), ("ends inside", "原因：文件不完整（可能没有复制完）。"),
            ("other bytes", "原因：已有同一编号但内容不同的影像。"), ("lies aside", "原因：该检查编号属于另一家医院。"),
            ("storage class", "原因：不是可保存的影像对象。"), ("cannot be opened", "原因：文件打不开，请检查权限。"),
        ]
        return known.first { reason.contains($0.0) }?.1 ?? "原因：文件内容有误（详见下面的英文说明）。"
    }
}
