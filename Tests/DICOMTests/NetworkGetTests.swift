import DICOM
import Foundation
import Observability
import Testing
import Vocabulary

@Suite("Fetching with C-GET", .timeLimit(.minutes(1)))
struct NetworkGetTests {
    private func contexts(_ syntaxes: [TransferSyntax]) -> [ProposedContext] {
        [ProposedContext(sopClass: .studyRootGet, transferSyntaxes: [.explicitVRLittleEndian])]
            + syntaxes.map { ProposedContext(sopClass: .secondaryCapture, transferSyntaxes: [$0], role: .scp) }
    }

    @Test("brings every instance of a study, bit for bit")
    func study() async throws {
        try await withDirectory { directory in
            let server = RecordingHandler()
            let client = RecordingHandler()
            let study = StudyInstanceUID.generate()
            let instances = try [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian].map {
                try TestInstance(in: directory, pixelBytes: 200_000, syntax: $0, study: study)
            }
            server.state.withLock { $0.served = instances }
            let outcome = try await withListener(server) { port, _ in
                let proposed = contexts([.explicitVRLittleEndian, .implicitVRLittleEndian])
                return try await withAssociation(to: target(port, contexts: proposed), logger: quiet) {
                    #expect($0.acceptedContexts.filter { $0.role.includesSCP }.count == 2)
                    return try await $0.get(QueryIdentifier(study: study)) { RecordingSink($0, client) }
                }
            }
            #expect(outcome == GetOutcome(status: .success, completed: 2, failed: 0, warning: 0))
            let digests = client.state.withLock { $0.digests }
            #expect(digests == Dictionary(uniqueKeysWithValues: instances.map { ($0.sopInstanceUID, $0.digest) }))
        }
    }

    @Test("sends a decoded copy where the peer takes no other; one without a decoder fails alone")
    func decodedCopy() async throws {
        try await withDirectory { directory in
            let server = RecordingHandler()
            let client = RecordingHandler()
            let study = StudyInstanceUID.generate()
            let encoded = try TestInstance(in: directory, syntax: .jpegLSLossless, study: study)
            let copy = try TestInstance(in: directory, study: study)
            server.state.withLock {
                $0.served = [encoded]
                $0.decoded = [.explicitVRLittleEndian: copy.path]
            }
            try await withListener(server) { port, _ in
                try await withAssociation(
                    to: target(port, contexts: contexts([.explicitVRLittleEndian])), logger: quiet
                ) { association in
                    let outcome = try await association.get(QueryIdentifier(study: study)) { RecordingSink($0, client) }
                    #expect(outcome.status == .success)
                    #expect(client.state.withLock { $0.digests.values.first } == copy.digest)
                    let other = StudyInstanceUID.generate()
                    let more = try [TransferSyntax.jpegBaseline, .explicitVRLittleEndian].map {
                        try TestInstance(in: directory, syntax: $0, study: other)
                    }
                    server.state.withLock {
                        $0.decoded = [:]
                        $0.served = more
                    }
                    let partial = try await association.get(QueryIdentifier(study: other)) { RecordingSink($0, client) }
                    #expect(partial == GetOutcome(status: .warningSubOperations, completed: 1, failed: 1, warning: 0))
                }
            }
        }
    }

    @Test("an unknown study is an empty success")
    func empty() async throws {
        let server = RecordingHandler()
        let outcome = try await withListener(server) { port, _ in
            try await withAssociation(
                to: target(port, contexts: contexts([.explicitVRLittleEndian])), logger: quiet
            ) { try await $0.get(QueryIdentifier(study: .generate())) { RecordingSink($0, server) } }
        }
        #expect(outcome == GetOutcome(status: .success, completed: 0, failed: 0, warning: 0))
    }
}
