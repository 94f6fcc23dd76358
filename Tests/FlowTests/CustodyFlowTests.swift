import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

extension Flow {
    @Suite("Custody with the city out of reach", .serialized)
    struct Custody {
        private struct Obligations: Decodable {
            struct Item: Decodable {
                var kind: String
                var from: String
                var to: String
                var count: Int
                var since: String
                var text: String
                var isConfigured: Bool
            }

            struct Group: Decodable {
                var studyInstanceUID: String?
                var obligations: [Item]
            }

            var groups: [Group]
            var total: Int
        }

        private struct Study: Decodable {
            struct Place: Decodable {
                var node: String
                var safe: Int
                var missing: Int
                var owedBy: String?
                var owedSince: String?
            }

            struct Custody: Decodable {
                var text: String
                var nodes: [Place]
            }

            var custody: Custody
        }

        private func chain(_ node: DemoNode, _ study: StudyInstanceUID) async throws -> (code: Int32, [String: Any]) {
            let result = try await Program.run(["custody", study.rawValue, "--json", "--config", node.configuration])
            let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            return (result.code, try #require(json, "\(result.errors)"))
        }

        @Test(
            "the edge proves the county and names the hop that owes the city; with the city back everything is proven",
            .timeLimit(.minutes(3)))
        func cityOutOfReach() async throws {
            try await TestNetwork.with { nodes in
                let images = try TemporaryDirectory()
                nodes.send(SIGSTOP, to: nodes.network.city)
                let files = try TestStudy(seed: "custody").ct(slices: 12, size: 128, in: images.path)
                let study = files[0].studyInstanceUID
                try await nodes.sendUntilAccepted(images.path)
                try await NodeClient.withHTTP(trusting: nodes.network.authorityFile) { http in
                    func client(_ node: DemoNode) -> NodeClient {
                        let token = nodes.accounts[node.name]?.first { $0.role == .radiographer }?.token ?? ""
                        return NodeClient(http, url: node.httpURL, token: token)
                    }
                    let edge = client(nodes.network.edge)
                    func places() async throws -> [String: Study.Place] {
                        let custody = try await edge.get("/studies/\(study)", as: Study.self).custody
                        return Dictionary(uniqueKeysWithValues: custody.nodes.map { ($0.node, $0) })
                    }
                    while try await places()["puning"]?.safe != 12 { try await Task.sleep(for: .milliseconds(100)) }
                    while try await places()["jieyang"] == nil { try await Task.sleep(for: .milliseconds(100)) }
                    let city = try #require(try await places()["jieyang"])
                    #expect(city.safe == 0 && city.missing == 12)
                    #expect(city.owedBy == "puning")
                    #expect(city.owedSince != nil)
                    for node in [nodes.network.edge, nodes.network.county] {
                        let answer = try await client(node).get("/obligations?study=\(study)", as: Obligations.self)
                        let owed = try #require(
                            answer.groups.first?.obligations.first { $0.from == "puning" && $0.to == "jieyang" },
                            "at \(node.name): \(answer)")
                        #expect(owed.kind == (node == nodes.network.edge ? "onward" : "images"))
                        #expect(owed.count == 12 && owed.isConfigured)
                    }
                    let (code, report) = try await chain(nodes.network.edge, study)
                    #expect(code == 1)
                    let findings = try #require(report["findings"] as? [[String: Any]])
                    #expect(
                        findings.contains {
                            $0["kind"] as? String == "not_receipted" && $0["node"] as? String == "jieyang"
                        })
                    #expect(!findings.contains { $0["isBroken"] as? Bool == true }, "\(findings)")

                    nodes.send(SIGCONT, to: nodes.network.city)
                    while try await places()["jieyang"]?.safe != 12 { try await Task.sleep(for: .milliseconds(100)) }
                    #expect(try await places().values.allSatisfy { $0.missing == 0 })
                    while try await edge.get("/obligations?study=\(study)", as: Obligations.self).groups
                        .flatMap(\.obligations).contains(where: { $0.to == "jieyang" })
                    {
                        try await Task.sleep(for: .milliseconds(100))
                    }
                }
                for node in nodes.network.nodes {
                    let (code, report) = try await chain(node, study)
                    #expect(code == 0, "\(node.name): \(report)")
                    #expect(report["instanceCount"] as? Int == 12)
                }
                let text = try await Program.run([
                    "custody", study.rawValue, "--config", nodes.network.edge.configuration,
                ])
                #expect(text.code == 0)
                #expect(text.output.contains("12/12"))
            }
        }
    }
}
