import DICOM
import DIMSEServices
import Foundation
import Logging
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

extension Flow {
    @Suite("Earlier studies", .serialized)
    struct Priors {
        private static let linking = """
            rules:
              - name: 医共体统一编号
                match: [patientID]
                issuers: [paotai, jieyang]
              - name: 姓名+出生日期
                match: [name, birthDate]
            """

        @Test(
            "at the city a prior two hops below is missed while its hospital is offline, found when it is back, and fetched",
            .timeLimit(.minutes(4)))
        func acrossTheNetwork() async throws {
            try await TestNetwork.with(prepare: Self.settle) { nodes in
                let images = try TemporaryDirectory()
                let (edge, city) = (nodes.network.edge, nodes.network.city)
                let patient = TestPatient(name: "TEST^LAO=测试^老", id: "S0042", birthDate: "19500304", sex: "F")
                // Taken and read at the township: nothing of it is anywhere else.
                let before = TestStudy(seed: "prior", patient: patient, date: "20240110", description: "胸部CT平扫")
                try before.ct(slices: 6, size: 32, in: images.appending("before"))
                try await nodes.sendUntilAccepted(images.appending("before"))
                let now = TestStudy(seed: "now", patient: patient, date: "20261121", description: "胸部CT平扫")
                try now.ct(slices: 4, size: 32, in: images.appending("now"))
                try await Self.send(images.appending("now"), to: city)
                try await NodeClient.withHTTP(trusting: nodes.network.authorityFile) { http in
                    func client(_ node: DemoNode, _ role: UserRole) -> NodeClient {
                        NodeClient(
                            http, url: node.httpURL,
                            token: nodes.accounts[node.name]?.first { $0.role == role }?.token ?? "")
                    }
                    let reader = client(city, .radiologist)
                    let township = client(edge, .radiographer)
                    try await Self.wait {
                        try await township.get("/studies/\(before.studyInstanceUID)", as: Study.self).task != nil
                    }
                    try await Self.wait {
                        try await reader.get("/studies/\(now.studyInstanceUID)", as: Study.self).task != nil
                    }
                    let path = "/studies/\(now.studyInstanceUID)/priors"

                    try await nodes.end(edge, by: SIGTERM)
                    let asked: List = try await reader.send("POST", path + "/ask")
                    #expect(asked.priors.isEmpty)
                    // The county answers, and says that it could not reach the township.
                    try await Self.wait {
                        let list = try await reader.get(path, as: List.self)
                        return list.nodes.contains { $0.node == "puning" && $0.state == "answered" }
                            && list.nodes.contains { $0.node == "paotai" && ["asked", "offline"].contains($0.state) }
                    }
                    let incomplete = try await reader.get(path, as: List.self)
                    #expect(!incomplete.isComplete)
                    #expect(incomplete.incompleteText.contains("paotai"))
                    #expect(incomplete.priors.isEmpty)

                    try nodes.start(edge)
                    try await nodes.waitUntilReady()
                    try await Self.wait { try await reader.get(path, as: List.self).isComplete }
                    let found = try await reader.get(path, as: List.self)
                    let prior = try #require(found.priors.first)
                    #expect(found.priors.count == 1)
                    #expect(prior.studyInstanceUID == before.studyInstanceUID)
                    #expect(prior.holder == "paotai")
                    #expect(prior.place == "elsewhere")
                    #expect(prior.imageCount == 6)
                    #expect(prior.rule == "医共体统一编号")
                    #expect(prior.certainty == "certain")

                    let fetched: List = try await reader.send("POST", "\(path)/\(before.studyInstanceUID)/fetch")
                    #expect(fetched.priors.first?.place == "coming")
                    try await Self.wait { try await reader.get(path, as: List.self).priors.first?.place == "here" }
                    let here = try await reader.get("/studies/\(before.studyInstanceUID)", as: Study.self)
                    #expect(here.instanceCount == 6)
                    #expect(here.task == nil)
                    let opened: Opened = try await reader.send("POST", "\(path)/\(before.studyInstanceUID)/open")
                    #expect(opened.certainty == "certain")
                    // It is read where it was, and nowhere else.
                    let worklist = try await reader.get("/worklist", as: Worklist.self)
                    #expect(!worklist.tasks.contains { $0.studyInstanceUID == before.studyInstanceUID })
                }
            }
        }

        // MARK: Steps

        private struct Study: Decodable {
            struct Task: Decodable {}
            var instanceCount: Int
            /// There is one as soon as the study is whole.
            var task: Task?
        }
        private struct Worklist: Decodable {
            struct Item: Decodable {
                var studyInstanceUID: StudyInstanceUID
            }
            var tasks: [Item]
        }
        private struct Opened: Decodable {
            var certainty: String
        }
        private struct List: Decodable {
            struct Prior: Decodable {
                var studyInstanceUID: StudyInstanceUID
                var holder: String
                var place: String
                var imageCount: Int
                var rule: String?
                var certainty: String
            }
            struct Node: Decodable {
                var node: String
                var state: String
            }
            var priors: [Prior]
            var nodes: [Node]
            var isComplete: Bool
            var incompleteText: String
        }

        /// The township reads for itself and sends no copies; all three know who is one person.
        private static func settle(_ nodes: TestNetwork) throws {
            for node in nodes.network.nodes {
                let folder = URL(fileURLWithPath: node.configuration).deletingLastPathComponent()
                try Self.linking.write(to: folder.appending(path: "linking.yaml"), atomically: true, encoding: .utf8)
                var text = try String(contentsOfFile: node.configuration, encoding: .utf8)
                text = text.replacing("  enabled: false", with: "  enabled: true")
                text += "archive:\n  custodyWindow: never\npriors:\n  linking: linking.yaml\n"
                try text.write(toFile: node.configuration, atomically: true, encoding: .utf8)
            }
            try "rules:\n  - name: 本院阅片\n    then:\n      read: here\n".write(
                to: URL(fileURLWithPath: nodes.network.edge.configuration).deletingLastPathComponent()
                    .appending(path: "rules.yaml"), atomically: true, encoding: .utf8)
        }

        private static func send(_ folder: String, to node: DemoNode) async throws {
            let title = try #require(DemoNetwork.modalityAETitle)
            let sender = RawStorageSender(
                to: PeerAddress(host: DemoNetwork.host, port: node.dicomPort), calling: title, called: node.aeTitle,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let paths = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { folder + "/" + $0 }
            try await sender.send(paths: paths) { file in
                #expect(file.outcome.isAccepted, "\(file.path)")
            }
        }

        /// What never comes is ended by the test's time limit.
        private static func wait(until isTrue: () async throws -> Bool) async throws {
            while try await !isTrue() { try await Task.sleep(for: .milliseconds(150)) }
        }
    }
}
