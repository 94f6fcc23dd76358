import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

extension Flow {
    @Suite("Critical results", .serialized)
    struct CriticalResults {
        private struct Worklist: Decodable, Sendable {
            struct Task: Decodable, Sendable {
                var id: String
                var studyInstanceUID: StudyInstanceUID
            }
            var tasks: [Task]
        }

        private struct Result: Decodable, Sendable {
            struct Acknowledgement: Decodable, Sendable {
                var by: String
                var node: NodeName
                var told: String?
            }
            var id: String
            var state: String
            var name: String
            var patientName: String?
            var acknowledgements: [Acknowledgement]
        }

        private struct Results: Decodable, Sendable {
            var results: [Result]
            var open: Int
        }

        private struct Mark: Encodable, Sendable {
            var code: String
            var note: String
        }

        private struct Said: Encodable, Sendable {
            var told: String
            var readBack: Bool
        }

        private struct Ignored: Decodable, Sendable {}

        @Test(
            "marked while the county is down and every node killed in turn, it reaches the hospital once and the answer comes back",
            .timeLimit(.minutes(4)))
        func killed() async throws {
            try await TestNetwork.with { nodes in
                let images = try TemporaryDirectory()
                let files = try TestStudy(seed: "critical").ct(slices: 4, size: 64, in: images.appending("0"))
                try await nodes.sendUntilAccepted(images.appending("0"))
                let (edge, county, city) = (nodes.network.edge, nodes.network.county, nodes.network.city)
                try await NodeClient.withHTTP(trusting: nodes.network.authorityFile) { http in
                    func client(_ node: DemoNode, _ role: UserRole) -> NodeClient {
                        NodeClient(
                            http, url: node.httpURL,
                            token: nodes.accounts[node.name]?.first { $0.role == role }?.token ?? "")
                    }
                    let doctor = client(city, .radiologist)
                    let radiographer = client(edge, .radiographer)
                    let task = try await patiently {
                        try await doctor.get("/worklist?state=ready", as: Worklist.self).tasks.first {
                            $0.studyInstanceUID == files[0].studyInstanceUID
                        }
                    }
                    _ = try await doctor.send("POST", "/tasks/\(task.id)/claim", as: Ignored.self)

                    try await nodes.end(county, by: SIGKILL)
                    let marked = try await doctor.send(
                        "POST", "/tasks/\(task.id)/critical-results", Mark(code: "perforation", note: "膈下游离气体"),
                        as: Result.self)
                    try await nodes.end(city, by: SIGKILL)
                    try nodes.start(city)
                    try nodes.start(county)

                    let arrived = try await patiently {
                        try await radiographer.get("/critical-results", as: Results.self).results.first
                    }
                    #expect(arrived.id == marked.id)
                    #expect(arrived.name == "消化道穿孔")
                    let seen = try await patiently {
                        let known = try await doctor.get("/critical-results", as: Results.self).results.first
                        return known?.state == "arrived" ? known : nil
                    }
                    #expect(seen.acknowledgements.isEmpty)

                    try await nodes.end(county, by: SIGKILL)
                    _ = try await radiographer.send(
                        "POST", "/critical-results/\(marked.id)/acknowledge", Said(told: "急诊 王医生", readBack: true),
                        as: Result.self)
                    try await nodes.end(edge, by: SIGKILL)
                    try nodes.start(edge)
                    try nodes.start(county)

                    let settled = try await patiently {
                        let known = try await doctor.get("/critical-results?state=all", as: Results.self)
                        return known.open == 0 ? known.results.first : nil
                    }
                    #expect(settled.state == "acknowledged")
                    #expect(settled.acknowledgements.map(\.node) == [edge.name])
                    #expect(settled.acknowledgements.first?.told == "急诊 王医生")
                    let home = try await patiently {
                        try await radiographer.get("/critical-results?state=all", as: Results.self)
                    }
                    #expect(home.results.count == 1)
                }
            }
        }

        /// Asks until there is an answer; the suite's time limit bounds it.
        private func patiently<Value: Sendable>(_ ask: () async throws -> Value?) async throws -> Value {
            while true {
                do {
                    if let value = try await ask() { return value }
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    // A node that is starting does not answer yet.
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
