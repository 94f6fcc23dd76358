import Identity
import Testing
import Vocabulary

@Suite("A parent's link in the file of peers")
struct LinkPolicyYAMLTests {
    static func policy(_ link: String) throws -> LinkPolicy {
        let parent = "parents:\n  - {name: a, aeTitle: A, host: h, dicomTLSPort: 2762, url: 'https://h'"
        let yaml = link.isEmpty ? parent + "}\n" : parent + ",\n     link: \(link)}\n"
        return try #require(try PeerDirectory(yaml: yaml).parents.first).link
    }

    @Test("has a usual way")
    func usual() throws {
        let policy = try Self.policy("")
        #expect(policy == LinkPolicy())
        #expect(policy.associations == 1...8)
        #expect(policy.limit == nil)
        #expect(policy.socketCongestionControl == "bbr")
        #expect(policy.compression == .none)
    }

    @Test("is read whole")
    func whole() throws {
        let policy = try Self.policy(
            """
            {associations: {least: 2, most: 6}, limit: 20 Mbit/s, congestionControl: system,
                   windows: [{days: [mon, fri], from: 08:00, to: 17:30, factor: 0.5},
                             {from: 22:00, to: 6:00, limit: none}, {from: 0:00, to: 24:00, limit: 4 Mbit/s}],
                   compression: jpeg-ls, compressionModalities: [CT, MR], compressionMinimumBytes: 4096}
            """)
        #expect(policy.associations == 2...6)
        #expect(policy.limit?.bitsPerSecond == 20_000_000)
        #expect(policy.socketCongestionControl == nil)
        #expect(
            policy.windows == [
                LinkWindow(days: [.monday, .friday], from: 480, to: 1050, rate: .factor(0.5)),
                LinkWindow(from: 1320, to: 360, rate: .unlimited),
                LinkWindow(from: 0, to: 1440, rate: .limit(DataRate(bitsPerSecond: 4_000_000))),
            ])
        #expect(policy.compression == .jpegLS)
        #expect(policy.compressionModalities == ["CT", "MR"])
        #expect(policy.compressionMinimumBytes == 4096)
        #expect(try Self.policy("{associations: {most: 3}}").associations == 1...3)
        #expect(try Self.policy("{associations: {least: 12}}").associations == 12...12)
    }

    @Test(
        "faults name the line and what to write",
        arguments: [
            ("{limit: 20 MB/s}", "peers.yaml:3:20: 'limit' is '20 MB/s', which is not a rate such as 20 Mbit/s"),
            ("{associations: 4}", "'associations' must be keys with values"),
            ("{associations: {least: 0}}", "'least' is '0', which is not a number between 1 and 32"),
            ("{associations: {least: 5, most: 4}}", "'least' is 5, which is more than 'most', 4"),
            ("{associations: {minimum: 1}}", "unknown key 'minimum' (known here: least, most)"),
            ("{windows: {from: 1}}", "'windows' must be a list"),
            ("{windows: [{from: 08:00, to: 17:00}]}", "exactly one of 'limit' and 'factor'"),
            ("{windows: [{from: 08:00, to: 17:00, factor: 0.5}]}", "'factor' is a part of the link's 'limit'"),
            ("{limit: 1 Mbit/s, windows: [{from: 8am, to: 17:00, factor: 0.5}]}", "'from' is '8am'"),
            ("{windows: [{from: 08:00, to: 08:00, limit: none}]}", "the same time"),
            ("{windows: [{days: [monday], from: 08:00, to: 9:00, limit: none}]}", "one of mon, tue"),
            ("{limit: 1 Mbit/s, windows: [{from: 1:00, to: 2:00, factor: 1.5}]}", "above 0 and at most 1"),
            ("{congestionControl: vegas}", "one of bbr, cubic, reno, system"),
            ("{compression: gzip}", "one of none, jpeg-ls"),
            ("{compressionModalities: [ct]}", "a modality in capital letters"),
            ("{compressionMinimumBytes: -1}", "a number of bytes"),
            ("{speed: 1}", "unknown key 'speed'"),
        ])
    func faults(link: String, expected: String) {
        do {
            _ = try Self.policy(link)
            Issue.record("accepted: \(link)")
        } catch {
            #expect("\(error)".contains(expected), "\(error)")
            #expect("\(error)".contains("peers.yaml:3:"), "\(error)")
        }
    }
}
