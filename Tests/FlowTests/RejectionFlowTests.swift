import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

extension Flow {
    @Suite("Rejections", .serialized)
    struct Rejections {
        private struct Study: Decodable, Sendable {
            var instanceCount: Int
        }

        private struct Corrections: Decodable, Sendable {
            struct Note: Decodable, Sendable {
                var note: String
                var code: String
                var inForce: Int
            }
            var isWithheld: Bool
            var rejections: [Note]
        }

        private struct Rejection: Encodable, Sendable {
            var reason: String
            var remark: String
        }

        private struct Reason: Encodable, Sendable {
            var reason: String
        }

        /// A key object as a modality would send it: "Rejected for Quality Reasons", of one image.
        private func modalityNote(against image: String, into folder: String) throws {
            let header = try InstanceHeader.read(file: image)
            let note = KeyObjectSelection(
                subject: ReportSubject(header),
                identity: ReportObjectIdentity(
                    sopInstance: .generate(), series: .generate(), seriesNumber: 700, institution: "示例卫生院",
                    created: Timestamp(milliseconds: 1_795_000_000_000)),
                title: .init(code: "113001", meaning: "Rejected for Quality Reasons"), observer: "TEST^TECH",
                text: "motion",
                items: [
                    .init(
                        .init(
                            series: header.seriesInstanceUID, sopClass: header.sopClass,
                            sopInstance: header.sopInstanceUID))
                ])
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try note.dataSet().part10().write(to: URL(fileURLWithPath: folder + "/note.dcm"))
        }

        @Test(
            "made at the city and by a modality hide at every node, through kill -9 and a rebuilt catalogue, and are taken back",
            .timeLimit(.minutes(5)))
        func hiddenEverywhere() async throws {
            try await TestNetwork.with { nodes in
                let images = try TemporaryDirectory()
                let whole = try TestStudy(seed: "rejected whole").ct(slices: 4, size: 32, in: images.appending("a"))
                let part = try TestStudy(seed: "rejected part").ct(slices: 3, size: 32, in: images.appending("b"))
                let (rejected, thinned) = (whole[0].studyInstanceUID, part[0].studyInstanceUID)
                try await nodes.sendUntilAccepted(images.appending("a"))
                try await nodes.sendUntilAccepted(images.appending("b"))
                try modalityNote(against: part[1].path, into: images.appending("note"))
                try await nodes.sendUntilAccepted(images.appending("note"))
                let (edge, county, city) = (nodes.network.edge, nodes.network.county, nodes.network.city)
                try await NodeClient.withHTTP(trusting: nodes.network.authorityFile) { http in
                    func client(_ node: DemoNode, _ role: UserRole = .operator) -> NodeClient {
                        NodeClient(
                            http, url: node.httpURL,
                            token: nodes.accounts[node.name]?.first { $0.role == role }?.token ?? "")
                    }
                    /// One study is gone, of the other two images of three are left.
                    func isHidden(at node: DemoNode) async throws -> Bool? {
                        let corrections = try await client(node).get(
                            "/studies/\(rejected)/corrections", as: Corrections.self)
                        let rest = try await client(node).get("/studies/\(thinned)", as: Study.self).instanceCount
                        guard corrections.isWithheld, rest == 2 else { return nil }
                        return corrections.rejections.map(\.inForce) == [4]
                    }
                    _ = try await patiently {
                        try await client(city).get("/studies/\(rejected)", as: Study.self).instanceCount == 4
                            ? true : nil
                    }

                    // The county is dead while the city rejects, and the city right afterwards.
                    try await nodes.end(county, by: SIGKILL)
                    let said = try await client(city, .reviewer).send(
                        "POST", "/studies/\(rejected)/rejections",
                        Rejection(reason: "wrong_worklist", remark: "设备上选错患者"), as: Corrections.self)
                    #expect(said.isWithheld && said.rejections.map(\.code) == ["113038"])
                    try await nodes.end(city, by: SIGKILL)
                    try nodes.start(city)
                    try nodes.start(county)
                    for node in nodes.network.nodes {
                        #expect(try await patiently { try await isHidden(at: node) }, "\(node.name)")
                    }

                    // Rebuilt from the files, each node still hides the same; the files are all there.
                    for node in [edge, city] {
                        try await nodes.end(node, by: SIGKILL)
                        let rebuilt = try await Program.run(["reindex", "--config", node.configuration])
                        #expect(rebuilt.code == 0, "\(rebuilt.errors)")
                        try nodes.start(node)
                    }
                    for node in nodes.network.nodes {
                        #expect(try await patiently { try await isHidden(at: node) }, "\(node.name)")
                        let kept = try Evidence(below: node.directory + "/archive/studies")
                        #expect(kept.lacking(from: try Evidence(below: images.path)) == [], "\(node.name)")
                    }

                    // Taken back at the edge, it is shown again everywhere.
                    let note = try #require(said.rejections.first?.note)
                    _ = try await client(edge).send(
                        "POST", "/studies/\(rejected)/rejections/\(note)/lift", Reason(reason: "误操作"),
                        as: Corrections.self)
                    for node in nodes.network.nodes {
                        let shown = try await patiently {
                            let known = try await client(node).get(
                                "/studies/\(rejected)/corrections", as: Corrections.self)
                            return known.isWithheld ? nil : known.rejections.map(\.inForce)
                        }
                        #expect(shown == [0], "\(node.name)")
                    }
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
