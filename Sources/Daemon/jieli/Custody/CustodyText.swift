// A study's chain as a person reads it.

import Observability
import StudyFlow
import Vocabulary

struct CustodyText {
    private let report: CustodyReport
    private let say: TerminalLanguage

    init(_ report: CustodyReport, in language: TerminalLanguage) {
        self.report = report
        say = language
    }

    func text(instances: Bool) -> String {
        var parts = [head, nodes]
        if let released = report.report { parts.append(home(released)) }
        if instances { parts.append(list) }
        parts.append(verdict)
        return parts.joined(separator: "\n\n")
    }

    private func time(_ timestamp: Timestamp?) -> String { timestamp?.description ?? "–" }

    private var head: String {
        let count = report.instances.count
        var here = [
            say("\(report.count(.intact)) 份与采集时一致（刚刚重新计算）", "\(report.count(.intact)) as acquired (hashed again now)")
        ]
        func add(_ copy: LocalCopy, _ chinese: String, _ english: String) {
            let number = report.count(copy)
            if number > 0 { here.append(say("\(number) 份\(chinese)", "\(number) \(english)")) }
        }
        add(.evicted, "已按期清除，以上级签收为准", "evicted, proven by the nodes above")
        add(.missing, "缺失", "missing")
        add(.different, "内容不符", "different")
        var rows = [[say("检查", "study"), report.study.rawValue + (report.accessionNumber.map { "  (\($0))" } ?? "")]]
        rows.append([say("采集", "acquired"), "\(report.origin)"])
        rows.append([
            say("到达本节点", "arrived here"),
            say("\(count) 个实例", "\(count) instances")
                + say("，来自 ", " from ") + report.sources.joined(separator: ", ")
                + say("，", ", ") + "\(time(report.firstArrival)) – \(time(report.lastArrival))",
        ])
        rows.append([say("本节点 \(report.node)", "here at \(report.node)"), here.joined(separator: say("，", ", "))])
        return TerminalText.table(rows)
    }

    private var nodes: String {
        guard !report.nodes.isEmpty else {
            return say("没有上级节点的回执。", "No node above has signed for it.")
        }
        let heading = [
            say("上级节点", "node above"), say("已证明", "proven"), say("签名", "signatures"),
            say("最近签署", "last signed"), say("证书有效期", "certificate"), say("仍欠", "still owed"),
        ]
        return TerminalText.table(
            [heading]
                + report.nodes.map { node in
                    [
                        node.node.rawValue, "\(node.proven)/\(node.expected)", String(node.signatures),
                        time(node.lastSignedAt),
                        node.validity.map { "\(day($0.from)) – \(day($0.until))" } ?? "–",
                        node.owedBy.map { say("\($0) 自 ", "by \($0) since ") + time(node.owedSince) } ?? "",
                    ]
                })
    }

    private func day(_ timestamp: Timestamp) -> String { String(timestamp.description.prefix(10)) }

    private func home(_ released: ReportCustody) -> String {
        TerminalText.table([
            [
                say("报告", "report"),
                say(
                    "在 \(released.readAt)，第 \(released.version) 版", "at \(released.readAt), version \(released.version)"
                ),
            ],
            [say("报告医生签名", "signed by"), "\(released.author)  \(time(released.preliminaryAt))"],
            [say("审核医生签名", "verified by"), "\(released.reviewer)  \(time(released.finalAt))"],
            [
                say("到达本节点", "here"),
                released.arrivedAt.map {
                    "\(time($0))  "
                        + say(
                            "\(released.intact)/\(released.instances) 份文件与签发时一致",
                            "\(released.intact) of \(released.instances) files as released")
                } ?? say("还在途中", "on its way"),
            ],
            [say("送达医院", "delivered"), time(released.deliveredAt)],
            [say("医院确认", "acknowledged"), "\(time(released.acknowledgedAt))  \(released.acknowledgedBy ?? "")"],
        ])
    }

    private var list: String {
        let names = report.nodes.map(\.node)
        let heading = ["SOP Instance UID", "SHA-256", say("字节", "bytes"), say("到达", "arrived"), say("文件", "file")]
        return TerminalText.table(
            [heading + names.map(\.rawValue)]
                + report.instances.map { instance in
                    [
                        instance.sopInstanceUID.rawValue, instance.acquired.hexadecimal,
                        instance.size.map(String.init) ?? "–", time(instance.arrivedAt), word(instance.here),
                    ] + names.map { time(instance.proven[$0]) }
                })
    }

    private func word(_ copy: LocalCopy) -> String {
        switch copy {
        case .intact: say("一致", "intact")
        case .evicted: say("已清除", "evicted")
        case .missing: say("缺失", "missing")
        case .different: say("不符", "different")
        }
    }

    private var verdict: String {
        guard !report.isProven else {
            return say("全部得到证明。", "Everything is proven.")
        }
        let broken = report.findings.contains(where: \.kind.isBroken)
        let head =
            broken
            ? say("证据链有断裂：", "The chain is broken:") : say("还没有全部得到证明：", "Not everything is proven yet:")
        return ([head] + report.findings.map { "  " + line($0) }).joined(separator: "\n")
    }

    private func line(_ finding: CustodyFinding) -> String {
        var text = (finding.kind.isBroken ? say("断裂 ", "broken   ") : say("未证明 ", "unproven ")) + sentence(finding)
        if let since = finding.since { text += say("，自 ", ", since ") + since.description }
        if let instance = finding.instance { text += say("，例如 ", ", e.g. ") + instance.rawValue }
        if let detail = finding.detail { text += say("（\(detail)）", " (\(detail))") }
        return text
    }

    private func sentence(_ finding: CustodyFinding) -> String {
        let (count, node) = (finding.count, finding.node?.rawValue ?? "–")
        return switch finding.kind {
        case .fileMissing: say("\(count) 个文件不在本节点", "\(count) files are not here")
        case .fileDifferent: say("\(count) 个文件与收到时不同", "\(count) files differ from what arrived")
        case .recordsDiffer: say("\(count) 个实例的记录互相矛盾", "the records of \(count) instances contradict each other")
        case .receiptRefused: say("\(node) 的 \(count) 份回执无效", "\(count) receipts of \(node) are not valid")
        case .receiptUnsupported:
            say("\(count) 条 \(node) 的签收记录没有签名支持", "\(count) entries of \(node) have no signature behind them")
        case .digestMismatch:
            say("\(node) 签收的 \(count) 个实例与采集的内容不同", "\(node) signed for other bytes of \(count) instances")
        case .evictedUnproven:
            say("\(count) 个实例已清除，但没有上级证明持有", "\(count) instances are evicted and no node above has proven to hold them")
        case .notReceipted: say("\(count) 个实例还没有 \(node) 的回执", "\(count) instances have no receipt of \(node)")
        case .givenUp: say("发往 \(node) 的 \(count) 个实例被人取消", "\(count) instances for \(node) were given up by a person")
        case .stillArriving: say("检查还在接收中", "the study is still arriving")
        case .notHere: say("清单中的 \(count) 个实例还没有到达", "\(count) instances of the manifest are not here")
        case .reportNotHome: say("报告还没有从 \(node) 取回", "the report has not come from \(node) yet")
        }
    }
}
