// Every key of node.yaml, with its default.

import Configuration

/// The one list of keys: the reader reads by it, an unknown key in the file is found by it, `check-config` prints by it.
package enum ConfigurationKeys {
    package enum Kind: Sendable { case text, number, truth, list }

    package struct Key: Sendable {
        package var name: String
        package var kind: Kind
        /// `nil`: must be given.
        package var fallback: String?
        package var meaning: String
    }

    package static let all: [Key] = [
        Key(name: "node.name", kind: .text, fallback: nil, meaning: "this node's name, as in its certificate"),
        Key(name: "node.tier", kind: .text, fallback: nil, meaning: "edge, county or city; a label for people"),
        Key(name: "node.institution", kind: .text, fallback: "", meaning: "the hospital's name on pages and reports"),
        Key(
            name: "node.issuer", kind: .text, fallback: "",
            meaning: "issuer of patient IDs acquired here; the node's name when empty"),
        Key(name: "directory", kind: .text, fallback: "/var/lib/jieli", meaning: "where everything is kept"),
        Key(name: "peers", kind: .text, fallback: "", meaning: "file of parents, children and TLS clients"),
        Key(name: "rules", kind: .text, fallback: "", meaning: "file of routing rules"),
        Key(
            name: "roster", kind: .text, fallback: "",
            meaning: "file of readers and shifts; empty: roster.yaml in the directory, once one was written"),
        Key(
            name: "clocks", kind: .text, fallback: "",
            meaning: "file of work types and time limits; empty: the built-in limits (jieli clocks)"),
        Key(name: "dicom.aeTitle", kind: .text, fallback: nil, meaning: "this node's AE title"),
        Key(name: "dicom.host", kind: .text, fallback: "0.0.0.0", meaning: "IPv4 address the DICOM ports listen on"),
        Key(name: "dicom.port", kind: .number, fallback: "11112", meaning: "unencrypted port for the LAN; 0: closed"),
        Key(
            name: "dicom.tlsPort", kind: .number, fallback: "2762", meaning: "port for DICOM over mutual TLS; 0: closed"
        ),
        Key(
            name: "dicom.callingAETitles", kind: .list, fallback: "",
            meaning: "who may call on the plain port; empty: anybody"),
        Key(
            name: "dicom.maximumAssociations", kind: .number, fallback: "64",
            meaning: "associations at once, on each port"),
        Key(
            name: "dicom.lanRetrieve", kind: .text, fallback: "own",
            meaning: "what the plain port may fetch: none, own or all"),
        Key(
            name: "dicom.minimumFreeMegabytes", kind: .number, fallback: "1024",
            meaning: "nothing is taken in when less is left on the disk"),
        Key(
            name: "archive.retentionDays", kind: .number, fallback: "365",
            meaning: "no file goes before its study has been here unchanged for so long; 0: files stay for ever"),
        Key(
            name: "archive.retention", kind: .text, fallback: "",
            meaning: "file of how long studies must be kept, by law and site; empty: what ships"),
        Key(
            name: "archive.showRejected", kind: .truth, fallback: "true",
            meaning: "operators and reviewers may ask DICOMweb for what was rejected (includeRejected=true)"),
        Key(
            name: "archive.copies", kind: .number, fallback: "2",
            meaning: "nodes above that must hold an instance before its file may go; no more than there are"),
        Key(
            name: "archive.evictAbovePercent", kind: .number, fallback: "85",
            meaning: "files go when more of the disk than this is used"),
        Key(
            name: "archive.evictToPercent", kind: .number, fallback: "80",
            meaning: "files go until no more of the disk than this is used"),
        Key(
            name: "archive.minimumFreePercent", kind: .number, fallback: "2",
            meaning: "like dicom.minimumFreeMegabytes, of the whole disk; the stricter counts"),
        Key(
            name: "archive.verifyDays", kind: .number, fallback: "30",
            meaning: "every file is read again within this time; 0: never"),
        Key(
            name: "archive.verifyMegabytesPerSecond", kind: .number, fallback: "10",
            meaning: "the reading again is no faster than this"),
        Key(
            name: "archive.custodyWindow", kind: .text, fallback: "22:00-06:00",
            meaning: "when studies that are read here are copied to the parent, in China's time; never: not at all"),
        Key(
            name: "quarantine.maximumMegabytes", kind: .number, fallback: "2048",
            meaning: "of refused objects kept for the operator; beyond it the oldest go; 0: none is kept"),
        Key(
            name: "quarantine.keepDays", kind: .number, fallback: "90",
            meaning: "a refused object that nobody released or deleted goes after so long"),
        Key(name: "http.host", kind: .text, fallback: "0.0.0.0", meaning: "address of pages, DICOMweb and node events"),
        Key(name: "http.port", kind: .number, fallback: "8443", meaning: "port of pages, DICOMweb and node events"),
        Key(name: "tls.certificate", kind: .text, fallback: "node.pem", meaning: "this node's certificate"),
        Key(name: "tls.key", kind: .text, fallback: "node.key", meaning: "its key, mode 0600, no passphrase"),
        Key(name: "tls.authority", kind: .text, fallback: "ca.pem", meaning: "the network's certificate authority"),
        Key(
            name: "tls.receiptCertificate", kind: .text, fallback: "receipt.pem",
            meaning: "certificate of the key that signs receipts"),
        Key(name: "tls.receiptKey", kind: .text, fallback: "receipt.key", meaning: "the key that signs receipts"),
        Key(
            name: "tls.reportCertificate", kind: .text, fallback: "report.pem",
            meaning: "certificate of the key that signs reports; where neither file is there, reports go unsigned"),
        Key(name: "tls.reportKey", kind: .text, fallback: "report.key", meaning: "the RSA key that signs reports"),
        Key(name: "reading.enabled", kind: .truth, fallback: "false", meaning: "studies can be read here"),
        Key(
            name: "reading.singleReader", kind: .truth, fallback: "false",
            meaning: "one person may sign both preliminary and final"),
        Key(
            name: "reading.signWithPassword", kind: .truth, fallback: "false",
            meaning: "each signature asks for the password again"),
        Key(
            name: "reading.doubleReading", kind: .text, fallback: "",
            meaning: "a file of rules that choose reports to be read twice"),
        Key(
            name: "reading.templates", kind: .text, fallback: "",
            meaning: "a file of this node's report templates, laid over those that ship"),
        Key(
            name: "reading.leaseSeconds", kind: .number, fallback: "600",
            meaning: "a claim without a sign of life lasts this long"),
        Key(
            name: "reading.assignment", kind: .text, fallback: "pull",
            meaning: "pull: readers claim from their lists; push: each task is put on the list of a reader on duty"),
        Key(
            name: "reading.offShift", kind: .text, fallback: "keep",
            meaning: "what becomes of claims when a shift ends: keep (readers finish them) or free"),
        Key(
            name: "reading.atLimit", kind: .text, fallback: "parent",
            meaning: "what becomes of a task nobody claimed within its limit, with a roster: parent (is asked) or stay"),
        Key(
            name: "reading.orderWaitSeconds", kind: .number, fallback: "0",
            meaning: "a complete study waits this long for an order; 0: not at all"),
        Key(
            name: "reading.criticalResults", kind: .text, fallback: "",
            meaning: "file of critical findings and their escalation; the shipped list when empty"),
        Key(
            name: "reading.hanging", kind: .text, fallback: "",
            meaning: "file of hanging rules, laid over those that ship"),
        Key(
            name: "priors.linking", kind: .text, fallback: "",
            meaning: "file of rules that know a patient again at another hospital; empty: by issuer and Patient ID only"
        ),
        Key(
            name: "priors.hops", kind: .number, fallback: "4",
            meaning: "links between nodes that a search for earlier studies may cross; 0: nobody else is asked"),
        Key(
            name: "priors.keepHours", kind: .number, fallback: "24",
            meaning: "a search and its answers are forgotten after so long"),
        Key(
            name: "priors.lentDays", kind: .number, fallback: "400",
            meaning: "a child that was lent an earlier study may fetch it, and hears of its corrections, for so long"),
        Key(
            name: "supervision.prices", kind: .text, fallback: "",
            meaning: "file of prices for the settlement between institutions; none when empty"),
        Key(
            name: "study.settleSeconds", kind: .number, fallback: "20",
            meaning: "least quiet time after which an acquired study is whole"),
        Key(
            name: "study.settleMaximumSeconds", kind: .number, fallback: "600",
            meaning: "the quiet time grows with the pauses a modality makes, up to this"),
        Key(
            name: "study.graceSeconds", kind: .number, fallback: "5",
            meaning: "wait after the modality has released its association"),
        Key(
            name: "intake.watch", kind: .list, fallback: "",
            meaning: "folders whose DICOM files are taken in as they are dropped there"),
        Key(
            name: "intake.afterwards", kind: .text, fallback: "move",
            meaning: "what becomes of files that were taken: move (into done/), delete or keep"),
        Key(
            name: "intake.quietSeconds", kind: .number, fallback: "5",
            meaning: "a file in a watched folder must have stayed the same for so long"),
        Key(
            name: "intake.patienceSeconds", kind: .number, fallback: "120",
            meaning: "an incomplete file is refused when it has stayed the same for so long"),
        Key(
            name: "relay.receiptPatienceSeconds", kind: .number, fallback: "30",
            meaning: "a missing receipt is asked for after this long"),
        Key(
            name: "relay.rangesAfterInterruptions", kind: .number, fallback: "2",
            meaning: "an instance on which the line broke so often goes in resumable ranges; 0: never"),
        Key(
            name: "log.level", kind: .text, fallback: "info",
            meaning: "trace, debug, info, notice, warning, error or critical"),
    ]

    /// The defaults as the last provider, so that an absent key finds its default and a wrong value is still an error.
    static var defaults: InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for key in all {
            guard let fallback = key.fallback else { continue }
            let content: ConfigContent =
                switch key.kind {
                case .text: .string(fallback)
                case .number: .int(Int(fallback) ?? 0)
                case .truth: .bool(fallback == "true")
                case .list: .stringArray(fallback.split(separator: ",").map(String.init))
                }
            values[AbsoluteConfigKey(key.name.split(separator: ".").map(String.init))] = ConfigValue(
                content, isSecret: false)
        }
        return InMemoryProvider(name: "defaults", values: values)
    }
}
