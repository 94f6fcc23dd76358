// Reading node.yaml.

import Archive
import Configuration
import DIMSEServices
import Foundation
import Identity
import MediaIntake
import Observability
import Routing
import StudyFlow
import SystemPackage
import Vocabulary

extension NodeConfiguration {
    /// Reads a node's settings: environment (`JIELI_DICOM_PORT` for `dicom.port`) before the file before the defaults.
    /// `ConfigurationKeys.all` documents every key.
    ///
    /// - Throws: `ConfigurationError`, `IdentityError` or `RoutingError`: a sentence for whoever wrote the file. Nothing
    ///   listens before all of it is right.
    package static func load(file: String) async throws -> NodeConfiguration {
        let path = URL(fileURLWithPath: file).standardizedFileURL.path
        let written = try ConfigurationFile(path: path)
        do {
            let reader = ConfigReader(providers: [
                EnvironmentVariablesProvider().prefixKeys(with: "jieli"),
                try await FileProvider<YAMLSnapshot>(filePath: FilePath(path)),
                ConfigurationKeys.defaults,
            ])
            return try NodeConfiguration(reader: reader, file: written)
        } catch let error as any ClassifiedError {
            throw error
        } catch {
            // swift-configuration's own: a key that must be given, or a value of the wrong kind in the environment.
            throw ConfigurationError(code: .wrongValue, message: "\(path): \(error)")
        }
    }

    init(reader: ConfigReader, file written: ConfigurationFile) throws {
        let folder = URL(fileURLWithPath: written.path).deletingLastPathComponent()
        for key in ConfigurationKeys.all where key.fallback == nil {
            guard reader.string(forKey: ConfigKey(key.name.split(separator: ".").map(String.init))) != nil else {
                throw ConfigurationError(
                    code: .missingValue, message: "\(written.path): '\(key.name)' is missing (\(key.meaning))")
            }
        }
        func text(_ key: ConfigKey) throws -> String { try reader.requiredString(forKey: key) }
        func path(_ key: ConfigKey) throws -> String { Self.absolute(try text(key), from: folder) }
        func value<Value>(_ key: ConfigKey, _ what: String, _ make: (String) -> Value?) throws -> Value {
            let given = try text(key)
            guard let made = make(given) else {
                throw ConfigurationError(
                    code: .wrongValue,
                    message: "\(written.place(of: key.description, saying: given)): '\(key)' is '\(given)', which is "
                        + "not \(what)")
            }
            return made
        }
        func number(_ key: ConfigKey, _ range: ClosedRange<Int>) throws -> Int {
            let given = try reader.requiredInt(forKey: key)
            guard range.contains(given) else {
                throw ConfigurationError(
                    code: .wrongValue,
                    message: "\(written.place(of: key.description, saying: String(given))): '\(key)' is \(given); it "
                        + "must lie between \(range.lowerBound) and \(range.upperBound)")
            }
            return given
        }
        let name = try value("node.name", "a node name (lower-case letters, digits, hyphens)") {
            NodeName(rawValue: $0)
        }
        let ports = 0...65535
        file = written.path
        directory = try path("directory")
        peersFile = try text("peers").isEmpty ? nil : path("peers")
        rulesFile = try text("rules").isEmpty ? nil : path("rules")
        pricesFile = try text("supervision.prices").isEmpty ? nil : path("supervision.prices")
        hangingFile = try text("reading.hanging").isEmpty ? nil : path("reading.hanging")
        linkingFile = try text("priors.linking").isEmpty ? nil : path("priors.linking")
        priorHops = try number("priors.hops", 0...16)
        priorsKept = .seconds(try number("priors.keepHours", 1...336) * 3600)
        priorsLent = .seconds(try number("priors.lentDays", 1...36500) * 86400)
        criticalResultsFile = try text("reading.criticalResults").isEmpty ? nil : path("reading.criticalResults")
        retentionFile = try text("archive.retention").isEmpty ? nil : path("archive.retention")
        rosterFile = try text("roster").isEmpty ? nil : path("roster")
        clocksFile = try text("clocks").isEmpty ? nil : path("clocks")
        assignment = AssignmentPolicy(
            mode: try value("reading.assignment", "pull or push") { AssignmentPolicy.Mode(rawValue: $0) },
            offShift: try value("reading.offShift", "keep or free") { AssignmentPolicy.OffShift(rawValue: $0) },
            atLimit: try value("reading.atLimit", "parent or stay") { AssignmentPolicy.AtLimit(rawValue: $0) })
        rangesAfterInterruptions = try number("relay.rangesAfterInterruptions", 0...100)
        singleReaderAllowed = try reader.requiredBool(forKey: "reading.singleReader")
        doubleReadingFile = try text("reading.doubleReading").isEmpty ? nil : path("reading.doubleReading")
        templatesFile = try text("reading.templates").isEmpty ? nil : path("reading.templates")
        signsWithPassword = try reader.requiredBool(forKey: "reading.signWithPassword")
        watchedFolders = try reader.requiredStringArray(forKey: "intake.watch").map {
            Self.absolute($0, from: folder)
        }
        folderSettings = FolderSettings(
            afterwards: try value("intake.afterwards", "move, delete or keep") {
                FolderSettings.Afterwards(rawValue: $0)
            }, quiet: .seconds(try number("intake.quietSeconds", 1...3600)),
            patience: .seconds(try number("intake.patienceSeconds", 1...86400)))
        logLevel = try value("log.level", "a log level") { Self.logLevels.contains($0) ? $0 : nil }
        dicom = DICOMSettings(
            aeTitle: try value("dicom.aeTitle", "an AE title (1 to 16 characters)") { AETitle(rawValue: $0) },
            host: try text("dicom.host"), port: Self.open(try number("dicom.port", ports)),
            tlsPort: Self.open(try number("dicom.tlsPort", ports)),
            callingAETitles: try reader.requiredStringArray(forKey: "dicom.callingAETitles").map { given in
                guard let title = AETitle(rawValue: given) else {
                    throw ConfigurationError(
                        code: .wrongValue,
                        message: "\(written.path): '\(given)' in dicom.callingAETitles is not an AE title (1 to 16 "
                            + "characters)")
                }
                return title
            }, maximumAssociations: try number("dicom.maximumAssociations", 1...1024),
            lanRetrieve: try value("dicom.lanRetrieve", "none, own or all") {
                LANRetrieve(rawValue: $0)
            },
            minimumFreeBytes: Int64(try number("dicom.minimumFreeMegabytes", 0...10_000_000)) << 20)
        http = HTTPSettings(host: try text("http.host"), port: try number("http.port", 1...65535))
        tls = TLSFiles(
            certificate: try path("tls.certificate"), key: try path("tls.key"), authority: try path("tls.authority"),
            receiptCertificate: try path("tls.receiptCertificate"), receiptKey: try path("tls.receiptKey"),
            reportCertificate: try path("tls.reportCertificate"), reportKey: try path("tls.reportKey"))
        let (retention, verifyDays) = (
            try number("archive.retentionDays", 0...36500), try number("archive.verifyDays", 0...3650)
        )
        let evictAbove = try number("archive.evictAbovePercent", 1...99)
        let window = try text("archive.custodyWindow")
        var storage = StoragePolicy(
            retention: retention == 0 ? nil : StoragePolicy.day * retention,
            copies: try number("archive.copies", 1...8), evictAbovePercent: evictAbove,
            evictToPercent: try number("archive.evictToPercent", 0...evictAbove),
            reserve: SpaceReserve(
                minimumBytes: dicom.minimumFreeBytes,
                minimumPercent: try number("archive.minimumFreePercent", 0...50)),
            verifyPeriod: verifyDays == 0 ? nil : StoragePolicy.day * verifyDays,
            verifyRate: Int64(try number("archive.verifyMegabytesPerSecond", 1...10_000)) << 20,
            custodyWindow: window == "never"
                ? nil : try value("archive.custodyWindow", "HH:MM-HH:MM or never") { DailyWindow($0) })
        storage.showsRejected = try reader.requiredBool(forKey: "archive.showRejected")
        storage.quarantine = QuarantineBounds(
            bytes: Int64(try number("quarantine.maximumMegabytes", 0...10_000_000)) << 20,
            keptFor: StoragePolicy.day * (try number("quarantine.keepDays", 1...3650)))
        let issuer = try text("node.issuer")
        let institution = try text("node.institution")
        node = LocalNode(
            name: name, tier: try value("node.tier", "edge, county or city") { Tier(rawValue: $0) },
            issuer: issuer.isEmpty ? name.rawValue : issuer,
            institution: institution.isEmpty ? name.rawValue : institution,
            hasReadingRole: try reader.requiredBool(forKey: "reading.enabled"),
            settleAfter: .seconds(try number("study.settleSeconds", 1...86400)),
            settleAtMost: .seconds(try number("study.settleMaximumSeconds", 1...86400)),
            settleGrace: .seconds(try number("study.graceSeconds", 1...3600)),
            orderWait: .seconds(try number("reading.orderWaitSeconds", 0...86400)),
            lease: .seconds(try number("reading.leaseSeconds", 30...86400)),
            receiptPatience: .seconds(try number("relay.receiptPatienceSeconds", 1...3600)), storage: storage)
    }

    private static let logLevels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    private static func open(_ port: Int) -> Int? { port == 0 ? nil : port }

    private static func absolute(_ path: String, from folder: URL) -> String {
        path.hasPrefix("/") ? path : folder.appending(path: path).standardizedFileURL.path
    }

    // MARK: Peers and rules

    /// The peers, and what they mean for the node.
    package func loadPeers() throws -> PeerDirectory {
        guard let peersFile else { return PeerDirectory() }
        return try PeerDirectory(file: peersFile)
    }

    package func localNode(with peers: PeerDirectory) -> LocalNode {
        var node = node
        node.parents = peers.parents.map(\.name)
        node.children = peers.children.map(\.name)
        node.childIssuers = Dictionary(uniqueKeysWithValues: peers.children.map { ($0.name, $0.issuer) })
        node.issuersBelow = Dictionary(
            uniqueKeysWithValues: peers.children.map { ($0.name, Set($0.issuersBelow)) })
        node.links = Dictionary(peers.parents.map { ($0.name, $0.link) }, uniquingKeysWith: { first, _ in first })
        for parent in peers.parents {
            for further in parent.reaches { node.reachable[further] = parent.name }
        }
        return node
    }

    package func loadRules(in topology: RoutingTopology) throws -> RoutingRules {
        guard let rulesFile else { return RoutingRules() }
        let text: String
        do {
            text = try String(contentsOfFile: rulesFile, encoding: .utf8)
        } catch {
            throw ConfigurationError(
                code: .missingFile, message: "the rules \(rulesFile) cannot be read; check the name and the owner")
        }
        let rules = try RoutingRules(yaml: text, file: (rulesFile as NSString).lastPathComponent)
        try validate(rules, in: topology)
        return rules
    }

    /// Checks rules against what else this node is.
    ///
    /// - Throws: `RoutingError` with the place in the file.
    package func validate(_ rules: RoutingRules, in topology: RoutingTopology) throws {
        let clocks = try loadClocks()
        try rules.validate(
            in: topology, workTypes: Set(clocks.limits.workTypes.map(\.name)),
            hasRoster: try loadRoster(clocks) != nil)
    }
}
