import AsyncHTTPClient
import DICOM
import Foundation
import NIOCore
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

/// Every name and number by which a patient of these studies could be found again.
private enum Secrets {
    static let patients = [
        TestPatient(name: "ZHAOQIAN^SUNLI=赵钱^孙李", id: "PID7391842", birthDate: "19531204"),
        TestPatient(name: "ZHOUWU^ZHENG=周吴^郑王", id: "PID5528190", birthDate: "19470829"),
    ]
    static let accessions = ["ACC6640217", "ACC9917355"]
    static let question = "冯陈褚卫 PID7391842"
    static let fileName = "赵钱孙李-PID7391842.dcm"

    /// As text, in the encodings of modalities, and as a URL writes it.
    static var needles: [[UInt8]] {
        let words =
            ["ZHAOQIAN", "SUNLI", "赵钱", "孙李", "ZHOUWU", "周吴", "郑王", "冯陈褚卫"] + accessions
            + patients.flatMap { [$0.id, $0.birthDate] }
        let forms = words.flatMap { word in
            [word, word.lowercased(), word.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? word]
        }
        return Array(Set(forms)).sorted().map { Array($0.utf8) }
            + words.compactMap { CharacterSets.encode($0, in: "GB18030") }
    }
}

extension Flow {
    @Suite("Logs", .serialized)
    struct SilentLogs {
        /// The most that a node may say of one object at the level nodes run at, everything else it says beside.
        private static let linesPerObject = 2
        private static let linesOfItself = 120

        @Test(
            "name no patient in the whole flow, not even at the most talkative level", .timeLimit(.minutes(3)))
        func silence() async throws {
            let lines = try await flow(logLevel: "trace")
            for (node, log) in lines {
                let isTalkative = log.firstRange(of: Array("instance stored".utf8)) != nil
                #expect(isTalkative, "\(node) does not say what it does: is this the right file, and the right level?")
                for needle in Secrets.needles {
                    let found = log.firstRange(of: needle).map { place in
                        log[max(0, place.lowerBound - 200)..<min(log.count, place.upperBound + 200)]
                    }
                    let text = String(decoding: found ?? [], as: UTF8.self)
                    #expect(found == nil, "\(node) says \(String(decoding: needle, as: UTF8.self)): …\(text)…")
                }
            }
        }

        @Test("stay within a few lines for each object, the refused ones included", .timeLimit(.minutes(3)))
        func bounded() async throws {
            let lines = try await flow(logLevel: "info")
            for (node, log) in lines {
                let count = log.count { $0 == 10 }
                #expect(count < Self.linesOfItself + Self.linesPerObject * 40, "\(node) wrote \(count) lines")
            }
        }

        /// Two studies from the modality to their reports at home, broken and contradicting objects among them, a file that
        /// is named after its patient, an order, searches and wrong calls.
        ///
        /// - Returns: what each node logged.
        private func flow(logLevel: String) async throws -> [(NodeName, [UInt8])] {
            let dropped = try TemporaryDirectory()
            return try await TestNetwork.with { nodes in
                for node in nodes.network.nodes {
                    let file = URL(fileURLWithPath: node.configuration)
                    var text = try String(contentsOf: file, encoding: .utf8)
                    text += "log: {level: \(logLevel)}\n"
                    if node.name == nodes.network.edge.name {
                        text += "intake: {watch: [\"\(dropped.path)\"], quietSeconds: 1, patienceSeconds: 1}\n"
                    }
                    try text.write(to: file, atomically: true, encoding: .utf8)
                }
            } _: { nodes in
                let images = try TemporaryDirectory()
                var accepted: [StudyInstanceUID: Int] = [:]
                for (number, patient) in Secrets.patients.enumerated() {
                    let study = TestStudy(
                        seed: "silent \(number)", patient: patient, encoding: number == 0 ? .utf8 : .gbkUndeclared,
                        accessionNumber: Secrets.accessions[number], description: "\(patient.name) \(patient.id)")
                    let folder = images.appending("\(number)")
                    let files = try study.ct(slices: 10, size: 32, in: folder)
                    accepted[files[0].studyInstanceUID] = files.count
                    try await nodes.sendUntilAccepted(folder)
                }
                let edge = nodes.network.edge
                try await sendBroken(of: images.appending("0"), to: edge, beside: dropped)
                try await ask(edge, nodes)
                try await nodes.finish(accepted)
                while try !FileManager.default.fileExists(atPath: dropped.appending("refused/\(Secrets.fileName)")) {
                    try await Task.sleep(for: .milliseconds(100))
                }
                return try nodes.network.nodes.map {
                    ($0.name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0.logFile))))
                }
            }
        }

        /// Cut off, nested too deeply, with other bytes under a UID that is here; and one dropped into a folder.
        private func sendBroken(of folder: String, to edge: DemoNode, beside dropped: TemporaryDirectory) async throws {
            let broken = try TemporaryDirectory()
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            var bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + names[0]))
            try bytes.dropLast(3).write(to: URL(fileURLWithPath: broken.appending("cut-off.dcm")))
            try bytes.dropLast(5).write(to: URL(fileURLWithPath: dropped.appending(Secrets.fileName)))
            bytes[bytes.count - 1] ^= 0xFF
            try bytes.write(to: URL(fileURLWithPath: broken.appending("other-bytes.dcm")))
            for _ in 0..<2000 { bytes += [0x40, 0x00, 0x75, 0x02, 0x53, 0x51, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF] }
            try bytes.write(to: URL(fileURLWithPath: broken.appending("nested.dcm")))
            let sent = try await Program.run([
                "send", "--to", "\(DemoNetwork.host):\(edge.dicomPort)", "--called", edge.aeTitle.rawValue, broken.path,
            ])
            #expect(sent.code == 1, "\(sent.output) \(sent.errors)")
        }

        /// An order, searches by name and number, and calls that nothing answers.
        private func ask(_ edge: DemoNode, _ nodes: TestNetwork) async throws {
            let token = nodes.accounts[edge.name]?.first { $0.role == .radiographer }?.token ?? ""
            let name = Secrets.patients[0].name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            try await NodeClient.withHTTP(trusting: nodes.network.authorityFile) { http in
                func call(_ method: String, _ path: String, _ body: String? = nil) async throws -> UInt {
                    var request = HTTPClientRequest(url: edge.httpURL + path)
                    request.method = .init(rawValue: method)
                    request.headers.add(name: "Authorization", value: "Bearer \(token)")
                    request.headers.add(name: "Content-Type", value: "application/json")
                    if let body { request.body = .bytes(ByteBuffer(string: body)) }
                    let response = try await http.execute(request, timeout: .seconds(20))
                    _ = try await response.body.collect(upTo: 32 << 20)
                    return response.status.code
                }
                let order = """
                    {"accessionNumber": "\(Secrets.accessions[0])", "patientID": "\(Secrets.patients[0].id)",
                     "patientName": "赵钱孙李", "clinicalQuestion": "\(Secrets.question)", "priority": "urgent", "consent": true}
                    """
                #expect(try await call("POST", "/api/v1/orders", order) == 201)
                #expect(try await call("POST", "/api/v1/orders", "{\"patientName\": \"赵钱孙李") >= 400)
                for path in [
                    "/dicom-web/studies?PatientName=\(name)&PatientID=PID7391842", "/api/v1/studies?search=\(name)",
                    "/dicom-web/studies?PatientBirthDate=19531204-x", "/api/v1/studies/PID7391842",
                    "/dicom-web/studies/PID7391842/series", "/\(name)?PatientID=PID7391842",
                ] { _ = try await call("GET", path) }
                _ = try await call("POST", "/api/v1/login", "{\"name\": \"\(name)\", \"password\": \"PID7391842\"}")
            }
        }
    }
}
