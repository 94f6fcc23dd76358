// What a person reads when the network is up.

import Observability
import Vocabulary

/// Addresses, accounts, and how to end it.
struct Farewell {
    let network: DemoNetwork
    let description: NetworkDescription
    let isDetached: Bool

    private static let roles: [UserRole: String] = [
        .radiographer: "技师", .radiologist: "报告医生", .reviewer: "审核医生", .operator: "运维",
        .administrator: "管理员",
    ]
    private static let tiers: [Tier: String] = [.edge: "乡镇", .county: "县", .city: "市"]

    var text: String {
        var rows = [["节点 node", "网址 address", "用户名 name", "密码 password", "角色 role"]]
        for node in description.nodes {
            for (index, user) in node.users.enumerated() {
                rows.append([
                    index == 0 ? "\(Self.tiers[node.tier] ?? "") \(node.name)" : "", index == 0 ? node.httpURL : "",
                    user.name, user.password, "\(Self.roles[user.role] ?? "") \(user.role.rawValue)",
                ])
            }
        }
        let end =
            isDetached
            ? "停止 to end it: jieli demo --stop --directory \(network.directory)"
            : "按 Ctrl-C 停止 Ctrl-C ends it; the data stays in \(network.directory)"
        return """

            接力演示网络已就绪 The demo network is up. 浏览器会提示证书不受信任，这是演示证书。

            \(TerminalText.table(rows))

            证书 authority for browsers and programs: \(description.certificateAuthority)
            程序 for programs: \(network.descriptionFile)
            \(end)

            """
    }
}
