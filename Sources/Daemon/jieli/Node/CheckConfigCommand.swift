// Is this configuration right, and what is in force?

import ArgumentParser
import Foundation
import Node
import Observability
import Vocabulary

struct CheckConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Check a node's settings and print what is in force.",
        discussion: "Reads the settings, the files of peers and rules, the certificates and the keys, as `run` does.")

    @OptionGroup var node: ConfigurationOption

    func run() async throws {
        let settings = try await node.load()
        let peers = try settings.loadPeers()
        let local = settings.localNode(with: peers)
        let rules = try settings.loadRules(in: local.topology)
        let templates = try settings.loadTemplates()
        let clocks = try settings.loadClocks()
        let roster = try settings.loadRoster(clocks)
        let doubleReading = try settings.loadPeerReviewRules()
        let files = try NodeFiles(settings)
        let prices = try settings.loadPrices()
        let critical = try settings.loadCriticalList()
        let retention = try settings.loadRetention()
        let priors = try settings.loadPriorPolicy()
        let hanging = try settings.loadHangingRules()
        for key in ConfigurationKeys.all { print("\(key.name): \(settings.value(of: key.name))") }
        func names(_ nodes: [NodeName]) -> String {
            nodes.isEmpty ? "none" : nodes.map(\.rawValue).joined(separator: ", ")
        }
        print("# parents: \(names(local.parents))")
        for parent in peers.parents { print("# link to \(parent.name): \(parent.link)") }
        print("# children: \(names(local.children))")
        print("# DICOM TLS clients: \(peers.clients.count)")
        print("# routing rules: \(rules.rules.count)")
        print("# critical findings: \(critical.findings.count), escalation steps: \(critical.steps.count)")
        print("# rules of retention: \(retention.rules.count), destroyed after \(retention.graceDays) days of grace")
        print("# report templates of this node: \(templates.templates.count)")
        print("# rules of double reading: \(doubleReading.rules.count)")
        print("# reports are signed: \(files.seal.key == nil ? "no" : "yes")")
        print(
            "# roster: "
                + (roster.map { "\($0.readers.count) readers, \($0.shifts.count) shifts" } ?? "none, all on duty"))
        for rule in clocks.limits.workTypes { print("# limit of \(rule.name): \(rule.limitsText)") }
        for line in priors.linking.lines { print("# one patient by: \(line)") }
        for rule in hanging.rules { print("# hanging rule \(rule.name): \(rule.layout), prior \(rule.prior.rawValue)") }
        print("# prices: \(prices.entries.count)")
        print("# certificate valid until: \(files.certificate.notAfter)")
    }
}

extension NodeConfiguration {
    /// What is in force for one of `ConfigurationKeys`; of keys and certificates only the place is known here.
    func value(of key: String) -> String {
        switch key {
        case "node.name": node.name.rawValue
        case "node.tier": node.tier.rawValue
        case "node.institution": node.institution
        case "node.issuer": node.issuer
        case "directory": directory
        case "peers": peersFile ?? "(none)"
        case "rules": rulesFile ?? "(none)"
        case "roster": rosterFile ?? defaultRosterFile
        case "clocks": clocksFile ?? "(built in)"
        case "reading.assignment": assignment.mode.rawValue
        case "reading.offShift": assignment.offShift.rawValue
        case "reading.atLimit": assignment.atLimit.rawValue
        case "dicom.aeTitle": dicom.aeTitle.rawValue
        case "dicom.host": dicom.host
        case "dicom.port": dicom.port.map(String.init) ?? "0 (closed)"
        case "dicom.tlsPort": dicom.tlsPort.map(String.init) ?? "0 (closed)"
        case "dicom.callingAETitles":
            dicom.callingAETitles.isEmpty
                ? "[] (anybody)" : "[\(dicom.callingAETitles.map(\.rawValue).joined(separator: ", "))]"
        case "dicom.maximumAssociations": String(dicom.maximumAssociations)
        case "dicom.lanRetrieve": dicom.lanRetrieve.rawValue
        case "dicom.minimumFreeMegabytes": String(dicom.minimumFreeBytes >> 20)
        case "archive.retentionDays":
            node.storage.retention.map { String(Int($0.seconds / 86400)) } ?? "0 (for ever)"
        case "archive.retention": retentionFile ?? "(what ships)"
        case "archive.showRejected": String(node.storage.showsRejected)
        case "archive.copies": String(node.storage.copies)
        case "archive.evictAbovePercent": String(node.storage.evictAbovePercent)
        case "archive.evictToPercent": String(node.storage.evictToPercent)
        case "archive.minimumFreePercent": String(node.storage.reserve.minimumPercent)
        case "archive.verifyDays": node.storage.verifyPeriod.map { String(Int($0.seconds / 86400)) } ?? "0 (never)"
        case "archive.verifyMegabytesPerSecond": String(node.storage.verifyRate >> 20)
        case "archive.custodyWindow": node.storage.custodyWindow?.description ?? "never"
        case "quarantine.maximumMegabytes": String(node.storage.quarantine.bytes >> 20)
        case "quarantine.keepDays": String(Int(node.storage.quarantine.keptFor.seconds / 86400))
        case "http.host": http.host
        case "http.port": String(http.port)
        case "tls.certificate": tls.certificate
        case "tls.key": tls.key
        case "tls.authority": tls.authority
        case "tls.receiptCertificate": tls.receiptCertificate
        case "tls.receiptKey": tls.receiptKey
        case "reading.enabled": String(node.hasReadingRole)
        case "reading.singleReader": String(singleReaderAllowed)
        case "tls.reportCertificate": tls.reportCertificate
        case "tls.reportKey": tls.reportKey
        case "reading.signWithPassword": String(signsWithPassword)
        case "reading.doubleReading": doubleReadingFile ?? "(none)"
        case "reading.templates": templatesFile ?? "(none)"
        case "reading.leaseSeconds": Self.seconds(node.lease)
        case "reading.orderWaitSeconds": Self.seconds(node.orderWait)
        case "reading.criticalResults": criticalResultsFile ?? "(the shipped list)"
        case "reading.hanging": hangingFile ?? "(built in)"
        case "priors.linking": linkingFile ?? "(none)"
        case "priors.hops": String(priorHops)
        case "priors.keepHours": String(Int(priorsKept.seconds / 3600))
        case "priors.lentDays": String(Int(priorsLent.seconds / 86400))
        case "supervision.prices": pricesFile ?? "(none)"
        case "study.settleSeconds": Self.seconds(node.settleAfter)
        case "study.settleMaximumSeconds": Self.seconds(node.settleAtMost)
        case "study.graceSeconds": Self.seconds(node.settleGrace)
        case "intake.watch": "[\(watchedFolders.joined(separator: ", "))]"
        case "intake.afterwards": folderSettings.afterwards.rawValue
        case "intake.quietSeconds": Self.seconds(folderSettings.quiet)
        case "intake.patienceSeconds": Self.seconds(folderSettings.patience)
        case "relay.receiptPatienceSeconds": Self.seconds(node.receiptPatience)
        case "relay.rangesAfterInterruptions": String(rangesAfterInterruptions)
        case "log.level": logLevel
        default: "?"
        }
    }

    private static func seconds(_ duration: Duration) -> String { String(duration.components.seconds) }
}
